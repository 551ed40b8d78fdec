"""People's decisions about a refund: refusal, review, approval, withdrawal, a held payout."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from db.refund import reads as cases_in
from db.refund import submission as submissions
from domain.refund.refund import Action, TransitionResult
from starter.access import require_visible
from starter.caller import Caller
from starter.commands.command import command
from starter.commands.refund.case import decide, require_open, submission_id
from starter.commands.services import Services
from workflows.refund import RefundWorkflow


@dataclass(frozen=True)
class _Decision:
    """The statuses in which a decision is allowed, and the update that carries it."""

    action: Action
    update: Any


@command
async def decline_refund(
    services: Services, caller: Caller, command_id: UUID, refund_id: str, reason: str
) -> TransitionResult:
    """Ends the case with a reason: by a specialist instead of a calculation or in the review of a
    statement, by an accountant instead of an approval.
    """
    decision = _Decision(Action.DECLINE, RefundWorkflow.decline)
    return await _decided(services, caller, command_id, refund_id, decision, reason)


@command
async def accept_statement(
    services: Services, caller: Caller, command_id: UUID, refund_id: str
) -> TransitionResult:
    """Accepts the signed statement: the case goes to approval above the limit, else to the
    payout.
    """
    decision = _Decision(Action.ACCEPT, RefundWorkflow.accept)
    return await _decided(services, caller, command_id, refund_id, decision)


@command
async def return_statement(
    services: Services, caller: Caller, command_id: UUID, refund_id: str, remarks: str
) -> TransitionResult:
    """Returns the statement with remarks, which the client reads; the client signs a new one."""
    decision = _Decision(Action.RETURN_STATEMENT, RefundWorkflow.return_statement)
    return await _decided(services, caller, command_id, refund_id, decision, remarks)


@command
async def recalculate_refund(
    services: Services, caller: Caller, command_id: UUID, refund_id: str, reason: str
) -> TransitionResult:
    """Requests a new calculation by a specialist; what the client signed is no longer valid. The
    client reads the reason.
    """
    decision = _Decision(Action.RECALCULATE, RefundWorkflow.recalculate)
    return await _decided(services, caller, command_id, refund_id, decision, reason)


@command
async def approve_refund(
    services: Services, caller: Caller, command_id: UUID, refund_id: str
) -> TransitionResult:
    """Approves a sum above the limit; whoever calculated it is refused (`same_person`)."""
    decision = _Decision(Action.APPROVE, RefundWorkflow.approve)
    return await _decided(services, caller, command_id, refund_id, decision)


@command
async def withdraw_refund(
    services: Services, caller: Caller, command_id: UUID, refund_id: str
) -> TransitionResult:
    """Ends the client's own case; allowed until the payout starts."""
    decision = _Decision(Action.WITHDRAW, RefundWorkflow.withdraw)
    return await _decided(services, caller, command_id, refund_id, decision)


@command
async def retry_payout(
    services: Services, caller: Caller, command_id: UUID, refund_id: str, reason: str
) -> TransitionResult:
    """Chooses the channel of a held payout again and starts another attempt."""
    decision = _Decision(Action.RETRY_PAYOUT, RefundWorkflow.retry_payout)
    return await _decided(services, caller, command_id, refund_id, decision, reason)


@command
async def pay_by_bank(
    services: Services, caller: Caller, command_id: UUID, refund_id: str, reason: str
) -> TransitionResult:
    """Sends the whole sum of a held payout by the signed requisites in the next payment run.

    It also confirms that refunds the acquirer already made belong to something else: only a refund
    made there afterwards holds the payout again.
    """
    decision = _Decision(Action.PAY_BY_BANK, RefundWorkflow.pay_by_bank)
    return await _decided(services, caller, command_id, refund_id, decision, reason)


@command
async def book_given_back(
    services: Services, caller: Caller, command_id: UUID, refund_id: str, reason: str
) -> TransitionResult:
    """Completes the case: the money was returned by a refund made in the acquirer's cabinet.

    Refused as `given_back_less` when the refunds of one payment there are less than the sum.
    """
    decision = _Decision(Action.BOOK_GIVEN_BACK, RefundWorkflow.book_given_back)
    return await _decided(services, caller, command_id, refund_id, decision, reason)


async def _decided(
    services: Services,
    caller: Caller,
    command_id: UUID,
    refund_id: str,
    decision: _Decision,
    text: str | None = None,
) -> TransitionResult:
    """Stores the submission and sends the decision to the case; a repeat finds both done."""
    remark_id = submission_id(command_id, "remark")
    heads, decided = await services.database.read(
        cases_in.head(refund_id), cases_in.decision(refund_id, remark_id)
    )
    case = require_visible(caller, heads)
    result = cases_in.entered_by(decided)
    if result is not None:
        return result
    require_open(caller, case.status, decision.action)
    if text is not None:
        async with services.database.transaction() as transaction:
            submissions.put_remark(
                transaction,
                remark_id,
                refund_id=refund_id,
                author=caller.login,
                text=text,
                at=datetime.now(UTC),
            )
    return await decide(services, decision.update, refund_id, caller, command_id, remark_id)
