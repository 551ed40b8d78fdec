"""Records that the bank rejected a payment order before the debit."""

from datetime import UTC, datetime
from uuid import UUID

from db.banking import payment_run
from db.banking.payment_run import OrderRow
from domain.banking.bank_reason import BankReason
from domain.payout.payout import Answer, PayoutStatus, payout_workflow_id
from starter.caller import Caller
from starter.commands.command import command
from starter.commands.refusal import conflict, not_found, unavailable
from starter.commands.services import Services
from workflows.payout import PayoutWorkflow

OPEN = (PayoutStatus.PREPARED, PayoutStatus.SENT, PayoutStatus.UNKNOWN)
"""Payouts that the bank can still refuse; a handed-over one may be recorded as sent in a moment."""


@command
async def reject_payment_order(
    services: Services, caller: Caller, _command_id: UUID, order_id: UUID, reason: BankReason
) -> OrderRow:
    """Records a rejection before the debit; money that was debited and came back is a statement's
    entry.

    The rejection is stored, then the payout is signalled; a repeat signals again.
    """
    async with services.database.transaction() as transaction:
        (orders,) = await transaction.read(payment_run.order(order_id, locked=True))
        order = _rejectable(orders, caller, reason)
        if order.rejected_at is None:
            payment_run.reject(transaction, order_id, reason, caller.login, datetime.now(UTC))
    rejected = Answer(PayoutStatus.REJECTED, reason=reason)
    told = await services.cases.signal(
        payout_workflow_id(order.case_id, order.attempt), PayoutWorkflow.bank_said, rejected
    )
    ((row,),) = await services.database.read(payment_run.order(order_id))
    if not told and row.payout_status in OPEN:
        raise unavailable("payout_not_listening")
    return row


def _rejectable(orders: list[OrderRow], caller: Caller, reason: BankReason) -> OrderRow:
    """The order; refused when the bank never received it, it is settled, or rejected otherwise.

    The same rejection passes again, because the first signal may not have arrived.
    """
    if not orders:
        raise not_found()
    (order,) = orders
    if order.handed_over_at is None:
        raise conflict("payment_run_not_handed_over")
    if order.rejected_at is not None:
        if (order.rejected_by, order.rejection) == (caller.login, reason):
            return order
        raise conflict("payment_order_rejected")
    if order.payout_status not in OPEN:
        raise conflict("payment_order_settled")
    return order
