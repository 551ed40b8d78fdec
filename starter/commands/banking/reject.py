"""Records that the bank rejected a payment order before the debit."""

from uuid import UUID

from db.banking import payment_run
from db.banking.payment_run_rows import OrderRow
from db.banking.run_decision import DecisionOn
from domain.banking.bank_reason import BankReason
from domain.banking.run_decision import RunDecisionKind
from starter.caller import Caller
from starter.commands.banking.run_decision import decided
from starter.commands.command import command
from starter.commands.refusal import LookAt, Noun, conflict, not_found
from starter.commands.services import Services


@command
async def reject_payment_order(
    services: Services, caller: Caller, command_id: UUID, order_id: UUID, reason: BankReason
) -> OrderRow:
    """Records a rejection before the debit; money that was debited and came back is an entry of a
    statement.

    The rejection is stored, then its workflow signals the payout until it is delivered. Refused
    where the bank never had the order, it is settled, or was rejected with another reason.
    """
    (orders,) = await services.database.read(payment_run.order(order_id))
    if not orders:
        raise not_found()
    asked = DecisionOn(RunDecisionKind.REJECT, order_id=order_id, reason=reason)
    look_at = LookAt(Noun.PAYMENT_RUN, str(orders[0].run_id))
    refusal = await decided(services, caller, command_id, asked, look_at)
    if refusal is not None:
        raise conflict(refusal)
    ((row,),) = await services.database.read(payment_run.order(order_id))
    return row
