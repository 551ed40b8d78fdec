"""What people decide about a case: refusal, review, approval, withdrawal, a held payout."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from db.refund import reads as cases_in
from db.refund import submission as submissions
from domain.refund.refund import Action, TransitionResult
from starter.caller import Caller
from starter.commands.command import command
from starter.commands.refund.case import decide, require_open, require_visible, submission_id
from starter.commands.services import Services
from workflows.refund import RefundWorkflow


@dataclass(frozen=True)
class _Decision:
    """What a case has to be open to, and the update that carries the decision."""

    action: Action
    update: Any


@command
async def decline_refund(
    services: Services, caller: Caller, command_id: UUID, refund_id: str, reason: str
) -> TransitionResult:
    """Ends the case with a reason: a specialist in place of a sum or in the review of a statement,
    an accountant in place of an approval.
    """
    decision = _Decision(Action.DECLINE, RefundWorkflow.decline)
    return await _decided(services, caller, command_id, refund_id, decision, reason)


@command
async def accept_statement(
    services: Services, caller: Caller, command_id: UUID, refund_id: str
) -> TransitionResult:
    """The signed statement is right: on to the approval above the limit, or to the payout."""
    decision = _Decision(Action.ACCEPT, RefundWorkflow.accept)
    return await _decided(services, caller, command_id, refund_id, decision)


@command
async def return_statement(
    services: Services, caller: Caller, command_id: UUID, refund_id: str, remarks: str
) -> TransitionResult:
    """The client reads the remarks and signs a statement anew."""
    decision = _Decision(Action.RETURN_STATEMENT, RefundWorkflow.return_statement)
    return await _decided(services, caller, command_id, refund_id, decision, remarks)


@command
async def recalculate_refund(
    services: Services, caller: Caller, command_id: UUID, refund_id: str, reason: str
) -> TransitionResult:
    """A sum that is not right: a specialist calculates anew, and what the client has signed no
    longer counts. The client reads the reason.
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
    """Closes the case; until the payout starts the client may do so at any time."""
    decision = _Decision(Action.WITHDRAW, RefundWorkflow.withdraw)
    return await _decided(services, caller, command_id, refund_id, decision)


@command
async def retry_payout(
    services: Services, caller: Caller, command_id: UUID, refund_id: str, reason: str
) -> TransitionResult:
    """Chooses the way of a held payout anew and makes another attempt."""
    decision = _Decision(Action.RETRY_PAYOUT, RefundWorkflow.retry_payout)
    return await _decided(services, caller, command_id, refund_id, decision, reason)


@command
async def pay_by_bank(
    services: Services, caller: Caller, command_id: UUID, refund_id: str, reason: str
) -> TransitionResult:
    """The whole sum of a held payout goes by the signed requisites in the next payment run.

    It is also the accountant's word that what was given back at the acquirer was for something
    else: only what is given back there after it holds the payout once more.
    """
    decision = _Decision(Action.PAY_BY_BANK, RefundWorkflow.pay_by_bank)
    return await _decided(services, caller, command_id, refund_id, decision, reason)


@command
async def book_given_back(
    services: Services, caller: Caller, command_id: UUID, refund_id: str, reason: str
) -> TransitionResult:
    """The client has the money by a refund made in the acquirer's cabinet: the case is completed.

    Refused as `given_back_less` where the refunds of one payment there are less than the sum.
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
    """Puts down what was written and hands the decision to the case; a repeat finds what it did."""
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
