"""People's decisions about a refund: refusal, review, approval, withdrawal, a held payout."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from db.refund import reads as cases_in
from db.refund import submission as submissions
from domain.billing.requisite_field import RequisiteField
from domain.refund.refund import Action, TransitionResult
from starter.access import require_visible
from starter.caller import Caller
from starter.commands.command import command
from starter.commands.refund.case import decide, require_open, submission_id
from starter.commands.services import Services
from workflows.refund import RefundWorkflow

_UPDATES: Mapping[Action, Any] = MappingProxyType(
    {
        Action.DECLINE: RefundWorkflow.decline,
        Action.ACCEPT: RefundWorkflow.accept,
        Action.RETURN_STATEMENT: RefundWorkflow.return_statement,
        Action.RECALCULATE: RefundWorkflow.recalculate,
        Action.APPROVE: RefundWorkflow.approve,
        Action.WITHDRAW: RefundWorkflow.withdraw,
        Action.RETRY_PAYOUT: RefundWorkflow.retry_payout,
        Action.PAY_BY_BANK: RefundWorkflow.pay_by_bank,
        Action.BOOK_GIVEN_BACK: RefundWorkflow.book_given_back,
        Action.WITHDRAW_INQUIRY: RefundWorkflow.withdraw_inquiry,
        Action.ANSWER_INQUIRY: RefundWorkflow.answer_inquiry,
        Action.BOOK_RETURN: RefundWorkflow.book_return,
    }
)
"""The update that carries each decision."""


@command
async def decline_refund(
    services: Services, caller: Caller, command_id: UUID, refund_id: str, reason: str
) -> TransitionResult:
    """Ends the case with a reason: by a specialist instead of a calculation or in the review of a
    statement, by an accountant instead of an approval.
    """
    return await _decided(services, caller, command_id, refund_id, Action.DECLINE, reason)


@command
async def accept_statement(
    services: Services, caller: Caller, command_id: UUID, refund_id: str
) -> TransitionResult:
    """Accepts the signed statement: the case goes to approval above the limit, else to the
    payout. Refused while the scan that signed it cannot be opened: `scan_unchecked`,
    `scan_unusable`.
    """
    return await _decided(services, caller, command_id, refund_id, Action.ACCEPT)


@command
async def return_statement(
    services: Services,
    caller: Caller,
    command_id: UUID,
    refund_id: str,
    remarks: str,
    fields: Collection[RequisiteField] = (),
) -> TransitionResult:
    """Returns the statement with remarks, which the client reads; the client signs a new one.

    `fields` are the requisites that the remarks are about: the form shows the client which.
    """
    return await _decided(
        services, caller, command_id, refund_id, Action.RETURN_STATEMENT, remarks, fields
    )


@command
async def recalculate_refund(
    services: Services, caller: Caller, command_id: UUID, refund_id: str, reason: str
) -> TransitionResult:
    """Requests a new calculation by a specialist; what the client signed is no longer valid. The
    client reads the reason.
    """
    return await _decided(services, caller, command_id, refund_id, Action.RECALCULATE, reason)


@command
async def approve_refund(
    services: Services, caller: Caller, command_id: UUID, refund_id: str
) -> TransitionResult:
    """Approves a sum above the limit; whoever calculated it is refused (`same_person`)."""
    return await _decided(services, caller, command_id, refund_id, Action.APPROVE)


@command
async def withdraw_refund(
    services: Services, caller: Caller, command_id: UUID, refund_id: str
) -> TransitionResult:
    """Ends the client's own case; allowed until the payout starts."""
    return await _decided(services, caller, command_id, refund_id, Action.WITHDRAW)


@command
async def retry_payout(
    services: Services, caller: Caller, command_id: UUID, refund_id: str, reason: str
) -> TransitionResult:
    """Chooses the channel of a held payout again and starts another attempt."""
    return await _decided(services, caller, command_id, refund_id, Action.RETRY_PAYOUT, reason)


@command
async def pay_by_bank(
    services: Services, caller: Caller, command_id: UUID, refund_id: str, reason: str
) -> TransitionResult:
    """Sends the whole sum of a held payout by the signed requisites in the next payment run.

    It also confirms that refunds the acquirer already made belong to something else: only a refund
    made there afterwards holds the payout again.
    """
    return await _decided(services, caller, command_id, refund_id, Action.PAY_BY_BANK, reason)


@command
async def book_given_back(
    services: Services, caller: Caller, command_id: UUID, refund_id: str, reason: str
) -> TransitionResult:
    """Completes the case: the money was returned by a refund made in the acquirer's cabinet.

    Refused as `given_back_less` when the refunds of one payment there are less than the sum.
    """
    return await _decided(services, caller, command_id, refund_id, Action.BOOK_GIVEN_BACK, reason)


@command
async def withdraw_inquiry(
    services: Services, caller: Caller, command_id: UUID, refund_id: str
) -> TransitionResult:
    """Ends the client's own inquiry: the money has come after all."""
    return await _decided(services, caller, command_id, refund_id, Action.WITHDRAW_INQUIRY)


@command
async def answer_inquiry(
    services: Services, caller: Caller, command_id: UUID, refund_id: str, answer: str
) -> TransitionResult:
    """Answers that the money was paid; the client gets the answer with the trace of the payout."""
    return await _decided(services, caller, command_id, refund_id, Action.ANSWER_INQUIRY, answer)


@command
async def book_return(
    services: Services, caller: Caller, command_id: UUID, refund_id: str, reason: str
) -> TransitionResult:
    """Books that the money of a refund came back to the acquirer: the client is asked for other
    requisites.

    Refused as `inquiry_return_by_statement` for a payout by the bank: what came back to our account
    is an entry of a bank statement, and the entry returns the payout.
    """
    return await _decided(services, caller, command_id, refund_id, Action.BOOK_RETURN, reason)


async def _decided(
    services: Services,
    caller: Caller,
    command_id: UUID,
    refund_id: str,
    action: Action,
    text: str | None = None,
    fields: Collection[RequisiteField] = (),
) -> TransitionResult:
    """Stores the submission and sends the decision to the case; a repeat finds both done."""
    remark_id = submission_id(command_id, "remark")
    heads, decided = await services.database.read(
        cases_in.head(refund_id), cases_in.decision(refund_id, remark_id)
    )
    case = require_visible(caller, heads)
    result = cases_in.result_in(decided)
    if result is not None:
        return result
    require_open(caller, case.status, action)
    if text is not None:
        async with services.database.transaction() as transaction:
            submissions.put_remark(
                transaction,
                remark_id,
                refund_id=refund_id,
                author=caller.login,
                text=text,
                fields=sorted(set(fields)),
                at=datetime.now(UTC),
            )
    return await decide(services, _UPDATES[action], refund_id, caller, command_id, remark_id)
