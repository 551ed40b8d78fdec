"""The compensation that a decision gives: no more than the law counts, with how it was counted."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from db.dispute import compensated
from domain.billing.requisites import ClientKind
from domain.calendar.bank_calendar import moscow_date
from domain.compensation.interest import Debt, Movement
from domain.compensation.legal_rule import RuleKind
from domain.compensation.line import Calculation
from domain.compensation.penalty import PENALTIES
from starter.commands.compensation.calculate import (
    InterestAsked,
    Law,
    PenaltyAsked,
    interest_by,
    law_of,
    penalty_by,
)
from starter.commands.compensation.written import written_line
from starter.commands.refusal import FieldError, invalid, not_found
from starter.commands.services import Services
from texts import day, rubles

POINTER = "/compensation"
COMPENSATING = (RuleKind.INTEREST, *PENALTIES)
"""The rules that a compensation may be counted by."""


@dataclass(frozen=True)
class Compensation:
    """A sum in kopecks, and what the law counts it by: the rule, the sum owed and its days.

    Interest runs from `first` to `last`, both included; of a penalty `first` is the day of the
    demand, or the day on which the sum was due.
    """

    kopecks: int
    rule: RuleKind
    base_kopecks: int
    first: date
    last: date


async def counted(services: Services, dispute_id: str, asked: Compensation) -> dict[str, Any]:
    """The columns of a decision; refused above what the law counts, for days that have not come, or
    where a day is not known.

    Where the law changed during a delay, the least of what it may give is the limit. A penalty of
    the law on consumers is for who was one when the order was made. What other disputes of the
    order gave is not given again: not for a day that they count, nor above the cap of all.
    """
    (orders,) = await services.database.read(compensated.order_of(dispute_id))
    if not orders:
        raise not_found()
    is_consumer = orders[0].client_kind == ClientKind.INDIVIDUAL
    if asked.rule in PENALTIES and not is_consumer:
        raise invalid(FieldError("dispute_penalty_of_consumer", f"{POINTER}/rule"))
    if asked.last > moscow_date(datetime.now(UTC)):
        raise invalid(FieldError("dispute_day_ahead", f"{POINTER}/last_day"))
    calculation = _calculation(await law_of(services.database), asked)
    cap = 0 if calculation is None else _left(calculation, orders[0].given_kopecks)
    if calculation is not None:
        await _require_uncounted(services, dispute_id, calculation)
    if asked.kopecks > cap:
        params = {"cap": rubles(cap)}
        raise invalid(FieldError("dispute_compensation_above_law", POINTER, params=params))
    return {
        "compensation_kopecks": asked.kopecks,
        "cap_kopecks": cap,
        "calculation": None if calculation is None else _written(calculation),
    }


def _left(calculation: Calculation, given_kopecks: int) -> int:
    if calculation.cap_kopecks is None:
        return calculation.kopecks
    return min(calculation.kopecks, max(0, calculation.cap_kopecks - given_kopecks))


async def _require_uncounted(services: Services, dispute_id: str, calculation: Calculation) -> None:
    if not calculation.lines:
        return
    first = min(line.first for line in calculation.lines)
    last = max(line.last for line in calculation.lines)
    (found,) = await services.database.read(compensated.overlapping(dispute_id, first, last))
    for one in found:
        params = {"first": day(one.first), "last": day(one.last), "dispute": one.dispute_id}
        raise invalid(FieldError("dispute_compensation_counted", POINTER, params=params))


def _calculation(law: Law, asked: Compensation) -> Calculation | None:
    if asked.rule is RuleKind.INTEREST:
        owed = Debt((Movement(asked.first, asked.base_kopecks),))
        return interest_by(law, InterestAsked(owed, asked.last, asked.first))
    if asked.rule not in PENALTIES:
        raise invalid(FieldError("dispute_compensation_rule", f"{POINTER}/rule"))
    found = penalty_by(law, PenaltyAsked(asked.rule, asked.base_kopecks, asked.first, asked.last))
    if found.penalty is None:
        return None
    return min(found.penalty.variants, key=lambda one: one.kopecks)


def _written(calculation: Calculation) -> dict[str, Any]:
    """What it was counted by: rows of the law and of the key rate by their ids, sums in kopecks."""
    return {
        "rule": calculation.rule.id,
        "kopecks": calculation.kopecks,
        "cap_kopecks": calculation.cap_kopecks,
        "is_checked": calculation.rule.is_checked,
        "lines": [written_line(line) for line in calculation.lines],
    }
