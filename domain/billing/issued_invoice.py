"""Our own invoices: what one says when it is issued."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from domain.billing.requisites import Requisites
from domain.money import VatRate


@dataclass(frozen=True)
class Supplier:
    """Who sells: our requisites as an invoice asks to be paid to them, and our address."""

    requisites: Requisites
    address: str | None


@dataclass(frozen=True)
class NewInvoice:
    """What an order's invoice says. It sells one thing; the period's days belong to it.

    `at` is the case's clock; `supplier` is as we are known now.
    """

    order_id: UUID
    renewal_id: str
    client_id: str
    issued_on: date
    valid_until: date
    at: datetime
    total_kopecks: int
    vat_rate: VatRate
    period_start: date
    period_end: date
    supplier: Supplier
