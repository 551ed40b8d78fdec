"""Requests for a higher limit, by a client on the biggest tariff, and a specialist's answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

from temporalio.client import WithStartWorkflowOperation
from temporalio.common import (
    SearchAttributePair,
    TypedSearchAttributes,
    WorkflowIDConflictPolicy,
    WorkflowIDReusePolicy,
)
from temporalio.exceptions import WorkflowAlreadyStartedError

from db.database import ConstraintBroken, Database
from db.facts import Reading, every, load, together
from db.subscription import limit_request as requests
from db.subscription import offer as offers
from db.subscription import subscription as subscriptions
from db.subscription.limit_request import RequestWithAnswer
from db.subscription.subscription_queries import SubscriptionRow
from domain.calendar.bank_calendar import moscow_date
from domain.subscription.limit_request import (
    LimitRequest,
    LimitRequestStatus,
    limit_request_workflow_id,
)
from domain.subscription.offer import Situation, may_ask_for_limit
from starter.access import require_visible
from starter.caller import Caller
from starter.commands.cases import Cases
from starter.commands.command import command
from starter.commands.refusal import (
    FieldError,
    LookAt,
    Noun,
    Refusal,
    conflict,
    invalid,
    not_found,
)
from starter.commands.services import Services
from starter.commands.subscription.offer import Offered, check_offered
from texts import translate
from workflows.case.kernel import CASE_STATUS
from workflows.limit_request import ANSWERED, LimitRequestWorkflow

MAX_TRIES = 3
"""Tries to store a request after another one, answered meanwhile, was in its way."""


@dataclass(frozen=True)
class LimitAsked:
    """How much the client needs, and what for."""

    units_wanted: int
    text: str


@dataclass(frozen=True)
class _Facts:
    """The facts that a request is decided by, read at one moment."""

    subscriptions: Sequence[SubscriptionRow]
    waiting: Sequence[RequestWithAnswer]
    situation: Situation


@command
async def ask_for_limit(
    services: Services, caller: Caller, command_id: UUID, subscription_id: str, asked: LimitAsked
) -> RequestWithAnswer:
    """Stores a request and sends it to specialists; a subscription has one open request at a
    time.
    """
    request_id = uuid5(command_id, "limit_request")
    await _put(services, caller, command_id, subscription_id, asked)
    await _open(services.cases, request_id, command_id)
    return await found(services.database, request_id)


@command
async def answer_limit_request(
    services: Services,
    caller: Caller,
    command_id: UUID,
    request_id: UUID,
    text: str,
    offered: Offered | None,
) -> RequestWithAnswer:
    """Stores the answer and notifies the client; its offer is valid at once. The first answer
    counts.
    """
    now, answer_id, database = (
        datetime.now(UTC),
        uuid5(command_id, "limit_answer"),
        services.database,
    )
    row = await found(database, request_id)
    if row.answer_id is None:
        if offered is not None:
            await check_offered(database, offered, moscow_date(now), "/offer")
        async with database.transaction() as transaction:
            columns = _answer_columns(request_id, text, offered, caller, now)
            requests.put_answer(transaction, answer_id, columns)
        await _answer(services.cases, request_id, answer_id, command_id)
        row = await found(database, request_id)
    if row.answer_id != answer_id:
        raise conflict(ANSWERED)
    return row


async def found(database: Database, request_id: UUID) -> RequestWithAnswer:
    """The request of this id."""
    (rows,) = await database.read(requests.one(request_id))
    if not rows:
        raise not_found()
    return rows[0]


async def _put(
    services: Services,
    caller: Caller,
    command_id: UUID,
    subscription_id: str,
    asked: LimitAsked,
) -> None:
    """Stores the request once, also when the command is repeated; refused when another one is open,
    or none is needed.
    """
    request_id = uuid5(command_id, "limit_request")
    for _ in range(MAX_TRIES):
        (known,) = await services.database.read(requests.one(request_id))
        if known:
            return
        columns = await _judged(services, caller, command_id, subscription_id, asked)
        try:
            async with services.database.transaction() as transaction:
                requests.put(transaction, request_id, columns)
        except ConstraintBroken as broken:
            if broken.constraint not in requests.TAKEN:
                raise
        else:
            return
    raise conflict("limit_request_open")


async def _judged(
    services: Services,
    caller: Caller,
    command_id: UUID,
    subscription_id: str,
    asked: LimitAsked,
) -> dict[str, Any]:
    """The row of a request that may be stored."""
    now = datetime.now(UTC)
    found = await load(services.database, _facts(subscription_id, now))
    subscription = require_visible(caller, found.subscriptions)
    if found.waiting and found.waiting[0].id != uuid5(command_id, "limit_request"):
        # Whoever asked may have lost its way to Temporal: the case of that request runs now.
        await _open(services.cases, found.waiting[0].id, command_id)
        raise _open_already(found.waiting[0].id)
    _check(found.situation, asked)
    return {
        "subscription_id": subscription_id,
        "client_id": subscription.client_id,
        "units_wanted": asked.units_wanted,
        "text": asked.text,
        "asked_by": caller.login,
        "asked_at": now,
    }


def _facts(subscription_id: str, now: datetime) -> Reading[_Facts]:
    return together(
        _Facts,
        every(subscriptions.one(subscription_id)),
        every(requests.open_one(subscription_id)),
        offers.situation(subscription_id, now),
    )


def _check(situation: Situation, asked: LimitAsked) -> None:
    if situation.running is None or not may_ask_for_limit(situation):
        raise conflict("limit_not_biggest")
    if asked.units_wanted <= situation.running.units:
        params = {"units": situation.running.units}
        raise invalid(FieldError("limit_too_small", "/units_wanted", params=params))


def _open_already(request_id: UUID) -> Refusal:
    return conflict(
        "limit_request_open",
        details={"limit_request_id": str(request_id)},
        look_at=LookAt(Noun.LIMIT_REQUEST, str(request_id)),
    )


async def _open(cases: Cases, request_id: UUID, command_id: UUID) -> None:
    """Starts the request's case; one that was answered meanwhile has nothing to do."""
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
        raise conflict(ANSWERED) from None


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


def _answer_columns(
    request_id: UUID, text: str, offered: Offered | None, caller: Caller, now: datetime
) -> dict[str, Any]:
    columns: dict[str, Any] = {
        "limit_request_id": request_id,
        "text": text,
        "written_by": caller.login,
        "written_at": now,
    }
    if offered is not None:
        columns |= {
            "tariff_code": offered.tariff_code,
            "units": offered.units,
            "price_kopecks": offered.price_kopecks,
            "valid_until": offered.valid_until,
        }
    return columns
