"""A client at the biggest tariff asks for a higher limit; a specialist answers."""

from datetime import UTC, date, datetime
from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID, uuid5

from fastapi import Path, Query, Response
from pydantic import Field
from temporalio.client import WithStartWorkflowOperation
from temporalio.common import (
    SearchAttributePair,
    TypedSearchAttributes,
    WorkflowIDConflictPolicy,
    WorkflowIDReusePolicy,
)
from temporalio.exceptions import WorkflowAlreadyStartedError

from db.database import ConstraintBroken, Database, Row
from db.subscription import limit_request as requests
from db.subscription import offer as offers
from db.subscription import subscription as subscriptions
from domain.calendar.bank_calendar import moscow_date
from domain.subscription.limit_request import (
    LimitRequest,
    LimitRequestStatus,
    limit_request_workflow_id,
)
from domain.subscription.offer import Situation, may_ask_for_limit
from starter.access import require_own
from starter.api.http.auth import Caller
from starter.api.http.models import Body, Note, Roubles, Shown
from starter.api.http.paging import (
    DEFAULT_LIMIT,
    Cursor,
    Limit,
    Page,
    cursor_from,
    moment_and_id_in,
    page_of,
)
from starter.api.http.problems import Problem, documented
from starter.api.http.route import (
    CommandId,
    CurrentCaller,
    DatabaseDep,
    LanguageDep,
    TemporalDep,
    router,
)
from starter.api.subscription.catalogue import MAX_UNITS
from starter.api.subscription.offer import OfferedBody, check_offered
from starter.api.subscription.presenters import SubscriptionPath, require_visible
from starter.commands.cases import Cases
from starter.commands.refusal import FieldError, LookAt, Noun, invalid, not_found
from texts import Language, translate
from workflows.case.kernel import CASE_STATUS
from workflows.limit_request import ANSWERED, LimitRequestWorkflow

UNKNOWN = documented(HTTPStatus.ACCEPTED)
MAX_TRIES = 3
"""Tries to put a request down that another one, answered since, stood in the way of."""

routes = router("subscriptions")

RequestPath = Annotated[UUID, Path(description="The request's id.")]


class LimitRequestBody(Body):
    """How much the client needs, and what for."""

    units_wanted: int = Field(ge=1, le=MAX_UNITS, examples=[5000])
    text: Note


class AnswerBody(Body):
    """A specialist's answer; with `offer` the client can order at once."""

    text: Note
    offer: OfferedBody | None = None


class OfferedShown(Shown):
    """The individual offer that came with an answer."""

    id: UUID
    tariff_code: str
    units: int
    price: Roubles
    valid_until: date


class LimitRequestShown(Shown):
    """A request for a higher limit."""

    id: UUID
    subscription_id: str
    subscription_title: str
    client_id: str
    client_name: str
    status: LimitRequestStatus
    title: str
    units_wanted: int
    text: str
    asked_at: datetime
    answer: str | None
    answered_at: datetime | None
    offer: OfferedShown | None


@routes.post(
    "/v1/subscriptions/{subscription_id}/limit-requests",
    summary="Ask for more than the biggest tariff",
    status_code=HTTPStatus.CREATED,
    responses=UNKNOWN,
)
async def ask_for_limit(
    subscription_id: SubscriptionPath,
    body: LimitRequestBody,
    database: DatabaseDep,
    cases: TemporalDep,
    caller: CurrentCaller,
    command_id: CommandId,
    language: LanguageDep,
    response: Response,
) -> LimitRequestShown:
    """Reaches a specialist; one request of a subscription is open at a time."""
    request_id = uuid5(command_id, "limit_request")
    await _put(database, cases, caller, command_id, subscription_id, body)
    await _open(cases, request_id, command_id)
    response.headers["Location"] = _link_to(request_id)
    return _shown(await _found(database, request_id), language)


