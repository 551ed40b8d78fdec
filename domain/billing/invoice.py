"""What was sold and paid: invoices and their lines, as facts that a refund is decided by."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.money import VatRate


class ProductKind(StrEnum):
    """What a line sells."""

    SUBSCRIPTION = "subscription"
    SUPPORT = "support"
    LICENCE = "licence"
    SERVICE = "service"
    GOODS = "goods"


class PaymentMethod(StrEnum):
    """How the client paid."""

    BANK_CARD = "bank_card"
    SBP = "sbp"
    BANK_TRANSFER = "bank_transfer"


class IssuedBy(StrEnum):
    """Who issued the invoice: the online shop, or a service centre, which also handles its
    returns.
    """

    ONLINE = "online"
    SERVICE_CENTRE = "service_centre"


@dataclass(frozen=True)
class SoldTerm:
    """The term of a subscription that we serve for a line: its first and its last day, both served.
    A term that was stopped ends on its last served day.
    """

    starts_on: date
    ends_on: date


@dataclass(frozen=True)
class InvoiceLine:
    """One line. A line without a period is delivered on one day (`delivered_on`), None until then.

    `promised_kopecks` is what open and paid refund cases already take from this line,
    `promised_vat_kopecks` the VAT inside it; `term` what we serve for it, None where the service is
    not ours to end. `quantity` pieces were sold for the sum.
    """

    line_no: int
    title: str
    kind: ProductKind
    sum_kopecks: int
    vat_rate: VatRate
    period_start: date | None = None
    period_end: date | None = None
    delivered_on: date | None = None
    closed_by_documents: bool = False
    promised_kopecks: int = 0
    promised_vat_kopecks: int = 0
    term: SoldTerm | None = None
    quantity: int = 1


@dataclass(frozen=True)
class Invoice:
    """An invoice with what was paid and what is promised to be refunded, in kopecks.

    `paid_kopecks` and `promised_kopecks` include the surplus and its promises. `received_vat_rate`
    is the rate that all payments were recorded with; None where one has none, or they differ.
    """

    number: str
    client_id: str
    issued_by: IssuedBy
    service_centre: str | None
    issued_on: date
    total_kopecks: int
    paid_kopecks: int
    promised_kopecks: int
    last_paid_on: date | None
    lines: tuple[InvoiceLine, ...]
    surplus_kopecks: int = 0
    surplus_promised_kopecks: int = 0
    received_vat_rate: VatRate | None = None

    @property
    def paid_for_lines_kopecks(self) -> int:
        """What was paid for the lines: all payments without the surplus."""
        return self.paid_kopecks - self.surplus_kopecks

    @property
    def promised_of_lines_kopecks(self) -> int:
        """What cases refund of the money paid for the lines."""
        return self.promised_kopecks - self.surplus_promised_kopecks

    @property
    def shortfall_kopecks(self) -> int:
        """What of the price has not been paid."""
        return max(0, self.total_kopecks - self.paid_for_lines_kopecks)

    @property
    def left_kopecks(self) -> int:
        """What may still be promised of the money paid for the lines."""
        return self.paid_for_lines_kopecks - self.promised_of_lines_kopecks

    @property
    def surplus_left_kopecks(self) -> int:
        """What may still be promised of the surplus."""
        return self.surplus_kopecks - self.surplus_promised_kopecks
