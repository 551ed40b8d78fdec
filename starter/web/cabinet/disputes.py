"""«Споры»: the client's disputes, and the complaint with its seven parts."""

from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus
from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from db.dispute import open_dispute as open_ones
from db.dispute import reads, submission
from db.dispute.reads import DisputeFilter
from db.query import present
from domain.calendar.bank_calendar import moscow_date
from domain.dispute.dispute import OF_MONEY, Demand, DisputeKind
from starter.access import require_visible
from starter.commands.dispute.open import Complaint
from starter.commands.dispute.open import open_dispute as open_one
from starter.commands.refusal import FieldError, Refusal, invalid
from starter.presentation.dispute.dispute import dispute_shown
from starter.web.http.amounts import kopecks_in
from starter.web.http.days import day_in
from starter.web.http.deed import refused
from starter.web.http.forms import Form
from starter.web.http.page import pages
from starter.web.http.paging import CURSOR, cursor_of, seen
from starter.web.http.visit import Visit, VisitDep
from texts import translate

LIST = "/disputes"
SHOWN = 30
"""Disputes of one page."""
ANSWER_DAYS = 10
"""The day that the form expects an answer by, until another is typed."""
_LIMITS = {"problem": 5_000, "proof": 2_000, "steps": 2_000}

routes = pages()


@routes.get(LIST)
async def show_disputes(
    visit: VisitDep, after: Annotated[str | None, Query(pattern=CURSOR)] = None
) -> Response:
    """The client's own, the newest first."""
    narrowed = DisputeFilter(client_id=present(visit.caller.client_id))
    rows = await visit.database.rows(reads.listed(narrowed, SHOWN + 1, seen(after)))
    shown = rows[:SHOWN]
    is_more = len(rows) > SHOWN
    return visit.page(
        "disputes.html",
        disputes=[dispute_shown(row, visit.caller, visit.language) for row in shown],
        following=cursor_of(shown[-1].opened_at, shown[-1].id) if is_more else None,
    )


@routes.get(f"{LIST}/new")
async def show_dispute_form(
    visit: VisitDep, invoice: Annotated[str, Query(max_length=40)] = ""
) -> Response:
    """The complaint, its order filled in; of an order with an open dispute that one."""
    open_now = await visit.database.rows(open_ones.open_of(invoice))
    response = await _form_page(visit, Form({"invoice_number": invoice, **_usual()}))
    return visit.see(f"{LIST}/{open_now[0].id}") if open_now else response


def _usual() -> dict[str, str]:
    today = moscow_date(datetime.now(UTC))
    expected = today + timedelta(days=ANSWER_DAYS)
    return {"happened_on": today.isoformat(), "answer_by": expected.isoformat()}


@routes.post(LIST)
async def open_dispute(visit: VisitDep) -> Response:
    """Sends the complaint, and leads to the dispute."""

    async def page(form: Form, status: int) -> Response:
        return await _form_page(visit, form, status)

    try:
        asked = _asked(visit.form)
        row = await open_one(visit.services, visit.caller, visit.command_id, asked)
    except Refusal as refusal:
        return await refused(visit, refusal, LIST, page)
    return visit.see(f"{LIST}/{row.id}")


def _asked(form: Form) -> Complaint:
    wrong = list[FieldError]()
    kind, demand = form.line("kind"), form.line("demand")
    if kind not in frozenset(DisputeKind):
        wrong.append(FieldError("page_choice_missing", field="kind"))
    if demand not in frozenset(Demand):
        wrong.append(FieldError("page_choice_missing", field="demand"))
    texts = {name: _text(form, name, wrong) for name in _LIMITS}
    kopecks = kopecks_in(form, "demand_amount", wrong, or_nothing=True)
    days = [_day(form, name, wrong) for name in ("happened_on", "answer_by")]
    if wrong:
        raise invalid(*wrong)
    if demand in OF_MONEY and not kopecks:
        raise invalid(FieldError("dispute_sum_of_demand", field="demand_amount"))
    return Complaint(
        form.line("invoice_number"),
        DisputeKind(kind),
        days[0],
        texts["problem"],
        texts["proof"],
        texts["steps"],
        Demand(demand),
        kopecks if demand in OF_MONEY else None,
        days[1],
    )


def _text(form: Form, name: str, wrong: list[FieldError]) -> str:
    text, limit = form.text(name), _LIMITS[name]
    if not text.strip():
        wrong.append(FieldError("page_field_missing", field=name))
    elif len(text) > limit:
        params = {"length": len(text), "at_most": limit}
        wrong.append(FieldError("ticket_text_too_long", field=name, params=params))
    return text


def _day(form: Form, name: str, wrong: list[FieldError]) -> date:
    try:
        return day_in(form.line(name), name)
    except Refusal as refusal:
        wrong.extend(refusal.fields)
        return date.min


async def _form_page(visit: Visit, form: Form, status: int = HTTPStatus.OK) -> Response:
    """The form of an order of the client's own; raises `Refusal` `not_found` for any other."""
    (orders,) = await visit.database.read(submission.order(form.line("invoice_number")))
    order = require_visible(visit.caller, orders)
    language = visit.language
    return visit.page(
        "dispute_form.html",
        status=status,
        form=form,
        order=order,
        kinds=[(one.value, translate(f"dispute.kind.{one}", language)) for one in DisputeKind],
        demands=[(one.value, translate(f"dispute.demand.{one}", language)) for one in Demand],
    )
