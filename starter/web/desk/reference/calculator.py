"""The calculator at the desk: interest, penalties, court fees and legal days with their trace."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from http import HTTPStatus
from types import MappingProxyType
from typing import Annotated, Any

from fastapi import Query
from starlette.responses import Response

from domain.calendar.bank_calendar import moscow_date
from domain.compensation.interest import MAX_MOVEMENTS, Debt, Movement
from domain.compensation.legal_deadline import LegalEvent
from domain.compensation.legal_rule import RuleKind
from domain.compensation.penalty import PENALTIES
from domain.money import AmountError, parse_amount
from starter.commands.compensation.calculate import (
    InterestAsked,
    Law,
    PenaltyAsked,
    fees_by,
    interest_by,
    law_of,
    legal_day_by,
    penalty_by,
)
from starter.commands.refusal import FieldError, Refusal, RefusalKind, invalid
from starter.http.refusal_text import refusal_text
from starter.presentation.compensation.calculation import (
    calculation_shown,
    deadline_shown,
    fee_shown,
    penalty_shown,
    rules_shown,
)
from starter.web.http.amounts import kopecks_in
from starter.web.http.forms import Form
from starter.web.http.page import pages
from starter.web.http.visit import Visit, VisitDep
from texts import Language

PAGE = "/desk/reference/calculator"
MAX_FIELD = 100
"""Characters of a field of one line."""
MAX_PAYMENTS_LENGTH = 3_000
"""Characters of all payments: an address that every server takes."""
PAYMENT = re.compile(r"(\S+)\s+(.+)")

Short = Annotated[str, Query(max_length=MAX_FIELD)]

routes = pages()


class Counted(StrEnum):
    """What the page counts; each is a form of its own."""

    INTEREST = "interest"
    PENALTY = "penalty"
    FEES = "fees"
    DAYS = "days"


@dataclass(frozen=True)
class _Asked:
    """A form with what is wrong in it, the law that it is counted by, and in which language."""

    form: Form
    law: Law
    language: Language
    wrong: list[FieldError]

    def day(self, name: str) -> date:
        """A day of the form; one that is none is noted as wrong."""
        try:
            day = date.fromisoformat(self.form.line(name))
        except ValueError:
            day = date.min
        if day.year < FIRST_YEAR or day.year > LAST_YEAR:
            self.wrong.append(FieldError("page_day_missing", field=name))
        return day

    def sum(self) -> int:
        """The sum of the form in kopecks."""
        return kopecks_in(self.form, "sum", self.wrong)

    def judged(self) -> None:
        """Raises `Refusal` where something is wrong."""
        if self.wrong:
            raise invalid(*self.wrong)


FIRST_YEAR, LAST_YEAR = 2000, 2199
"""Years of the days that are taken."""


@routes.get(PAGE)
async def show_calculator(
    visit: VisitDep,
    count: Counted = Counted.INTEREST,
    sum_: Annotated[str | None, Query(alias="sum", max_length=MAX_FIELD)] = None,
    day: Annotated[str | None, Query(max_length=MAX_FIELD)] = None,
    first_day: Short = "",
    last_day: Short = "",
    payments: Annotated[str, Query(max_length=MAX_PAYMENTS_LENGTH)] = "",
    moratorium: Short = "",
    kind: Short = "",
    event: Short = "",
) -> Response:
    """The form of what is counted, and once it is filled in the result line by line."""
    law, today = await law_of(visit.database), moscow_date(datetime.now(UTC)).isoformat()
    form = Form(
        {
            "sum": sum_ or "",
            "day": day if day is not None else today,
            "first_day": first_day,
            "last_day": last_day,
            "payments": payments,
            "moratorium": moratorium,
            "kind": kind or PENALTIES[0],
            "event": event or LegalEvent.CLAIM_SENT,
        }
    )
    is_filled_in = sum_ is not None or (count is Counted.DAYS and day is not None)
    if not is_filled_in:
        return _page(visit, law, count, form)
    try:
        found = COUNTING[count](_Asked(form, law, visit.language, []))
    except Refusal as refusal:
        if refusal.kind is not RefusalKind.INVALID:
            raise
        refused = form.refused(refusal, visit.language)
        return _page(visit, law, count, refused, HTTPStatus.UNPROCESSABLE_ENTITY)
    return _page(visit, law, count, form, **found)


def _page(
    visit: Visit,
    law: Law,
    count: Counted,
    form: Form,
    status: int = HTTPStatus.OK,
    **found: Any,
) -> Response:
    return visit.page(
        "desk_reference_calculator.html",
        status=status,
        form=form,
        count=count,
        counts=tuple(Counted),
        penalties=PENALTIES,
        events=tuple(LegalEvent),
        covered_until=law.key_rate.covered_until,
        rules=rules_shown(law.rules.rules, visit.language),
        **{
            "calculation": None,
            "penalty": None,
            "fees": (),
            "unknown": (),
            "deadline": None,
            **found,
        },
    )


def _interest(asked: _Asked) -> dict[str, Any]:
    kopecks, first, last = asked.sum(), asked.day("first_day"), asked.day("last_day")
    paid = _payments(asked.form.typed("payments"), asked.wrong)
    asked.judged()
    debt = Debt([Movement(first, kopecks)], paid)
    with_moratorium = asked.form.typed("moratorium") == "yes"
    found = interest_by(asked.law, InterestAsked(debt, last, first, with_moratorium))
    return {"calculation": calculation_shown(found, asked.language, asked.law.key_rate)}


def _penalty(asked: _Asked) -> dict[str, Any]:
    kind = asked.form.typed("kind")
    if kind not in PENALTIES:
        asked.wrong.append(FieldError("page_choice_missing", field="kind"))
    kopecks, day, last = asked.sum(), asked.day("first_day"), asked.day("last_day")
    asked.judged()
    found = penalty_by(asked.law, PenaltyAsked(RuleKind(kind), kopecks, day, last))
    return {"penalty": penalty_shown(found.first, found.penalty, asked.language)}


def _fees(asked: _Asked) -> dict[str, Any]:
    kopecks, day = asked.sum(), asked.day("day")
    asked.judged()
    fees, unknown = [], []
    for one in fees_by(asked.law, kopecks, day):
        if isinstance(one, Refusal):
            unknown.append(refusal_text(one.code, one.params, asked.language))
        else:
            fees.append(fee_shown(one, asked.language))
    return {"fees": fees, "unknown": unknown}


def _days(asked: _Asked) -> dict[str, Any]:
    event, day = asked.form.typed("event"), asked.day("day")
    if event not in tuple(LegalEvent):
        asked.wrong.append(FieldError("page_choice_missing", field="event"))
    asked.judged()
    found = legal_day_by(asked.law, LegalEvent(event), day)
    return {"deadline": deadline_shown(event, day, found, asked.language)}


COUNTING: Mapping[Counted, Callable[[_Asked], dict[str, Any]]] = MappingProxyType(
    {
        Counted.INTEREST: _interest,
        Counted.PENALTY: _penalty,
        Counted.FEES: _fees,
        Counted.DAYS: _days,
    }
)


def _payments(typed: str, wrong: list[FieldError]) -> list[Movement]:
    """Payments as people write them, one a line: `15.10.2025 40 000,00`."""
    lines = [line for line in typed.splitlines() if line.strip()]
    if len(lines) >= MAX_MOVEMENTS:
        params = {"line": MAX_MOVEMENTS}
        wrong.append(FieldError("compensation_payment", field="payments", params=params))
        return []
    found = list[Movement]()
    for number, line in enumerate(lines, start=1):
        payment = _payment(line)
        if payment is None:
            params = {"line": number}
            wrong.append(FieldError("compensation_payment", field="payments", params=params))
            break
        found.append(payment)
    return found


def _payment(line: str) -> Movement | None:
    match = PAYMENT.fullmatch(line.strip())
    if match is None:
        return None
    try:
        day = datetime.strptime(match[1], "%d.%m.%Y").date()  # noqa: DTZ007  a day has no zone
        return Movement(day, parse_amount("".join(match[2].split()).replace(",", ".")))
    except (ValueError, AmountError):
        return None
