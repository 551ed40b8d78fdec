"""Opens a refund case."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from temporalio.client import WithStartWorkflowOperation
from temporalio.common import (
    TypedSearchAttributes,
    WorkflowIDConflictPolicy,
    WorkflowIDReusePolicy,
)
from temporalio.exceptions import WorkflowAlreadyStartedError

from db.database import Database
from db.query import present
from db.refund import reads as cases_in
from db.refund import submission as submissions
from domain.refund.opening import OPENED
from domain.refund.policy import RefundPolicy
from domain.refund.refund import (
    AskedLine,
    RefundKind,
    RefundRequest,
    RefundStatus,
    TransitionResult,
    workflow_id,
)
from starter.caller import Caller
from starter.commands.cases import Cases
from starter.commands.command import command
from starter.commands.mail_address import checked_address
from starter.commands.refund.conditions import refused
from starter.commands.refund.grounds import Grounds, grounds_of
from starter.commands.refusal import (
    FieldError,
    LookAt,
    Noun,
    Refusal,
    case_closed,
    conflict,
    invalid,
)
from starter.commands.services import Services
from texts import translate
from workflows.case.kernel import foretold
from workflows.refund import RefundWorkflow

MAX_TRIES = 3
"""Tries to open a case whose number was taken, by one that has ended, since the count."""
REFUND_ALREADY_OPEN = "refund_already_open"


@dataclass(frozen=True)
class RefundAsked:
    """What is to be refunded: no lines means the whole invoice, no day of stopping means today.

    `contact_email` is where letters of this case go; None: to the client's own address.
    """

    invoice_number: str
    lines: tuple[AskedLine, ...] = ()
    stopped_on: date | None = None
    kind: RefundKind = RefundKind.INVOICE
    contact_email: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class RefundOpened:
    """The case, and whether this command opened it."""

    refund_id: str
    result: TransitionResult
    is_new: bool


@command
async def open_refund(
    services: Services, caller: Caller, command_id: UUID, asked: RefundAsked
) -> RefundOpened:
    """Opens a case, or returns the open case that asks for the same. A repeat is answered by the
    case that it has opened, also when that has ended since: it opens no second one.

    What is not refundable is refused with its reason, and no case is started.
    """
    for _ in range(MAX_TRIES):
        grounds = await grounds_of(
            services.database, caller, asked.invoice_number, asked.stopped_on
        )
        earlier = next((one.id for one in grounds.cases if one.request_id == command_id), None)
        if earlier is not None:
            return await _opened_before(services.database, earlier, grounds, asked)
        _check_request(grounds, asked)
        await _keep_contact(services.database, caller, command_id, asked)
        request = _request(grounds, asked, command_id)
        try:
            result = await _opened(services.cases, request, command_id, grounds.policy)
        except WorkflowAlreadyStartedError:
            continue
        if result.refusal is not None:
            raise _declined(result.refusal, grounds, asked)
        is_new = await _is_opener(services.database, request, command_id)
        return RefundOpened(request.refund_id, result, is_new)
    raise case_closed()


async def _opened_before(
    database: Database, refund_id: str, grounds: Grounds, asked: RefundAsked
) -> RefundOpened:
    """The answer that the case has given when it was opened."""
    (rows,) = await database.read(cases_in.opened(refund_id))
    result = present(cases_in.result_in(rows))
    if result.refusal is not None:
        raise _declined(result.refusal, grounds, asked)
    return RefundOpened(refund_id, result, is_new=True)


def _check_request(grounds: Grounds, asked: RefundAsked) -> None:
    """Refuses what is not refundable; when a case is open, that case judges."""
    wrong_day = grounds.wrong_day(asked.stopped_on)
    if wrong_day is not None:
        raise invalid(FieldError(wrong_day, pointer="/stopped_on"))
    if asked.contact_email is not None:
        checked_address(asked.contact_email, pointer="/contact_email")
    if grounds.open_refund_id is not None:
        return
    code = grounds.refusal(asked.lines, asked.stopped_on, asked.kind)
    if code is not None:
        raise refused(code, grounds.invoice, asked.lines, grounds.policy)


async def _keep_contact(
    database: Database, caller: Caller, command_id: UUID, asked: RefundAsked
) -> None:
    """Stores the address as the request's submission; the case takes it over when it opens."""
    if asked.contact_email is None:
        return
    await submissions.put_contact(
        database,
        command_id,
        client_id=present(caller.client_id),
        email=asked.contact_email,
        at=datetime.now(UTC),
    )


def _request(grounds: Grounds, asked: RefundAsked, command_id: UUID) -> RefundRequest:
    ordinal = cases_in.next_ordinal(grounds.cases)
    return RefundRequest(
        refund_id=workflow_id(grounds.invoice.number, ordinal),
        invoice_number=grounds.invoice.number,
        client_id=grounds.invoice.client_id,
        ordinal=ordinal,
        asked=asked.lines,
        stopped_on=asked.stopped_on,
        request_id=str(command_id),
        kind=asked.kind,
    )


def begun(
    cases: Cases,
    request: RefundRequest,
    shown: TypedSearchAttributes,
    *,
    reuse: WorkflowIDReusePolicy = WorkflowIDReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
) -> WithStartWorkflowOperation[Any, Any]:
    """The start of a case, unless it runs already; `shown` is what it shows until it says more."""
    return WithStartWorkflowOperation(
        RefundWorkflow.run,
        request,
        id=request.refund_id,
        task_queue=cases.task_queue,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        id_reuse_policy=reuse,
        search_attributes=shown,
        static_summary=translate("ui.refund", invoice_number=request.invoice_number),
    )


def _foretold(policy: RefundPolicy) -> TypedSearchAttributes:
    """What a case mostly shows first: that its client is waited for. Should it be otherwise, the
    case says so itself.
    """
    rule = policy.waits[RefundStatus.AWAITING_STATEMENT]
    until = datetime.now(UTC) + timedelta(days=rule.at_most)
    return foretold(RefundStatus.AWAITING_STATEMENT, rule.waiting_for, until, OPENED)


async def _opened(
    cases: Cases, request: RefundRequest, command_id: UUID, policy: RefundPolicy
) -> TransitionResult:
    look_at = LookAt(Noun.REFUND, request.refund_id)
    start = begun(cases, request, _foretold(policy))
    try:
        result: TransitionResult = await cases.update_with_start(
            start, RefundWorkflow.ask, command_id, request, look_at=look_at
        )
    except Refusal as refusal:
        if refusal.code == REFUND_ALREADY_OPEN:
            refusal.details["refund_id"] = request.refund_id
            refusal.look_at = look_at
        raise
    return result


async def _is_opener(database: Database, request: RefundRequest, command_id: UUID) -> bool:
    """Whether this command, of several equal ones at once, opened the case."""
    (found,) = await database.read(cases_in.decision(request.refund_id, command_id))
    return bool(found)


def _declined(code: str, grounds: Grounds, asked: RefundAsked) -> Refusal:
    """The refusal by the case itself, after the check here had passed."""
    if code == REFUND_ALREADY_OPEN:
        return conflict(REFUND_ALREADY_OPEN)
    return refused(code, grounds.invoice, asked.lines, grounds.policy)
