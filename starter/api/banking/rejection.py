"""Records over HTTP that the bank rejected an order before the debit."""

from http import HTTPStatus
from typing import Annotated

from pydantic import Field

from domain.banking.bank_reason import BankReason
from starter.api.banking.payment_run_presenters import OrderPath, PaymentOrderShown, order_shown
from starter.api.http.models import Body, Lax
from starter.api.http.problems import documented
from starter.api.http.route import CommandId, CurrentCaller, ServicesDep, router
from starter.commands.banking import reject as command

routes = router("payment runs")


class RejectionBody(Body):
    """The bank's reason: the client is notified, and asked for new requisites where they help."""

    reason: Annotated[BankReason, Lax] = Field(examples=["account_closed"])


@routes.post(
    "/v1/payment-orders/{order_id}/rejection",
    summary="Record that the bank rejected an order",
    responses=documented(HTTPStatus.ACCEPTED),
)
async def reject_payment_order(
    order_id: OrderPath,
    body: RejectionBody,
    services: ServicesDep,
    caller: CurrentCaller,
    command_id: CommandId,
) -> PaymentOrderShown:
    """Only before the debit: money that was debited and came back is in a bank statement.

    Take care: the next attempt is a new payment, so record this only when the bank will not pay.
    """
    row = await command.reject_payment_order(services, caller, command_id, order_id, body.reason)
    return order_shown(row)
