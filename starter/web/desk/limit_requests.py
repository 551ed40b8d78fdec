"""Requests for a higher limit at the desk: those that wait, and a specialist's answer."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import Path, Query
from starlette.responses import Response

from db.subscription import limit_request as requests
from domain.calendar.bank_calendar import moscow_date
from starter.commands.refusal import FieldError, Refusal, invalid
from starter.commands.subscription import limit_request as command
from starter.commands.subscription.limit_request import found
from starter.presentation.subscription.limit_requests import (
    LimitRequestShown,
    limit_request_shown,
)
from starter.presentation.subscription.waiting import limit_request_waiting
from starter.web.desk.following import LIMIT_REQUESTS, decided
from starter.web.desk.offered import is_offer_typed, offered_in, tariffs_sold
from starter.web.desk.saved import FILE_ROWS, FileAsked, FileColumn, SavedList
from starter.web.http.deed import needed
from starter.web.http.forms import Form
from starter.web.http.page import pages
from starter.web.http.paging import CURSOR, cursor_of, seen_message
from starter.web.http.visit import Visit, VisitDep
from texts import translate

LIST = LIMIT_REQUESTS.path
SHOWN = 50
"""Requests of one page."""

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
    offered = offered_in(visit.form) if is_offer_typed(visit.form) else None
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
    return visit.page(
        "desk_limit_request.html",
        status=status,
        form=form,
        here=f"{LIST}/{request_id}",
        request=limit_request_shown(row, visit.language, visit.caller.role),
        waiting=await limit_request_waiting(visit.services, request_id, visit.language),
        tariffs=await tariffs_sold(visit.database, today),
        today=today,
        following=None if is_open else await LIMIT_REQUESTS.following(visit, request_id),
    )


def _named_as_fields(refusal: Refusal) -> Refusal:
    """The command's words about the offer, beside the fields of the form."""
    fields = [
        FieldError(one.code, (one.pointer or "").replace("/offer/", "/") or None, one.field)
        for one in refusal.fields
    ]
    return invalid(*fields) if fields else refusal
