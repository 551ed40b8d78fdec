"""Payments over HTTP: the billing system writes what was received."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Path, Response
from pydantic import Field

from domain.billing.invoice import PaymentMethod
from domain.money import VatRate
from starter.api.billing.invoice import PaymentShown
from starter.api.http.models import Body, Instant, InvoiceNumber, Kopecks, Lax
from starter.api.http.route import CommandId, CurrentCaller, ServicesDep, router
from starter.commands.billing import payment as command
from starter.commands.billing.payment import PaymentAsked

PAYMENT_PATTERN = r"^[A-Za-z0-9-]{1,64}$"
MAX_BESIDES = 20
"""Payments of a bank that a transfer may stand beside."""

routes = router("payments")


class PaymentBody(Body):
    """A payment received for an invoice; only a bank transfer has no acquirer's id."""

    invoice_number: InvoiceNumber
    method: Annotated[PaymentMethod, Lax] = Field(examples=["bank_card"])
    acquirer_payment_id: str | None = Field(
        None, pattern=PAYMENT_PATTERN, examples=["2d1f7c4e-000f-5000-8000-18db351245c7"]
    )
    amount: Kopecks
    vat_rate: Annotated[VatRate, Lax] | None = Field(None, description="As in the receipt.")
    received_at: Instant
    besides: list[Annotated[str, Field(pattern=PAYMENT_PATTERN)]] = Field(
        default_factory=list,
        max_length=MAX_BESIDES,
        description="Payments from bank statements that are other money than this transfer.",
    )

    @property
    def asked(self) -> PaymentAsked:
        """The same as the command takes it."""
        told = self.model_dump(exclude={"amount", "besides"})
        return PaymentAsked(amount_kopecks=self.amount, besides=tuple(self.besides), **told)


@routes.put(
    "/v1/payments/{payment_id}",
    summary="Write a payment; the same again changes nothing, another one is refused",
    responses={201: {"model": PaymentShown, "description": "Written now"}},
)
async def write_payment(
    payment_id: Annotated[str, Path(pattern=PAYMENT_PATTERN, examples=["pay-000117"])],
    body: PaymentBody,
    response: Response,
    services: ServicesDep,
    caller: CurrentCaller,
    command_id: CommandId,
) -> PaymentShown:
    """The invoice is paid at once, and the cases that wait for the money are signalled."""
    written = await command.write_payment(services, caller, command_id, payment_id, body.asked)
    if written.is_new:
        response.status_code = HTTPStatus.CREATED
    return PaymentShown.model_validate(written.row, from_attributes=True)
