"""Law as dated rows: which rule held on a day, with its numbers and who has checked it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class RuleKind(StrEnum):
    """What a rule is about; the title is the text `compensation.rule.<kind>`."""

    INTEREST = "interest"
    MORATORIUM = "moratorium"
    CLAIM_PERIOD = "claim_period"
    FEE_COMMERCIAL = "fee_commercial"
    FEE_COURT_ORDER = "fee_court_order"
    FEE_GENERAL = "fee_general"
    PENALTY_GOODS = "penalty_goods"
    PENALTY_PREPAID = "penalty_prepaid"
    PENALTY_SERVICE = "penalty_service"
    DISTANCE_REFUSAL = "distance_refusal"
    LIMITATION = "limitation"


@dataclass(frozen=True)
class FeeStep:
    """A court fee for claims up to a sum: what is fixed, and hundredths of a percent of what is
    above the sum of the step before. Money is kopecks.
    """

    up_to_kopecks: int
    fixed_kopecks: int
    rate_bp: int = 0


@dataclass(frozen=True)
class RuleNumbers:
    """The numbers of a rule; each kind has its own of them.

    `rate_bp` is hundredths of a percent a day; `capped`: not above the sum that it is counted of.
    """

    days: int = 0
    months: int = 0
    years: int = 0
    rate_bp: int = 0
    capped: bool = False
    share_bp: int = 10_000
    at_least_kopecks: int = 0
    steps: tuple[FeeStep, ...] = ()


@dataclass(frozen=True)
class LegalRule:
    """A rule from its first to its last day, both included; `last_day` None: until now.

    `checked_by` None: no lawyer has compared the row with the text of the law.
    """

    id: str
    kind: RuleKind
    first_day: date
    last_day: date | None
    numbers: RuleNumbers
    source: str
    checked_on: date | None = None
    checked_by: str | None = None

    @property
    def is_checked(self) -> bool:
        """Whether a lawyer has compared it with the text of the law."""
        return self.checked_by is not None

    def holds_on(self, day: date) -> bool:
        """Whether the rule holds on that day."""
        return self.first_day <= day and (self.last_day is None or day <= self.last_day)


class RuleNotCovered(Exception):  # noqa: N818  the name says what is the matter
    """No rule of a kind is known for `day`; what it would yield is never guessed."""

    def __init__(self, kind: RuleKind, day: date) -> None:
        super().__init__(kind, day)
        self.kind = kind
        self.day = day


class SumNotCovered(Exception):  # noqa: N818  the name says what is the matter
    """The fees that are known end below a sum; `up_to_kopecks` is where."""

    def __init__(self, kind: RuleKind, up_to_kopecks: int) -> None:
        super().__init__(kind, up_to_kopecks)
        self.kind = kind
        self.up_to_kopecks = up_to_kopecks


@dataclass(frozen=True)
class LegalRules:
    """Every known rule; those of one kind never overlap, which the database holds."""

    rules: Sequence[LegalRule]

    def of(self, kind: RuleKind) -> list[LegalRule]:
        """The rules of a kind, the earliest first."""
        return sorted((one for one in self.rules if one.kind is kind), key=_first_day)

    def on(self, kind: RuleKind, day: date) -> LegalRule:
        """The rule of a kind on a day; raises `RuleNotCovered` where none is known."""
        for rule in self.rules:
            if rule.kind is kind and rule.holds_on(day):
                return rule
        raise RuleNotCovered(kind, day)


def _first_day(rule: LegalRule) -> date:
    return rule.first_day
