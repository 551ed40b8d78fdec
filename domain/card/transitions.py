"""The judgements of a payment by card: by the acquirer's answer, or by the end of our waiting.

Money that was paid is always recorded: a cancelled payment whose money comes becomes paid.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from domain.billing.invoice import InvoiceLine, PaymentMethod
from domain.card.card_payment import (
    CARD_MOVES,
    MAX_RECEIPT_LINES,
    CardAnswer,
    CardEnd,
    CardPayment,
    CardStatus,
    method_of,
    single_rate,
)
from domain.money import VatRate

KEY_LIFETIME = timedelta(hours=20)
"""How long a repeat under the same key is surely the same payment; the acquirer forgets after 24
hours.
"""

UNEXPLAINED = "unexplained"
"""Stands where the acquirer gave no reason."""


@dataclass(frozen=True)
class PayableInvoice:
    """The invoice that a page is asked for. Sums in kopecks; `email` is the client's."""

    number: str
    total_kopecks: int
    paid_kopecks: int
    is_void: bool
    email: str = field(repr=False)
    lines: Sequence[InvoiceLine]


@dataclass(frozen=True)
class PaymentThere:
    """A payment as the acquirer has it. `payment_id` is None while the request itself is only taken
    in: there is no page yet. `method` is the acquirer's word, `captured_at` (UTC) when it has the
    money.
    """

    status: CardStatus
    amount_kopecks: int
    payment_id: str | None = None
    confirmation_url: str | None = None
    method: str | None = None
    reason: str | None = None
    captured_at: datetime | None = None


@dataclass(frozen=True)
class Heard:
    """What is to be recorded of a payment at an instant (UTC)."""

    status: CardStatus
    at: datetime
    reason: str | None = None
    acquirer_payment_id: str | None = None
    confirmation_url: str | None = None

    @property
    def answer(self) -> CardAnswer:
        """How the payment stands once it is recorded."""
        return CardAnswer(self.status, self.reason)


@dataclass(frozen=True)
class Received:
    """Money that came by the page: a payment of the invoice that our books do not have yet."""

    payment_id: str
    acquirer_payment_id: str
    method: PaymentMethod
    amount_kopecks: int
    received_at: datetime
    vat_rate: VatRate | None


@dataclass(frozen=True)
class RecordingFacts:
    """What an answer of the acquirer is recorded by: the lines of the invoice, and the id of the
    payment in our books that the acquirer calls the same; billing may have been first.
    """

    payment: CardPayment
    lines: Sequence[InvoiceLine]
    known_payment_id: str | None = None


@dataclass(frozen=True)
class CardTransition:
    """A move of a payment by card, the payment of the invoice it leads to, and that payment's row
    where it is new.
    """

    heard: Heard
    payment_id: str | None = None
    received: Received | None = None


def first_of(invoice: PayableInvoice, at: datetime) -> Heard:
    """How a payment begins: prepared, or cancelled for an invoice that takes no money."""
    refusal = _refusal(invoice)
    status = CardStatus.PREPARED if refusal is None else CardStatus.CANCELLED
    return Heard(status, at, refusal)


def is_over(payment: CardPayment) -> bool:
    """Whether the acquirer has nothing to say any more: it was paid, or it never was asked."""
    cancelled = payment.status is CardStatus.CANCELLED
    return payment.status is CardStatus.PAID or (cancelled and payment.acquirer_payment_id is None)


def never_opened(payment: CardPayment, now: datetime) -> CardAnswer | None:
    """The end of a payment whose key may be forgotten; None while it may be asked for.

    A page whose address never reached us was seen by nobody, so nobody can pay by it.
    """
    if now - payment.prepared_at <= KEY_LIFETIME:
        return None
    return CardAnswer(CardStatus.CANCELLED, CardEnd.NEVER_OPENED)


def heard_of(said: PaymentThere | CardAnswer, now: datetime) -> Heard:
    """What to record: a request that is only taken in has no page yet, so it is not known."""
    if isinstance(said, CardAnswer):
        return Heard(said.status, now, said.reason)
    if said.payment_id is None:
        return Heard(CardStatus.UNKNOWN, now)
    cancelled = said.status is CardStatus.CANCELLED
    reason = (said.reason or UNEXPLAINED) if cancelled else None
    return Heard(said.status, now, reason, said.payment_id, said.confirmation_url)


def recorded(
    facts: RecordingFacts, said: PaymentThere | CardAnswer, now: datetime
) -> CardTransition | None:
    """What is new in an answer; None for what is stored already, or comes after the end. The money
    of a payment that succeeded is a payment of the invoice.
    """
    heard = heard_of(said, now)
    if not _is_news(facts.payment, heard):
        return None
    if heard.status is not CardStatus.PAID or not isinstance(said, PaymentThere):
        return CardTransition(heard)
    if facts.known_payment_id is not None:
        return CardTransition(heard, facts.known_payment_id)
    received = _received(said, facts.lines, now)
    return CardTransition(heard, received.payment_id, received)


def closed(payment: CardPayment, reason: CardEnd, now: datetime) -> Heard | None:
    """Stops waiting for a payment; None for one that has ended."""
    if CardStatus.CANCELLED not in CARD_MOVES[payment.status]:
        return None
    return Heard(CardStatus.CANCELLED, now, reason)


def _refusal(invoice: PayableInvoice) -> CardEnd | None:
    if invoice.is_void:
        return CardEnd.INVOICE_VOID
    if invoice.paid_kopecks >= invoice.total_kopecks:
        return CardEnd.INVOICE_PAID
    return CardEnd.TOO_MANY_LINES if len(invoice.lines) > MAX_RECEIPT_LINES else None


def _is_news(payment: CardPayment, heard: Heard) -> bool:
    shows_page = heard.confirmation_url is not None and payment.confirmation_url is None
    stays = heard.status is payment.status is CardStatus.PENDING
    return heard.status in CARD_MOVES[payment.status] or (stays and shows_page)


def _received(said: PaymentThere, lines: Sequence[InvoiceLine], now: datetime) -> Received:
    called = said.payment_id or ""
    return Received(
        payment_id=f"card-{called}",
        acquirer_payment_id=called,
        method=method_of(said.method),
        amount_kopecks=said.amount_kopecks,
        received_at=said.captured_at or now,
        vat_rate=single_rate(lines),
    )
