"""The content of an invoice that we issue."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from domain.billing.requisites import Requisites
from domain.money import VatRate


@dataclass(frozen=True)
class Supplier:
    """The seller: our requisites, which the invoice is to be paid to, and our address."""

    requisites: Requisites
    address: str | None


@dataclass(frozen=True)
class NewInvoice:
    """The content of an order's invoice, which sells one thing; both days of the period are part of
    it.

    `at` is the workflow's time; `supplier` is our present data.
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
