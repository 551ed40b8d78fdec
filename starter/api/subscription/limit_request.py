"""Requests for a higher limit over HTTP, by clients on the biggest tariff, and specialists'
answers.
"""

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import Path, Query, Response
from pydantic import Field

from db.subscription import limit_request as requests
from domain.subscription.tariff import MAX_UNITS
from starter.access import require_own
from starter.api.http import links
from starter.api.http.models import Body, Note
from starter.api.http.paging import DEFAULT_LIMIT, Cursor, Limit, Page, key_in, moment_in, page_of
from starter.api.http.problems import UNKNOWN
from starter.api.http.route import (
    CommandId,
    CurrentCaller,
    DatabaseDep,
    LanguageDep,
    ServicesDep,
    router,
)
from starter.api.subscription.offer import OfferedBody
from starter.api.subscription.presenters import SubscriptionPath
from starter.commands.refusal import LookAt, Noun
from starter.commands.subscription import limit_request as command
from starter.commands.subscription.limit_request import LimitAsked, found
from starter.presentation.case.waiting import WaitingShown
from starter.presentation.subscription.limit_requests import (
    LimitRequestShown,
    limit_request_shown,
)
from starter.presentation.subscription.waiting import limit_request_waiting

routes = router("subscriptions")

RequestPath = Annotated[UUID, Path(description="The request's id.")]


class LimitRequestBody(Body):
    """How much the client needs, and what for."""

    units_wanted: int = Field(ge=1, le=MAX_UNITS, examples=[5000])
    text: Note


class AnswerBody(Body):
    """A specialist's answer; an `offer` can be ordered at once."""

    text: Note
    offer: OfferedBody | None = None


@routes.post(
    "/v1/subscriptions/{subscription_id}/limit-requests",
    summary="Request a higher limit",
    status_code=HTTPStatus.CREATED,
    responses=UNKNOWN,
)
async def ask_for_limit(
    subscription_id: SubscriptionPath,
    body: LimitRequestBody,
    services: ServicesDep,
    caller: CurrentCaller,
    command_id: CommandId,
    language: LanguageDep,
    response: Response,
) -> LimitRequestShown:
    """It is sent to specialists; a subscription has one open request at a time."""
    asked = LimitAsked(body.units_wanted, body.text)
    row = await command.ask_for_limit(services, caller, command_id, subscription_id, asked)
    response.headers["Location"] = links.link_to(LookAt(Noun.LIMIT_REQUEST, str(row.id)))
    return limit_request_shown(row, language, caller.role)


@routes.get("/v1/limit-requests", summary="Requests for a higher limit, the oldest first")
async def list_limit_requests(
    database: DatabaseDep,
    caller: CurrentCaller,
    language: LanguageDep,
    open_only: Annotated[bool, Query(description="Only those that wait for an answer.")] = True,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Page[LimitRequestShown]:
    """The requests that wait for a specialist."""
    (rows,) = await database.read(
        requests.listed(limit + 1, open_only=open_only, after=key_in(cursor, moment_in, UUID))
    )
    shown, following = page_of(rows, limit, lambda row: (row.asked_at, row.id))
    return Page(
        items=[limit_request_shown(row, language, caller.role) for row in shown],
        next=following,
    )


@routes.get("/v1/limit-requests/{request_id}", summary="One request for a higher limit")
async def read_limit_request(
    request_id: RequestPath, database: DatabaseDep, caller: CurrentCaller, language: LanguageDep
) -> LimitRequestShown:
    """A client reads only its own."""
    row = await found(database, request_id)
    require_own(caller, row.client_id)
    return limit_request_shown(row, language, caller.role)


@routes.get("/v1/limit-requests/{request_id}/waiting", summary="Why a limit request stands")
async def read_limit_request_waiting(
    request_id: RequestPath, services: ServicesDep, _caller: CurrentCaller, language: LanguageDep
) -> WaitingShown:
    """Whom it waits for, since when and until when, what comes next, and who may do what."""
    return await limit_request_waiting(services, request_id, language)


@routes.post(
    "/v1/limit-requests/{request_id}/answer",
    summary="Answer a request for a higher limit",
    responses=UNKNOWN,
)
async def answer_limit_request(
    request_id: RequestPath,
    body: AnswerBody,
    services: ServicesDep,
    caller: CurrentCaller,
    command_id: CommandId,
    language: LanguageDep,
) -> LimitRequestShown:
    """The client is notified; an offer is valid at once. The first answer counts."""
    offered = None if body.offer is None else body.offer.offered
    row = await command.answer_limit_request(
        services, caller, command_id, request_id, body.text, offered
    )
    return limit_request_shown(row, language, caller.role)
