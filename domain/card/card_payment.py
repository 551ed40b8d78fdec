"""A payment by card or SBP on the acquirer's page: its statuses, their moves, its messages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any
from uuid import UUID

from domain.billing.invoice import InvoiceLine, PaymentMethod
from domain.money import VatRate, split

MAX_RECEIPT_LINES = 80
"""Items of a receipt that a cash register takes."""


KEY_PREFIX = "card-payment-"
"""Begins the id of a payment's process, which is its key towards the acquirer, too."""


class CardStatus(StrEnum):
    """How a payment by page stands.

    Unknown: nobody has heard what became of asking for the page. A cancelled payment whose money
    comes after all becomes paid: money is never refused a place in the books.
    """

    PREPARED = "prepared"
    UNKNOWN = "unknown"
    PENDING = "pending"
    PAID = "paid"
    CANCELLED = "cancelled"


CARD_MOVES = MappingProxyType(
    {
        CardStatus.PREPARED: frozenset(
            {CardStatus.UNKNOWN, CardStatus.PENDING, CardStatus.PAID, CardStatus.CANCELLED}
        ),
        CardStatus.UNKNOWN: frozenset({CardStatus.PENDING, CardStatus.PAID, CardStatus.CANCELLED}),
        CardStatus.PENDING: frozenset({CardStatus.PAID, CardStatus.CANCELLED}),
        CardStatus.CANCELLED: frozenset({CardStatus.PAID}),
        CardStatus.PAID: frozenset(),
    }
)
"""The allowed moves; the database holds the same table."""

ENDED = (CardStatus.PAID, CardStatus.CANCELLED)


class CardEnd(StrEnum):
    """Why we end a payment, beside the acquirer's own reasons (`cancellation_details`)."""

    INVOICE_VOID = "invoice_void"
    INVOICE_PAID = "invoice_paid"
    TOO_MANY_LINES = "too_many_lines"
    NEVER_OPENED = "never_opened"
    NOT_PAID_IN_TIME = "not_paid_in_time"
    STOPPED = "stopped"
    GIVEN_UP = "given_up"


@dataclass(frozen=True)
class CardPaymentRequest:
    """What is to be paid for an order; its key towards the acquirer is the order's id."""

    order_id: str
    invoice_number: str
    amount_kopecks: int


@dataclass(frozen=True)
class CardAnswer:
    """The state of a payment; `reason` is why it was cancelled or what is not known."""

    status: CardStatus
    reason: str | None = None


@dataclass(frozen=True)
class CardPayment:
    """A payment by card as it is stored; `prepared_at` is UTC, the sum in kopecks.

    `asked` is what the acquirer is asked in the same words whenever it is asked, as JSON.
    """

    order_id: UUID
    invoice_number: str
    amount_kopecks: int
    status: CardStatus
    asked: Mapping[str, Any] = field(repr=False)
    prepared_at: datetime
    reason: str | None = None
    acquirer_payment_id: str | None = None
    confirmation_url: str | None = None

    @property
    def answer(self) -> CardAnswer:
        """How it stands."""
        return CardAnswer(self.status, self.reason)


@dataclass(frozen=True)
class CardClosing:
    """A payment that we stop waiting for, and why."""

    order_id: str
    reason: CardEnd


@dataclass(frozen=True)
class ReceiptShare:
    """A line of the invoice and how much of the payment is for it."""

    line: InvoiceLine
    amount_kopecks: int


def receipt_of(amount_kopecks: int, lines: Sequence[InvoiceLine]) -> tuple[ReceiptShare, ...]:
    """The payment by the invoice's lines, in proportion when it is not for all of it."""
    shares = split(amount_kopecks, [line.sum_kopecks for line in lines])
    return tuple(
        ReceiptShare(line, share) for line, share in zip(lines, shares, strict=True) if share
    )


def single_rate(lines: Sequence[InvoiceLine]) -> VatRate | None:
    """The VAT rate of a payment whose lines agree on one; None when they do not."""
    rates = {line.vat_rate for line in lines}
    return rates.pop() if len(rates) == 1 else None


def method_of(acquirers_word: str | None) -> PaymentMethod:
    """How the client paid. Our books know two ways through the acquirer: SBP, and everything
    else that its page offers counts as a card, wallets and words of tomorrow included.
    """
    return PaymentMethod.SBP if acquirers_word == PaymentMethod.SBP else PaymentMethod.BANK_CARD


def order_of(key: str) -> str | None:
    """The order that a key towards the acquirer names; None for a key of something else."""
    found = key.removeprefix(KEY_PREFIX)
    return None if found == key else found


def card_payment_workflow_id(order_id: str) -> str:
    """The payment's id: one for an order."""
    return f"{KEY_PREFIX}{order_id}"
