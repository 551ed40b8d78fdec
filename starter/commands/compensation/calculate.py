"""Interest, penalties, court fees and legal days by what is stored; nothing is stored of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from db.compensation.key_rate import KeyRateStored, known_key_rate
from db.compensation.legal_rule import all_rules
from db.database import Database
from db.facts import load, together
from domain.compensation.court_fee import FEES, CourtFee, court_fee
from domain.compensation.interest import MAX_DAYS, Debt, interest
from domain.compensation.key_rate import KeyRate, RateNotCovered
from domain.compensation.legal_deadline import (
    Deadline,
    LegalEvent,
    legal_day,
)
from domain.compensation.legal_rule import (
    LegalRules,
    RuleKind,
    RuleNotCovered,
    SumNotCovered,
)
from domain.compensation.line import Calculation
from domain.compensation.penalty import Penalty, delay_begins, penalty
from starter.caller import Caller
from starter.commands.command import command
from starter.commands.refusal import FieldError, Refusal, TextKey, invalid, unprocessable
from starter.commands.services import Services
from texts import day, rubles


@dataclass(frozen=True)
class InterestAsked:
    """A debt, and the days whose interest is wanted; without `first` from the first sum owed."""

    debt: Debt
    last: date
    first: date | None = None
    with_moratorium: bool = False


@dataclass(frozen=True)
class PenaltyAsked:
    """A penalty of a sum in kopecks, for the delay that begins after `asked_on`.

    `asked_on` is the day of the demand for goods, else the day on which it was due.
    """

    kind: RuleKind
    base_kopecks: int
    asked_on: date
    last: date


@dataclass(frozen=True)
class PenaltyCounted:
    """A penalty with the first day of its delay; of no delay there is none."""

    first: date
    penalty: Penalty | None


@dataclass(frozen=True)
class InterestCounted:
    """Interest with the rates whose rows its lines name."""

    calculation: Calculation
    key_rate: KeyRate


@dataclass(frozen=True)
class Law:
    """What calculations are made of."""

    rules: LegalRules
    stored: KeyRateStored

    @property
    def key_rate(self) -> KeyRate:
        """The known rates."""
        return self.stored.key_rate


@command
async def calculate_interest(
    services: Services, _caller: Caller, _command_id: UUID, asked: InterestAsked
) -> InterestCounted:
    """Interest under article 395; refused where a day or a rule is not covered."""
    law = await law_of(services.database)
    return InterestCounted(interest_by(law, asked), law.key_rate)


@command
async def calculate_penalty(
    services: Services, _caller: Caller, _command_id: UUID, asked: PenaltyAsked
) -> PenaltyCounted:
    """A consumer's penalty; refused where a rule is not covered."""
    return penalty_by(await law_of(services.database), asked)


async def law_of(database: Database) -> Law:
    """The rules and the rates as they are now."""
    return await load(database, together(Law, all_rules(), known_key_rate()))


def interest_by(law: Law, asked: InterestAsked) -> Calculation:
    """Interest by the rows that are known; raises `Refusal`."""
    first = asked.first or min(one.day for one in asked.debt.owed)
    _check_period(first, asked.last)
    with covered():
        return interest(
            asked.debt,
            first,
            asked.last,
            law.key_rate,
            law.rules,
            with_moratorium=asked.with_moratorium,
        )


def penalty_by(law: Law, asked: PenaltyAsked) -> PenaltyCounted:
    """A penalty by the rows that are known; raises `Refusal`."""
    _check_period(asked.asked_on, asked.last)
    with covered():
        first = delay_begins(asked.kind, asked.asked_on, law.rules)
        if asked.last < first:
            return PenaltyCounted(first, None)
        found = penalty(asked.kind, asked.base_kopecks, first, asked.last, law.rules)
        return PenaltyCounted(first, found)


def fees_by(law: Law, claim_kopecks: int, on: date) -> list[CourtFee | Refusal]:
    """The fee of each court; of one whose fee is not known for the sum, why."""
    found = list[CourtFee | Refusal]()
    for kind in FEES:
        try:
            with covered():
                found.append(court_fee(kind, claim_kopecks, on, law.rules))
        except Refusal as refusal:
            found.append(refusal)
    return found


def legal_day_by(law: Law, event: LegalEvent, on: date) -> Deadline:
    """The day that an event leads to; raises `Refusal`."""
    with covered():
        return legal_day(event, on, law.rules)


def _check_period(first: date, last: date) -> None:
    if last < first:
        raise invalid(FieldError("compensation_days_reversed", field="last_day"))
    if (last - first).days >= MAX_DAYS:
        limit = MAX_DAYS
        raise invalid(FieldError("compensation_days_too_many", None, "last_day", {"limit": limit}))


@contextmanager
def covered() -> Iterator[None]:
    """Says in words which day or sum is not known."""
    try:
        yield
    except RateNotCovered as error:
        if error.first is None:
            raise unprocessable("key_rate_unknown") from None
        raise _rate_missing(error.day, error.first, error.last or error.first) from None
    except RuleNotCovered as error:
        raise unprocessable(
            "legal_rule_not_covered",
            details={"rule": error.kind, "day": str(error.day)},
            rule=TextKey(f"compensation.rule.{error.kind}"),
            day=day(error.day),
        ) from None
    except SumNotCovered as error:
        raise unprocessable(
            "court_fee_not_covered",
            details={"rule": error.kind},
            rule=TextKey(f"compensation.rule.{error.kind}"),
            amount=rubles(error.up_to_kopecks),
        ) from None


def _rate_missing(missing: date, first: date, last: date) -> Refusal:
    return unprocessable(
        "key_rate_not_covered",
        details={"day": str(missing)},
        day=day(missing),
        first=day(first),
        last=day(last),
    )
