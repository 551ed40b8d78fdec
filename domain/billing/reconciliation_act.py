"""The act of reconciliation (акт сверки взаимных расчётов): what moved between us and a client.

It tells of money only: what the client paid and what went back to it. What was rendered is proved
by closing documents, which billing keeps.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from domain.billing.issued_invoice import Supplier

MAX_ACT_LINES: Final = 1_000
"""Movements of one act; a longer period is asked for in parts."""


class Movement(StrEnum):
    """The transfers of the ledger by which a client's money comes to us or leaves us."""

    PAID = "payment_received"
    REVERSED = "payment_reversed"
    REFUNDED = "payout_paid"
    CAME_BACK = "payout_returned"


@dataclass(frozen=True)
class ActLine:
    """A movement on the day of its document, in Moscow. `method` is the payment's, or that of the
    payment which a refund gave back; a bank's order has a number and a day.
    """

    day: date
    movement: Movement
    amount_kopecks: int
    invoice_number: str
    method: str
    order_number: str | None = None
    order_day: date | None = None

    @property
    def debit_kopecks(self) -> int:
        """What went back to the client."""
        return self.amount_kopecks if self.movement is Movement.REFUNDED else 0

    @property
    def credit_kopecks(self) -> int:
        """What came from the client; a reversal takes from the turnover, as accountants do it."""
        if self.movement is Movement.REFUNDED:
            return 0
        is_reversed = self.movement is Movement.REVERSED
        return -self.amount_kopecks if is_reversed else self.amount_kopecks


@dataclass(frozen=True, repr=False)
class ActClient:
    """The other party, as billing registered it."""

    name: str
    inn: str | None
    kpp: str | None
    address: str | None


@dataclass(frozen=True, repr=False)
class ReconciliationAct:
    """The act of a client for a period, both days inclusive. A balance above zero is the client's
    money with us. `supplier` is None while no own account is stored.

    Raises ValueError for content that contradicts itself.
    """

    company: str
    supplier: Supplier | None
    client: ActClient
    first_day: date
    last_day: date
    opening_kopecks: int
    lines: tuple[ActLine, ...]
    closing_kopecks: int

    def __post_init__(self) -> None:
        if self.first_day > self.last_day:
            raise ValueError("a period begins before it ends")
        if len(self.lines) > MAX_ACT_LINES:
            raise ValueError(f"an act has {MAX_ACT_LINES} lines at most")
        moved = self.credit_kopecks - self.debit_kopecks
        if self.opening_kopecks + moved != self.closing_kopecks:
            raise ValueError("the opening balance with the turnovers is the closing balance")

    @property
    def debit_kopecks(self) -> int:
        """The turnover of what went back."""
        return sum(line.debit_kopecks for line in self.lines)

    @property
    def credit_kopecks(self) -> int:
        """The turnover of what came."""
        return sum(line.credit_kopecks for line in self.lines)
