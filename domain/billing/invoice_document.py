"""The content of an invoice's document: what an accountant needs to check and pay it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from domain.billing.invoice_vat import vat_of, vat_of_rest
from domain.billing.requisites import Requisites
from domain.money import VatRate

MAX_DOCUMENT_LINES: Final = 200


@dataclass(frozen=True, repr=False)
class Buyer:
    """The buyer that the invoice is made out to; None for a number that the buyer does not have."""

    name: str
    inn: str | None = None
    kpp: str | None = None
    address: str | None = None


@dataclass(frozen=True)
class DocumentLine:
    """What is sold, for which days (both inclusive; None without a period), VAT included.

    `quantity` counts what the sum is for: a term of a subscription is one.
    """

    title: str
    sum_kopecks: int
    vat_rate: VatRate
    period: tuple[date, date] | None = None
    quantity: int = 1

    @property
    def price_kopecks(self) -> int:
        """The price of one."""
        return self.sum_kopecks // self.quantity


@dataclass(frozen=True, repr=False)
class InvoiceDocument:
    """The content of an invoice. `supplier` is our own account with the name of its holder,
    `paid_kopecks` what has been paid of it.

    A void one is marked so and has no payment details, nor has one that is paid in full. Raises
    ValueError for content that contradicts itself.
    """

    number: str
    issued_on: date
    valid_until: date
    supplier: Requisites
    buyer: Buyer
    lines: tuple[DocumentLine, ...]
    supplier_address: str | None = None
    is_void: bool = False
    paid_kopecks: int = 0

    def __post_init__(self) -> None:
        if not 1 <= len(self.lines) <= MAX_DOCUMENT_LINES:
            raise ValueError(f"an invoice has 1 to {MAX_DOCUMENT_LINES} lines")
        if min(line.sum_kopecks for line in self.lines) <= 0:
            raise ValueError("every line of an invoice costs something")
        if any(line.quantity < 1 or line.sum_kopecks % line.quantity for line in self.lines):
            raise ValueError("a line's sum is its price times its quantity")
        if self.valid_until < self.issued_on:
            raise ValueError("an invoice is valid from its own day on")

    @property
    def total_kopecks(self) -> int:
        """The sum to be paid."""
        return sum(line.sum_kopecks for line in self.lines)

    @property
    def left_kopecks(self) -> int:
        """What is still to be paid; nothing of a void one."""
        return 0 if self.is_void else max(0, self.total_kopecks - self.paid_kopecks)

    @property
    def vat_left(self) -> Mapping[VatRate, int]:
        """VAT inside what is still to be paid, shared by the lines in proportion to their sums."""
        return vat_of_rest(
            self.left_kopecks, [(line.vat_rate, line.sum_kopecks) for line in self.lines]
        )

    @property
    def vat(self) -> Mapping[VatRate, int]:
        """VAT inside the total by rate, the highest first; empty when every line is exempt."""
        rated = [(line.vat_rate, line.sum_kopecks) for line in self.lines]
        return vat_of(rated)
