"""Orders of a term over HTTP, with the requisites that the invoice names."""

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import Response
from pydantic import Field

from domain.billing.payer import Payer
from domain.renewal.renewal import PayBy
from domain.subscription.offer_kind import OfferKind
from starter.api.http.models import Address, Body, Kopecks, Lax, Written
from starter.api.http.problems import UNKNOWN
from starter.api.http.route import CommandId, CurrentCaller, LanguageDep, ServicesDep, router
from starter.api.renewal.case import ADDRESSES, RenewalId
from starter.api.subscription.catalogue import TariffCode
from starter.api.subscription.presenters import SubscriptionPath
from starter.commands.renewal import order as command
from starter.commands.renewal.order import OrderAsked
from starter.presentation.renewal.state import RenewalState, state_of

MAX_WRITTEN_LENGTH = 300
"""Characters of a requisite that are looked at: one too long is refused by its own text."""
routes = router("renewals")


class RequisitesBody(Body):
    """The buyer that the invoice names; all errors are answered at once."""

    name: Written = Field(max_length=MAX_WRITTEN_LENGTH, examples=["ООО «Ромашка»"])
    inn: Written | None = Field(None, max_length=MAX_WRITTEN_LENGTH, examples=["7707083893"])
    kpp: Written | None = Field(None, max_length=MAX_WRITTEN_LENGTH, examples=["770701001"])
    address: Address | None = Field(
        None, description="Without it, an order of the client for itself has the registered one."
    )


class OrderBody(Body):
    """An offer as the client saw it: one whose price has changed is refused."""

    offer: Annotated[OfferKind, Lax] = Field(examples=["same"])
    tariff_code: TariffCode
    individual_offer_id: Annotated[UUID, Lax] | None = Field(
        None, description="Of an offer of the kind `individual`."
    )
    price: Kopecks
    method: Annotated[PayBy, Lax] = Field(examples=["bank_transfer"])
    requisites: RequisitesBody

    @property
    def asked(self) -> OrderAsked:
        """The same as the command's argument."""
        written = self.requisites
        return OrderAsked(
            self.offer,
            self.tariff_code,
            self.individual_offer_id,
            self.price,
            self.method,
            Payer(written.name, written.inn, written.kpp, written.address),
        )


class OrderPlaced(RenewalState):
    """The case after an order, with links to its documents."""

    order_id: UUID
    invoice_pdf: str = Field(examples=["/v1/invoices/KP-2026-000017/pdf"])
    receipt: str = Field(description="What was agreed.")
    payment_page: str | None = Field(
        default=None, description="The path of the payment page, for a card order."
    )


@routes.post(
    "/v1/subscriptions/{subscription_id}/orders",
    summary="Order a term",
    status_code=HTTPStatus.CREATED,
    responses=UNKNOWN,
)
async def place_order(
    subscription_id: SubscriptionPath,
    body: OrderBody,
    services: ServicesDep,
    caller: CurrentCaller,
    command_id: CommandId,
    language: LanguageDep,
    response: Response,
) -> OrderPlaced:
    """Takes one of the offers of today; the invoice is issued at once.

    One order of a subscription is open at a time: it is paid or cancelled before another.
    """
    placed = await command.place_order(services, caller, command_id, subscription_id, body.asked)
    state = state_of(placed.renewal_id, placed.result, language, caller.role, ADDRESSES)
    response.headers["Location"] = state.href
    by_card = body.method is PayBy.BANK_CARD
    return OrderPlaced(
        **dict(state),
        order_id=placed.order_id,
        invoice_pdf=ADDRESSES.of_invoice(state.invoice_number or ""),
        receipt=f"{state.href}/receipt",
        payment_page=f"{state.href}/payment-page" if by_card else None,
    )


@routes.post(
    "/v1/renewals/{renewal_id}/cancel-order",
    summary="Cancel the open order",
    responses=UNKNOWN,
)
async def cancel_order(
    renewal_id: RenewalId,
    services: ServicesDep,
    caller: CurrentCaller,
    command_id: CommandId,
    language: LanguageDep,
) -> RenewalState:
    """The invoice becomes void; money that still arrives is held and offered back."""
    result = await command.cancel_order(services, caller, command_id, renewal_id)
    return state_of(renewal_id, result, language, caller.role, ADDRESSES)
