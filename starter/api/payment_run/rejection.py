"""An order that the bank refused before the debit."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated

from pydantic import Field

from db.banking import payment_run
from db.database import Row
from domain.banking.bank_reason import BankReason
from domain.payout.payout import Answer, PayoutStatus, payout_workflow_id
from starter.api.http.auth import Caller
from starter.api.http.models import Body, Lax
from starter.api.http.problems import Problem
from starter.api.http.route import CommandId, CurrentCaller, DatabaseDep, TemporalDep, router
from starter.api.payment_run.presenters import OrderPath, OrderShown, order_shown
from starter.commands.refusal import not_found, unavailable
from workflows.payout import PayoutWorkflow

OPEN = (PayoutStatus.PREPARED, PayoutStatus.SENT, PayoutStatus.UNKNOWN)
"""Payouts that the bank can still refuse; a handed-over one may be recorded as sent in a moment."""

routes = router("payment runs")


class RejectionBody(Body):
    """Why the bank refused: the client is told it, and asked for new requisites where they help."""

    reason: Annotated[BankReason, Lax] = Field(examples=["account_closed"])


@routes.post("/v1/payment-orders/{order_id}/rejection", summary="The bank refused an order")
async def reject_payment_order(
    order_id: OrderPath,
    body: RejectionBody,
    database: DatabaseDep,
    cases: TemporalDep,
    caller: CurrentCaller,
    _command_id: CommandId,
) -> OrderShown:
    """Only before the debit: money that left and came back is in a bank statement.

    Take care: the next attempt is a new payment, so say this only of what the bank will not pay.
    """
    async with database.transaction() as transaction:
        (orders,) = await transaction.read(payment_run.order(order_id, locked=True))
        order = _rejectable(orders, caller, body.reason)
        if order.rejected_at is None:
            now = datetime.now(UTC)
            payment_run.reject(transaction, order_id, body.reason, caller.login, now)
    rejected = Answer(PayoutStatus.REJECTED, reason=body.reason)
    told = await cases.signal(
        payout_workflow_id(order.case_id, order.attempt), PayoutWorkflow.bank_said, rejected
    )
    ((row,),) = await database.read(payment_run.order(order_id))
    if not told and row.payout_status in OPEN:
        raise unavailable("payout_not_listening")
    return order_shown(row)


def _rejectable(orders: list[Row], caller: Caller, reason: BankReason) -> Row:
    """The order, unless it was never given to the bank, is settled, or is rejected otherwise.

    The same rejection again is told again: the first telling may not have arrived.
    """
    if not orders:
        raise not_found()
    (order,) = orders
    if order.handed_over_at is None:
        raise Problem("payment_run_not_handed_over", HTTPStatus.CONFLICT)
    if order.rejected_at is not None:
        if (order.rejected_by, order.rejection) == (caller.login, reason):
            return order
        raise Problem("payment_order_rejected", HTTPStatus.CONFLICT)
    if order.payout_status not in OPEN:
        raise Problem("payment_order_settled", HTTPStatus.CONFLICT)
    return order
