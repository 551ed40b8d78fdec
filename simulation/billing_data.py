"""What the billing system registers: clients, invoices with their lines, and payments."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from domain.billing.invoice import IssuedBy, PaymentMethod, ProductKind
from domain.billing.requisites import ClientKind, Requisites
from domain.money import VatRate


@dataclass(frozen=True)
class Client:
    """A client as billing has it. `requisites` are where it wants its money refunded."""

    id: str
    kind: ClientKind
    name: str
    inn: str
    kpp: str | None
    email: str
    requisites: Requisites

    def another(self, number: int) -> "Client":
        """Another client of the same kind: limits count the refunds of each apart."""
        return replace(self, id=f"{self.id}-{number}")


@dataclass(frozen=True)
class Line:
    """One line of an invoice; a subscription has a period, the rest may have been delivered. Goods
    are sold by the piece.
    """

    title: str
    kind: ProductKind
    sum_kopecks: int
    vat_rate: VatRate = VatRate.NONE
    period: tuple[date, date] | None = None
    delivered_on: date | None = None
    quantity: int = 1


@dataclass(frozen=True)
class Payment:
    """How an invoice was paid; `acquirer_id` None means by bank transfer."""

    id: str
    method: PaymentMethod
    received_at: datetime
    acquirer_id: str | None


@dataclass(frozen=True)
class Invoice:
    """An invoice with its payment; None means that it was never paid. `due_on` is the last day to
    pay it, None where billing names none.
    """

    number: str
    client: Client
    issued_on: date
    lines: tuple[Line, ...]
    payment: Payment | None
    service_centre: str | None = None
    due_on: date | None = None

    @property
    def issued_by(self) -> IssuedBy:
        """The service centre if there is one, otherwise the online shop."""
        return IssuedBy.ONLINE if self.service_centre is None else IssuedBy.SERVICE_CENTRE

    @property
    def total_kopecks(self) -> int:
        """The sum of its lines."""
        return sum(line.sum_kopecks for line in self.lines)
