"""Decides how a payment by card changes, by the acquirer's answer or when it is no longer waited
for.

Received money is always recorded: a cancelled payment that is paid after all becomes paid.
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
"""How long a repeated request with the same key certainly concerns the same payment; the acquirer
forgets keys after 24 hours.
"""

UNEXPLAINED = "unexplained"
"""The reason where the acquirer gave none."""


@dataclass(frozen=True)
class PayableInvoice:
    """The invoice that a page is requested for, locked. Sums in kopecks; `email` is the client's.
    `is_being_paid`: another page of it is open.
    """

    number: str
    total_kopecks: int
    paid_kopecks: int
    is_void: bool
    email: str = field(repr=False)
    lines: Sequence[InvoiceLine]
    is_being_paid: bool = False


@dataclass(frozen=True)
class PaymentAtAcquirer:
    """A payment in the acquirer's records. `payment_id` is None while the acquirer is still
    processing the request: there is no page yet. `method` is the acquirer's name of it,
    `captured_at` (UTC) when it took the money.
    """

    status: CardStatus
    amount_kopecks: int
    payment_id: str | None = None
    confirmation_url: str | None = None
    method: str | None = None
    reason: str | None = None
    captured_at: datetime | None = None


@dataclass(frozen=True)
class CardObservation:
    """What is to be stored of a payment at an instant (UTC)."""

    status: CardStatus
    at: datetime
    reason: str | None = None
    acquirer_payment_id: str | None = None
    confirmation_url: str | None = None

    @property
    def answer(self) -> CardAnswer:
        """The payment's state once this is stored."""
        return CardAnswer(self.status, self.reason)


@dataclass(frozen=True)
class Received:
    """A payment of the invoice made by the page, not yet in our books."""

    payment_id: str
    acquirer_payment_id: str
    method: PaymentMethod
    amount_kopecks: int
    received_at: datetime
    vat_rate: VatRate | None


@dataclass(frozen=True)
class RecordingFacts:
    """What an answer of the acquirer is recorded by: the invoice's lines, and the id of the payment
    in our books that has the same acquirer's id: billing may have recorded it first.
    """

    payment: CardPayment
    lines: Sequence[InvoiceLine]
    known_payment_id: str | None = None


@dataclass(frozen=True)
class CardTransition:
    """A change of a payment by card, the invoice's payment that it leads to, and that payment's row
    if it is new.
    """

    observed: CardObservation
    payment_id: str | None = None
    received: Received | None = None


def first_of(invoice: PayableInvoice, amount_kopecks: int, at: datetime) -> CardObservation:
    """The first state of a payment of a sum: prepared, or cancelled for an invoice that cannot be
    paid so. One page of an invoice is open at a time, and asks for no more than is left.
    """
    refusal = _refusal(invoice, amount_kopecks)
    status = CardStatus.PREPARED if refusal is None else CardStatus.CANCELLED
    return CardObservation(status, at, refusal)


def is_over(payment: CardPayment) -> bool:
    """Whether the acquirer need not be asked any more: it was paid, or never requested."""
    cancelled = payment.status is CardStatus.CANCELLED
    return payment.status is CardStatus.PAID or (cancelled and payment.acquirer_payment_id is None)


def never_opened(payment: CardPayment, now: datetime) -> CardAnswer | None:
    """The end of a payment whose key the acquirer may have forgotten; None while it can be
    requested.

    The page's address never reached us, so no client can have paid by it.
    """
    if now - payment.prepared_at <= KEY_LIFETIME:
        return None
    return CardAnswer(CardStatus.CANCELLED, CardEnd.NEVER_OPENED)


def observation_of(said: PaymentAtAcquirer | CardAnswer, now: datetime) -> CardObservation:
    """What to store of an answer; a request that the acquirer is still processing is `unknown`."""
    if isinstance(said, CardAnswer):
        return CardObservation(said.status, now, said.reason)
    if said.payment_id is None:
        return CardObservation(CardStatus.UNKNOWN, now)
    cancelled = said.status is CardStatus.CANCELLED
    reason = (said.reason or UNEXPLAINED) if cancelled else None
    return CardObservation(said.status, now, reason, said.payment_id, said.confirmation_url)


def recorded(
    facts: RecordingFacts, said: PaymentAtAcquirer | CardAnswer, now: datetime
) -> CardTransition | None:
    """What is new in an answer; None for what is stored already, or comes after the end. The money
    of a payment that succeeded becomes a payment of the invoice.
    """
    observed = observation_of(said, now)
    if not _is_change(facts.payment, observed):
        return None
    if observed.status is not CardStatus.PAID or not isinstance(said, PaymentAtAcquirer):
        return CardTransition(observed)
    if facts.known_payment_id is not None:
        return CardTransition(observed, facts.known_payment_id)
    received = _received(said, facts.lines, now)
    return CardTransition(observed, received.payment_id, received)


def closed(payment: CardPayment, reason: CardEnd, now: datetime) -> CardObservation | None:
    """Ends a payment that is no longer waited for; None for one that has ended."""
    if CardStatus.CANCELLED not in CARD_MOVES[payment.status]:
        return None
    return CardObservation(CardStatus.CANCELLED, now, reason)


def _refusal(invoice: PayableInvoice, amount_kopecks: int) -> CardEnd | None:
    if invoice.is_void:
        return CardEnd.INVOICE_VOID
    if invoice.paid_kopecks >= invoice.total_kopecks:
        return CardEnd.INVOICE_PAID
    if invoice.is_being_paid:
        return CardEnd.ANOTHER_OPEN
    if amount_kopecks > invoice.total_kopecks - invoice.paid_kopecks:
        return CardEnd.SUM_CHANGED
    return CardEnd.TOO_MANY_LINES if len(invoice.lines) > MAX_RECEIPT_LINES else None


def _is_change(payment: CardPayment, observed: CardObservation) -> bool:
    shows_page = observed.confirmation_url is not None and payment.confirmation_url is None
    stays = observed.status is payment.status is CardStatus.PENDING
    return observed.status in CARD_MOVES[payment.status] or (stays and shows_page)


def _received(said: PaymentAtAcquirer, lines: Sequence[InvoiceLine], now: datetime) -> Received:
    called = said.payment_id or ""
    return Received(
        payment_id=f"card-{called}",
        acquirer_payment_id=called,
        method=method_of(said.method),
        amount_kopecks=said.amount_kopecks,
        received_at=said.captured_at or now,
        vat_rate=single_rate(lines),
    )
