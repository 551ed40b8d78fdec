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
"""The most items that a cash register prints on a receipt."""


KEY_PREFIX = "card-payment-"
"""Prefix of the workflow id of a payment, which is also its key towards the acquirer."""


class CardStatus(StrEnum):
    """The status of a payment by page.

    `unknown`: the request for the page has not been answered. A cancelled payment that is paid
    after all becomes paid: received money is always recorded.
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
    """Why we end a payment; the acquirer's own reasons (`cancellation_details`) are stored as they
    are.
    """

    INVOICE_VOID = "invoice_void"
    INVOICE_PAID = "invoice_paid"
    SUM_CHANGED = "sum_changed"
    ANOTHER_OPEN = "another_open"
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

    `asked` is the body of the request to the acquirer, as JSON: every repeat sends the same.
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
        """Its present state."""
        return CardAnswer(self.status, self.reason)


@dataclass(frozen=True)
class CardClosing:
    """A payment that is no longer waited for, and why."""

    order_id: str
    reason: CardEnd


@dataclass(frozen=True)
class ReceiptShare:
    """A line of the invoice and the share of the payment for it, in kopecks."""

    line: InvoiceLine
    amount_kopecks: int


def receipt_of(amount_kopecks: int, lines: Sequence[InvoiceLine]) -> tuple[ReceiptShare, ...]:
    """The payment divided by the invoice's lines, in proportion when it is less than the
    invoice.
    """
    shares = split(amount_kopecks, [line.sum_kopecks for line in lines])
    return tuple(
        ReceiptShare(line, share) for line, share in zip(lines, shares, strict=True) if share
    )


def single_rate(lines: Sequence[InvoiceLine]) -> VatRate | None:
    """The VAT rate when all lines have the same; None otherwise."""
    rates = {line.vat_rate for line in lines}
    return rates.pop() if len(rates) == 1 else None


def method_of(acquirers_method: str | None) -> PaymentMethod:
    """How the client paid. Our books distinguish SBP and card; every other method of the acquirer's
    page, such as wallets and unknown ones, counts as a card.
    """
    return PaymentMethod.SBP if acquirers_method == PaymentMethod.SBP else PaymentMethod.BANK_CARD


def may_have_news(status: str, reason: str | None, acquirer_payment_id: str | None) -> bool:
    """Whether the acquirer may know more of a payment than we do: its page is open, or it was we
    who stopped waiting.
    """
    if acquirer_payment_id is None:
        return False
    given_up = status == CardStatus.CANCELLED and reason in frozenset(CardEnd)
    return status not in ENDED or given_up


def order_of(key: str) -> str | None:
    """The order whose key towards the acquirer this is; None for a key of something else."""
    found = key.removeprefix(KEY_PREFIX)
    return None if found == key else found


def card_payment_workflow_id(order_id: str) -> str:
    """The workflow id of paying an order by card: one for an order."""
    return f"{KEY_PREFIX}{order_id}"
