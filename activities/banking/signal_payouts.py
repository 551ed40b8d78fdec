"""Signals what the bank reported: to a payout, and to a refund whose money came back."""

from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.service import RPCError, RPCStatusCode

from db.database import Database
from db.payout import attempt
from db.refund import refund
from domain.payout.payout import (
    Answer,
    PayoutRequest,
    PayoutReturn,
    PayoutStatus,
    PayoutTold,
)
from domain.refund.refund import RefundRequest

BANK_SAID = "bank_said"
"""The signal to the case of a payout."""
REFUND = "refund"
"""The refund's process."""
PAYOUT_RETURNED = "payout_returned"
"""The refund's signal."""

SETTLED = (PayoutStatus.PAID, PayoutStatus.REJECTED, PayoutStatus.RETURNED)


class PayoutNotListening(Exception):  # noqa: N818  the name says what is the matter
    """No case of an unsettled payout is running: an operator terminated it."""


class RefundNotListening(Exception):  # noqa: N818  the name says what is the matter
    """No workflow of an open case is running: it is just ending, or an operator terminated it."""


async def signal_payout(
    client: Client, database: Database, payout_key: PayoutRequest, answer: Answer
) -> bool:
    """Signals the bank's answer to a payout; False when it was settled before.

    Raises `PayoutNotListening` when no workflow took the signal of an unsettled payout.
    """
    row = await attempt.find(database, payout_key)
    if row is not None and row.status in SETTLED:
        return False
    told = PayoutTold(payout_key.attempt, answer)
    if not await _signalled(client, payout_key.case_id, BANK_SAID, told):
        raise PayoutNotListening(payout_key.case_id)
    return True


async def signal_return(
    client: Client, database: Database, task_queue: str, refund_id: str, returned: PayoutReturn
) -> None:
    """Signals a refund that its money came back; a closed case is started again and continues.

    May be repeated: the case takes a return only of its present attempt. Raises
    `RefundNotListening` when no workflow took the signal of an open case.
    """
    request = await refund.request_of_closed(database, refund_id)
    if request is not None:
        await _resume(client, task_queue, request, returned)
    elif not await _signalled(client, refund_id, PAYOUT_RETURNED, returned):
        raise RefundNotListening(refund_id)


async def _resume(
    client: Client, task_queue: str, request: RefundRequest, returned: PayoutReturn
) -> None:
    await client.start_workflow(
        REFUND,
        request,
        id=request.refund_id,
        task_queue=task_queue,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        start_signal=PAYOUT_RETURNED,
        start_signal_args=[returned],
    )


async def _signalled(client: Client, workflow_id: str, signal: str, argument: object) -> bool:
    """Whether a running process of this id took the signal."""
    try:
        await client.get_workflow_handle(workflow_id).signal(signal, argument)
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        return False
    return True