@routes.get("/v1/limit-requests", summary="Requests for a higher limit, the oldest first")
async def list_limit_requests(
    database: DatabaseDep,
    _caller: CurrentCaller,
    language: LanguageDep,
    open_only: Annotated[bool, Query(description="Only those that wait for an answer.")] = True,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Page[LimitRequestShown]:
    """What the specialists have to answer."""
    (rows,) = await database.read(
        requests.listed(limit + 1, open_only=open_only, after=moment_and_id_in(cursor))
    )
    shown, last = page_of(rows, limit)
    return Page(
        items=[_shown(row, language) for row in shown],
        next=None if last is None else cursor_from(last.asked_at.isoformat(), str(last.id)),
    )


@routes.get("/v1/limit-requests/{request_id}", summary="One request for a higher limit")
async def read_limit_request(
    request_id: RequestPath, database: DatabaseDep, caller: CurrentCaller, language: LanguageDep
) -> LimitRequestShown:
    """A client reads its own only."""
    row = await _found(database, request_id)
    require_own(caller, row.client_id)
    return _shown(row, language)


@routes.post(
    "/v1/limit-requests/{request_id}/answer",
    summary="Answer a request for a higher limit",
    responses=UNKNOWN,
)
async def answer_limit_request(
    request_id: RequestPath,
    body: AnswerBody,
    database: DatabaseDep,
    cases: TemporalDep,
    caller: CurrentCaller,
    command_id: CommandId,
    language: LanguageDep,
) -> LimitRequestShown:
    """The client is told; an offer holds from now on. The first answer counts."""
    now, answer_id = datetime.now(UTC), uuid5(command_id, "limit_answer")
    row = await _found(database, request_id)
    if row.answer_id is None:
        if body.offer is not None:
            await check_offered(database, body.offer, moscow_date(now), "/offer")
        async with database.transaction() as transaction:
            columns = _answer_columns(request_id, body, caller, now)
            requests.put_answer(transaction, answer_id, columns)
        await _answer(cases, request_id, answer_id, command_id)
        row = await _found(database, request_id)
    if row.answer_id != answer_id:
        raise Problem(ANSWERED, HTTPStatus.CONFLICT)
    return _shown(row, language)


async def _put(
    database: Database,
    cases: Cases,
    caller: Caller,
    command_id: UUID,
    subscription_id: str,
    body: LimitRequestBody,
) -> None:
    """Puts the request down, once however often the command comes; raises `Problem` when another
    one waits already, or none is needed.
    """
    request_id = uuid5(command_id, "limit_request")
    for _ in range(MAX_TRIES):
        (known,) = await database.read(requests.one(request_id))
        if known:
            return
        columns = await _judged(database, cases, caller, command_id, subscription_id, body)
        try:
            async with database.transaction() as transaction:
                requests.put(transaction, request_id, columns)
        except ConstraintBroken as broken:
            if broken.constraint not in requests.TAKEN:
                raise
        else:
            return
    raise Problem("limit_request_open", HTTPStatus.CONFLICT)


async def _judged(
    database: Database,
    cases: Cases,
    caller: Caller,
    command_id: UUID,
    subscription_id: str,
    body: LimitRequestBody,
) -> dict[str, Any]:
    """The row of a request that may be put down."""
    now = datetime.now(UTC)
    heads, waiting, *facts = await database.read(
        subscriptions.one(subscription_id),
        requests.open_one(subscription_id),
        *offers.facts(subscription_id, now),
    )
    subscription = require_visible(caller, heads)
    if waiting and waiting[0].id != uuid5(command_id, "limit_request"):
        # Whoever asked may have lost its way to Temporal: the case of that request runs now.
        await _open(cases, waiting[0].id, command_id)
        raise _open_already(waiting[0].id)
    _check(offers.situation_from(facts, now), body)
    return {
        "subscription_id": subscription_id,
        "client_id": subscription.client_id,
        "units_wanted": body.units_wanted,
        "text": body.text,
        "asked_by": caller.login,
        "asked_at": now,
    }


def _check(situation: Situation, body: LimitRequestBody) -> None:
    if situation.running is None or not may_ask_for_limit(situation):
        raise Problem("limit_not_biggest", HTTPStatus.CONFLICT)
    if body.units_wanted <= situation.running.units:
        params = {"units": situation.running.units}
        raise invalid(FieldError("limit_too_small", "/units_wanted", params=params))


def _open_already(request_id: UUID) -> Problem:
    return Problem(
        "limit_request_open",
        HTTPStatus.CONFLICT,
        headers={"Location": _link_to(request_id)},
        extra={"limit_request_id": str(request_id)},
    )


async def _open(cases: Cases, request_id: UUID, command_id: UUID) -> None:
    """Has a request wait for its answer; one that was answered meanwhile has nothing to do."""
    try:
        await cases.update_with_start(
            _start(cases, request_id),
            LimitRequestWorkflow.ask,
            command_id,
            look_at=LookAt(Noun.LIMIT_REQUEST, str(request_id)),
        )
    except WorkflowAlreadyStartedError:
        return


async def _answer(cases: Cases, request_id: UUID, answer_id: UUID, command_id: UUID) -> None:
    try:
        await cases.update_with_start(
            _start(cases, request_id),
            LimitRequestWorkflow.answer,
            command_id,
            str(answer_id),
            look_at=LookAt(Noun.LIMIT_REQUEST, str(request_id)),
        )
    except WorkflowAlreadyStartedError:
        raise Problem(ANSWERED, HTTPStatus.CONFLICT) from None


def _start(cases: Cases, request_id: UUID) -> WithStartWorkflowOperation[Any, Any]:
    return WithStartWorkflowOperation(
        LimitRequestWorkflow.run,
        LimitRequest(str(request_id)),
        id=limit_request_workflow_id(str(request_id)),
        task_queue=cases.task_queue,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
        search_attributes=TypedSearchAttributes(
            [SearchAttributePair(CASE_STATUS, LimitRequestStatus.AWAITING_ANSWER)]
        ),
        static_summary=translate("ui.limit_request"),
    )


async def _found(database: Database, request_id: UUID) -> Row:
    (rows,) = await database.read(requests.one(request_id))
    if not rows:
        raise not_found()
    return rows[0]


def _answer_columns(
    request_id: UUID, body: AnswerBody, caller: Caller, now: datetime
) -> dict[str, Any]:
    columns: dict[str, Any] = {
        "limit_request_id": request_id,
        "text": body.text,
        "written_by": caller.login,
        "written_at": now,
    }
    if body.offer is not None:
        columns |= {
            "tariff_code": body.offer.tariff_code,
            "units": body.offer.units,
            "price_kopecks": body.offer.price,
            "valid_until": body.offer.valid_until,
        }
    return columns


def _shown(row: Row, language: Language) -> LimitRequestShown:
    answered = row.answer_id is not None
    status = LimitRequestStatus.ANSWERED if answered else LimitRequestStatus.AWAITING_ANSWER
    return LimitRequestShown(
        id=row.id,
        subscription_id=row.subscription_id,
        subscription_title=row.title,
        client_id=row.client_id,
        client_name=row.client_name,
        status=status,
        title=translate(f"limit_request.status.{status}", language),
        units_wanted=row.units_wanted,
        text=row.text,
        asked_at=row.asked_at,
        answer=row.answer,
        answered_at=row.answered_at,
        offer=_offered(row),
    )


def _offered(row: Row) -> OfferedShown | None:
    """The offer's id is its answer's."""
    if row.tariff_code is None:
        return None
    return OfferedShown(
        id=row.answer_id,
        tariff_code=row.tariff_code,
        units=row.units,
        price=row.price_kopecks,
        valid_until=row.valid_until,
    )


def _link_to(request_id: UUID) -> str:
    return f"/v1/limit-requests/{request_id}"
