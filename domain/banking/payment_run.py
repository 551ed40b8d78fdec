"""A payment run: the payment orders that go to the bank in one file."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from domain.billing.requisites import Requisites

MAX_ORDER_NUMBER: Final = 999_999  # six digits, the Bank of Russia's limit
MAX_PURPOSE_LENGTH: Final = 210  # likewise
MAX_ORDERS_IN_RUN: Final = 5_000


@dataclass(frozen=True, repr=False)
class PaymentOrder:
    """One payment by requisites; `number` is unique in its run and among the payer's recent."""

    number: int
    day: date
    amount_kopecks: int
    recipient: Requisites
    purpose: str

    def __repr__(self) -> str:
        """Without the purpose, which may name a person."""
        return f"PaymentOrder(number={self.number}, day={self.day}, recipient={self.recipient})"


@dataclass(frozen=True)
class PaymentRun:
    """Orders of one payer, made at an instant (UTC)."""

    payer: Requisites
    created_at: datetime
    orders: tuple[PaymentOrder, ...]
