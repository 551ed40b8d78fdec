"""A payment run: the payment orders that go to the bank in one file."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from domain.billing.requisites import Requisites
from domain.money import VatRate
from domain.payout.payout import PayoutRequest

MAX_ORDER_NUMBER: Final = 999_999  # six digits, the Bank of Russia's limit
MAX_PURPOSE_LENGTH: Final = 210  # likewise
MAX_ORDERS_IN_RUN: Final = 5_000


class RunIs(StrEnum):
    """Where a run is."""

    GATHERED = "gathered"
    HANDED_OVER = "handed_over"
    DISSOLVED = "dissolved"


@dataclass(frozen=True, repr=False)
class PaymentOrder:
    """One payment by requisites; `number` is unique in its run and among the payer's recent."""

    number: int
    day: date
    amount_kopecks: int
    recipient: Requisites
    purpose: str

    def __repr__(self) -> str:
        """Without the purpose, which may contain a person's name."""
        return f"PaymentOrder(number={self.number}, day={self.day}, recipient={self.recipient})"


@dataclass(frozen=True)
class PaymentRun:
    """Orders of one payer, made at an instant (UTC)."""

    payer: Requisites
    created_at: datetime
    orders: tuple[PaymentOrder, ...]


@dataclass(frozen=True, repr=False)
class WaitingPayout:
    """A payout that waits for a run. `rated_lines`: the VAT rate, the sum and the VAT inside it of
    each refunded line.
    """

    key: PayoutRequest
    amount_kopecks: int
    recipient: Requisites
    invoice_number: str
    invoice_on: date
    statement_on: date
    rated_lines: tuple[tuple[VatRate, int, int], ...]


@dataclass(frozen=True)
class LeftOutPayout:
    """A payout that cannot be put into a run, with the faulty field and the code of the reason."""

    key: PayoutRequest
    amount_kopecks: int
    field: str
    code: str


@dataclass(frozen=True, repr=False)
class OrderDraft:
    """An order to be stored; the database assigns its number."""

    order_id: UUID
    payout: PayoutRequest
    amount_kopecks: int
    purpose: str


@dataclass(frozen=True)
class RunDraft:
    """The orders that can be stored, and the payouts that are left out."""

    orders: list[OrderDraft]
    left_out: list[LeftOutPayout]
