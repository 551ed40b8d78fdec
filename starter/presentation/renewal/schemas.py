"""The schemas of answers about a renewal."""

from datetime import date, datetime

from pydantic import Field

from domain.card.card_payment import CardStatus
from domain.renewal.renewal import PayBy, RenewalAction, RenewalStatus
from domain.subscription.offer_kind import OfferKind
from starter.presentation.file.file import FileShown
from starter.presentation.models import Roubles, Shown
from starter.presentation.renewal.state import RenewalState


class PayerShown(Shown):
    """The requisites that an order was placed with."""

    name: str
    inn: str | None
    kpp: str | None
    address: str | None


class OrderShown(Shown):
    """The open order."""

    offer: OfferKind
    title: str = Field(examples=["Продлить подписку"])
    tariff_code: str
    tariff_title: str
    units: int
    months: int
    price: Roubles
    method: PayBy
    payer: PayerShown
    placed_at: datetime
    sha256: str = Field(description="The digest of what was agreed.")
    receipt: str = Field(description="What was agreed.")


class InvoiceOfOrder(Shown):
    """The invoice of the open order."""

    number: str
    issued_on: date
    valid_until: date
    total: Roubles
    paid: Roubles
    left: Roubles = Field(description="What is still to be paid.")
    pdf: str = Field(examples=["/v1/invoices/KP-2026-000017/pdf"])


class PageShown(Shown):
    """The acquirer's page of a card order."""

    status: CardStatus
    title: str = Field(examples=["Ждём оплату на странице эквайера"])
    href: str | None = Field(description="Where to send the client, while it can be paid there.")
    reason: str | None = Field(description="Why it was not paid, as text.")


class NextTermShown(Shown):
    """The term that was paid for; both days are Moscow days and belong to it."""

    tariff_code: str
    tariff_title: str
    units: int
    starts_on: date
    ends_on: date


class ClaimShown(Shown):
    """The newest payment claim of the client."""

    at: datetime
    login: str | None = Field(description="For staff.")
    file: str | None = Field(description="The path of the uploaded payment order.")
    payment_order: FileShown | None


class ChangeShown(Shown):
    """A change of the case."""

    number: int
    at: datetime
    from_status: RenewalStatus | None
    to_status: RenewalStatus
    title: str
    by: str = Field(description="`client` or `system`.")
    by_title: str
    login: str | None = Field(description="For staff.")
    reason_code: str | None
    reason: str | None = Field(description="Why, as text.")


class RenewalActionShown(Shown):
    """What the caller may do now, and the request for it."""

    action: RenewalAction
    title: str
    method: str
    href: str


class ListedRenewal(RenewalState):
    """A case in a list."""

    subscription_id: str
    subscription_title: str
    client_id: str
    client_name: str
    term_ends_on: date | None
    opened_at: datetime
    changed_at: datetime
    closed_at: datetime | None


class RenewalInFull(ListedRenewal):
    """Everything about a case that the caller may see."""

    order: OrderShown | None
    invoice: InvoiceOfOrder | None
    payment_page: PageShown | None
    next_term: NextTermShown | None
    claim: ClaimShown | None
    timeline: list[ChangeShown] = Field(description="In order; of a long one the last changes.")
    actions: list[RenewalActionShown]
    web_ui: str | None = Field(description="For operators: the case in Temporal.")
