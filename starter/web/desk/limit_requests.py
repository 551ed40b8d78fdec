"""Requests for a higher limit at the desk: those that wait, and a specialist's answer."""

from datetime import UTC, date, datetime
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import Path, Query
from starlette.responses import Response

from db.subscription import limit_request as requests
from db.subscription import tariff as tariffs_in
from domain.calendar.bank_calendar import moscow_date
from domain.subscription.tariff import MAX_UNITS
from starter.commands.refusal import FieldError, Refusal, invalid
from starter.commands.subscription import limit_request as command
from starter.commands.subscription.limit_request import found
from starter.commands.subscription.offer import Offered
from starter.presentation.subscription.limit_requests import (
    LimitRequestShown,
    limit_request_shown,
)
from starter.presentation.subscription.waiting import limit_request_waiting
from starter.web.desk.amounts import kopecks_in
from starter.web.desk.following import LIMIT_REQUESTS, decided
from starter.web.desk.saved import FILE_ROWS, FileAsked, FileColumn, SavedList
from starter.web.http.deed import needed
from starter.web.http.forms import Form
from starter.web.http.numbers import units_in
from starter.web.http.page import pages
from starter.web.http.paging import CURSOR, cursor_of, seen_message
from starter.web.http.visit import Visit, VisitDep
from texts import translate

LIST = LIMIT_REQUESTS.path
SHOWN = 50
"""Requests of one page."""
OFFERED = ("tariff_code", "units", "price", "valid_until")
"""The fields of an offer: all of them, or none."""

SAVED = SavedList[LimitRequestShown](
    LIST,
    "page.desk.limits",
    (
        FileColumn("page.desk.client", lambda one, _: one.client_name),
        FileColumn("page.desk.subscription", lambda one, _: one.subscription_title),
        FileColumn("page.desk.limits.wanted", lambda one, _: one.units_wanted),
        FileColumn("page.desk.opened_at", lambda one, _: one.asked_at),
        FileColumn("page.desk.status", lambda one, _: one.title),
    ),
)
"""The list as a file."""

RequestId = Annotated[UUID, Path()]

routes = pages()


@routes.get(LIST)
async def list_limit_requests(
    visit: VisitDep,
    answered: bool = False,
    after: Annotated[str | None, Query(pattern=CURSOR)] = None,
    file: FileAsked = None,
) -> Response:
    """Requests that wait for an answer, the longest waiting first; or all of them."""
    words = translate(
        "page.desk.limits.all" if answered else "page.desk.limits.open", visit.language
    )
    if file is not None:
        found_rows = await visit.database.rows(
            requests.listed(FILE_ROWS + 1, open_only=not answered)
        )
        whole = [limit_request_shown(row, visit.language, visit.caller.role) for row in found_rows]
        return await SAVED.file(visit.language, file, words, whole)
    rows = await visit.database.rows(
        requests.listed(SHOWN + 1, open_only=not answered, after=seen_message(after))
    )
    shown = rows[:SHOWN]
    return visit.page(
        "desk_limit_requests.html",
        requests=[limit_request_shown(row, visit.language, visit.caller.role) for row in shown],
        answered=answered,
        saved=SAVED.saved(words, answered="true" if answered else ""),
        following=cursor_of(shown[-1].asked_at, shown[-1].id) if len(rows) > SHOWN else None,
    )


@routes.get(f"{LIST}/{{request_id}}")
async def show_limit_request_on_desk(visit: VisitDep, request_id: RequestId) -> Response:
    """The page that the list and letters to staff lead to."""
    return await _page(visit, request_id)


@routes.post(f"{LIST}/{{request_id}}/answer")
async def answer_limit_request(visit: VisitDep, request_id: RequestId) -> Response:
    """Answers in words, with an offer that can be ordered at once, or without one."""

    async def page(form: Form, status: int) -> Response:
        return await _page(visit, request_id, form, status)

    return await decided(visit, _answered(visit, request_id), LIMIT_REQUESTS, request_id, page)


async def _answered(visit: Visit, request_id: UUID) -> None:
    """Refused as `invalid` with what is wrong beside the fields of the form."""
    text = needed(visit.form, "text", "page_answer_missing")
    offered = _offered(visit.form)
    try:
        await command.answer_limit_request(
            visit.services, visit.caller, visit.command_id, request_id, text, offered
        )
    except Refusal as refusal:
        raise _named_as_fields(refusal) from None


async def _page(
    visit: Visit, request_id: UUID, form: Form | None = None, status: int = HTTPStatus.OK
) -> Response:
    row = await found(visit.database, request_id)
    is_open = row.answer_id is None
    today = moscow_date(datetime.now(UTC))
    tariffs, prices = await visit.database.read(*tariffs_in.catalogue(today))
    return visit.page(
        "desk_limit_request.html",
        status=status,
        form=form,
        here=f"{LIST}/{request_id}",
        request=limit_request_shown(row, visit.language, visit.caller.role),
        waiting=await limit_request_waiting(visit.services, request_id, visit.language),
        tariffs=[one for one in tariffs_in.tariffs_from(tariffs, prices) if not one.is_free],
        today=today,
        following=None if is_open else await LIMIT_REQUESTS.following(visit, request_id),
    )


def _offered(form: Form) -> Offered | None:
    """The offer as it was typed; None where nothing was. Raises `Refusal` beside its fields."""
    if not any(form.line(name) for name in OFFERED):
        return None
    wrong: list[FieldError] = []
    units = units_in(form, "units", MAX_UNITS, wrong)
    price = kopecks_in(form, "price", wrong)
    valid_until = _day(form, wrong)
    if not form.line("tariff_code"):
        wrong.append(FieldError("page_choice_missing", field="tariff_code"))
    if wrong or valid_until is None:
        raise invalid(*wrong)
    return Offered(form.line("tariff_code"), units, price, valid_until)


def _day(form: Form, wrong: list[FieldError]) -> date | None:
    try:
        return date.fromisoformat(form.line("valid_until"))
    except ValueError:
        wrong.append(FieldError("page_day_missing", field="valid_until"))
        return None


def _named_as_fields(refusal: Refusal) -> Refusal:
    """The command's words about the offer, beside the fields of the form."""
    fields = [
        FieldError(one.code, (one.pointer or "").replace("/offer/", "/") or None, one.field)
        for one in refusal.fields
    ]
    return invalid(*fields) if fields else refusal
