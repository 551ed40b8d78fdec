"""A request for a higher limit, by a client on the biggest tariff, and its answer."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import Path
from starlette.responses import Response

from db.facts import every, load, together
from db.subscription import limit_request as requests
from domain.calendar.bank_calendar import moscow_date
from domain.subscription.offer import may_ask_for_limit
from domain.subscription.tariff import MAX_UNITS
from domain.text import has_control_characters
from starter.access import require_own, require_visible
from starter.commands.refusal import FieldError, Refusal, RefusalKind, invalid
from starter.commands.subscription import limit_request as command
from starter.commands.subscription.limit_request import LimitAsked, found
from starter.presentation.models import MAX_NOTE_LENGTH
from starter.presentation.subscription.limit_requests import limit_request_shown
from starter.presentation.subscription.offers import offering
from starter.web.cabinet.addresses import SubscriptionId, limit_request_page
from starter.web.http.forms import Form
from starter.web.http.numbers import units_in
from starter.web.http.page import pages
from starter.web.http.visit import Visit, VisitDep

UNITS = "units_wanted"
TEXT = "text"

routes = pages()


@routes.get("/subscriptions/{subscription_id}/limit-request")
async def show_limit_request_form(visit: VisitDep, subscription_id: SubscriptionId) -> Response:
    """How much is needed and what for; leads to the request that is open already."""
    return await _form_page(visit, subscription_id, Form())


@routes.post("/subscriptions/{subscription_id}/limit-requests")
async def ask_for_limit(visit: VisitDep, subscription_id: SubscriptionId) -> Response:
    """Sends the request to the specialists and leads to its page."""
    try:
        row = await command.ask_for_limit(
            visit.services, visit.caller, visit.command_id, subscription_id, _asked(visit.form)
        )
    except Refusal as refusal:
        if refusal.kind not in {RefusalKind.INVALID, RefusalKind.CONFLICT}:
            raise
        conflicts = refusal.kind is RefusalKind.CONFLICT
        status = HTTPStatus.CONFLICT if conflicts else HTTPStatus.UNPROCESSABLE_ENTITY
        form = visit.form.refused(refusal, visit.language)
        return await _form_page(visit, subscription_id, form, status)
    return visit.see(limit_request_page(row.id))


@routes.get("/limit-requests/{request_id}")
async def show_limit_request(visit: VisitDep, request_id: Annotated[UUID, Path()]) -> Response:
    """One request: what was asked for, whom it waits for, and what was answered."""
    row = await found(visit.database, request_id)
    require_own(visit.caller, row.client_id)
    request = limit_request_shown(row, visit.language, visit.caller.role)
    return visit.page("limit_request.html", request=request, today=moscow_date(datetime.now(UTC)))


async def _form_page(
    visit: Visit, subscription_id: str, form: Form, status: int = HTTPStatus.OK
) -> Response:
    reading = together(
        lambda offering, waiting: (offering, waiting),
        offering(subscription_id, datetime.now(UTC)),
        every(requests.open_one(subscription_id)),
    )
    offered, waiting = await load(visit.database, reading)
    subscription = require_visible(visit.caller, offered.heads)
    if waiting and not form.fields:
        return visit.see(limit_request_page(waiting[0].id))
    return visit.page(
        "limit_request_form.html",
        status=status,
        form=form,
        subscription=subscription,
        running=offered.situation.running,
        may_ask=may_ask_for_limit(offered.situation),
        waiting=waiting[0].id if waiting else None,
    )


def _asked(form: Form) -> LimitAsked:
    """The request as it was typed; raises `Refusal` with every wrong field."""
    text, wrong = form.text(TEXT), list[FieldError]()
    units = units_in(form, UNITS, MAX_UNITS, wrong)
    code = _wrong_with(text)
    if code is not None:
        wrong.append(FieldError(code, field=TEXT))
    if wrong:
        raise invalid(*wrong)
    return LimitAsked(units, text)


def _wrong_with(text: str) -> str | None:
    if not text:
        return "field_missing"
    if len(text) > MAX_NOTE_LENGTH:
        return "field_too_long"
    return "text_characters" if has_control_characters(text) else None
