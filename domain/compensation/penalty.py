"""Penalties that the law on consumers' rights gives for each day of delay."""

from dataclasses import dataclass
from datetime import date, timedelta

from domain.compensation.interest import MAX_DAYS
from domain.compensation.legal_rule import LegalRule, LegalRules, RuleKind
from domain.compensation.line import Calculation, Line

PENALTIES = (RuleKind.PENALTY_GOODS, RuleKind.PENALTY_PREPAID, RuleKind.PENALTY_SERVICE)


@dataclass(frozen=True)
class Penalty:
    """A penalty by each rule that held while the delay lasted: more than one needs a lawyer."""

    variants: tuple[Calculation, ...]

    @property
    def needs_lawyer(self) -> bool:
        """Whether the rule changed while the delay lasted, so which one counts is judged."""
        return len(self.variants) > 1


def delay_begins(kind: RuleKind, asked_on: date, rules: LegalRules) -> date:
    """The first day of delay: of goods after the days that a demand leaves, else the day after
    the one on which it was due.

    Raises `RuleNotCovered`.
    """
    return asked_on + timedelta(days=rules.on(kind, asked_on).numbers.days + 1)


def penalty(
    kind: RuleKind, base_kopecks: int, first: date, last: date, rules: LegalRules
) -> Penalty:
    """The penalty for the days of delay from `first` to `last`, both included.

    `base_kopecks` is the price of the goods or the service, or the prepayment, which is the cap
    too where the rule has one. Raises `ValueError`, and `RuleNotCovered`.
    """
    if kind not in PENALTIES:
        raise ValueError(f"{kind} is no penalty")
    if base_kopecks <= 0:
        raise ValueError("a penalty is counted of a sum above nought")
    if not 0 <= (last - first).days < MAX_DAYS:
        raise ValueError(f"a delay has between 1 and {MAX_DAYS} days")
    held = [rules.on(kind, first), rules.on(kind, last)]
    between = [one for one in rules.of(kind) if first <= one.first_day <= last]
    distinct = {rule.id: rule for rule in (held[0], *between, held[1])}
    return Penalty(tuple(_by_rule(rule, base_kopecks, first, last) for rule in distinct.values()))


def _by_rule(rule: LegalRule, base_kopecks: int, first: date, last: date) -> Calculation:
    line = Line(rule, first, last, base_kopecks, rule.numbers.rate_bp)
    return Calculation(rule, (line,), base_kopecks if rule.numbers.capped else None)
