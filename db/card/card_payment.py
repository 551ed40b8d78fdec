"""Payments by card: the request to the acquirer, its outcome, and the invoice's payment."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, bindparam, insert, select, update

from db.database import Database, Transaction
from db.facts import Reading, every, first, only, together
from db.query import Query, columns_of, row, typed
from db.tables import card_payments, clients, invoice_lines, invoices, payments
from domain.billing.invoice import InvoiceLine, ProductKind
from domain.card.card_payment import ENDED, CardPayment, CardPaymentRequest, CardStatus
from domain.card.transitions import (
    CardObservation,
    CardTransition,
    PayableInvoice,
    Received,
    RecordingFacts,
)
from domain.money import VatRate

OPEN = tuple(one for one in CardStatus if one not in ENDED)


@row
class CardPaymentRow:
    """A payment by card."""

    order_id: UUID
    invoice_number: str
    amount_kopecks: int
    status: str
    asked: dict[str, Any]
    prepared_at: datetime
    reason: str | None
    acquirer_payment_id: str | None
    confirmation_url: str | None


@row
class CardPaymentOfInvoice:
    """A payment by card as whoever asks how it stands sees it; `answered_at` is when the acquirer
    last answered.
    """

    order_id: UUID
    invoice_number: str
    amount_kopecks: int
    status: str
    reason: str | None
    acquirer_payment_id: str | None
    answered_at: datetime | None
    confirmation_url: str | None


@row
class InvoiceRow:
    """An invoice with its client's address; `is_being_paid` by another page than an order's."""

    number: str
    total_kopecks: int
    paid_kopecks: int
    voided_at: datetime | None
    email: str
    is_being_paid: bool


@row
class LockedInvoice:
    """An invoice that is locked."""

    number: str


@row
class LineRow:
    """The columns of an invoice's line that a receipt needs."""

    line_no: int
    title: str
    kind: str
    sum_kopecks: int
    vat_rate: str


@row
class PaymentRow:
    """A payment in our books."""

    id: str


_payments = select(
    card_payments.c.order_id,
    card_payments.c.invoice_number,
    card_payments.c.amount_kopecks,
    card_payments.c.status,
    card_payments.c.asked,
    card_payments.c.prepared_at,
    card_payments.c.reason,
    card_payments.c.acquirer_payment_id,
    card_payments.c.confirmation_url,
)
_ONE = typed(CardPaymentRow, _payments.where(card_payments.c.order_id == bindparam("order_id")))
_ONE_LOCKED = _ONE.narrowed(lambda one: one.with_for_update())
_OF_ACQUIRER = typed(
    CardPaymentRow,
    _payments.where(card_payments.c.acquirer_payment_id == bindparam("acquirer_payment_id")),
)
_OF_INVOICE = typed(
    CardPaymentOfInvoice,
    select(*card_payments.c[columns_of(CardPaymentOfInvoice)])
    .where(card_payments.c.invoice_number == bindparam("invoice_number"))
    .order_by(card_payments.c.status.in_(OPEN).desc(), card_payments.c.prepared_at.desc())
    .limit(1),
)
_HEAD = typed(
    InvoiceRow,
    select(
        invoices.c.number,
        invoices.c.total_kopecks,
        invoices.c.paid_kopecks,
        invoices.c.voided_at,
        clients.c.email,
        select(card_payments.c.order_id)
        .where(
            card_payments.c.invoice_number == invoices.c.number,
            card_payments.c.order_id != bindparam("order_id", type_=Uuid()),
            card_payments.c.status.in_(OPEN),
        )
        .exists()
        .label("is_being_paid"),
    )
    .join(clients, clients.c.id == invoices.c.client_id)
    .where(invoices.c.number == bindparam("invoice_number")),
    never_null=("is_being_paid",),
)
_LOCK = typed(
    LockedInvoice,
    select(invoices.c.number)
    .where(invoices.c.number == bindparam("invoice_number"))
    .with_for_update(key_share=True),
)
_lines = select(
    invoice_lines.c.line_no,
    invoice_lines.c.title,
    invoice_lines.c.kind,
    invoice_lines.c.sum_kopecks,
    invoice_lines.c.vat_rate,
).order_by(invoice_lines.c.line_no)
_LINES = typed(LineRow, _lines.where(invoice_lines.c.invoice_number == bindparam("invoice_number")))
_LINES_OF_ORDER = typed(
    LineRow,
    _lines.join(
        card_payments, card_payments.c.invoice_number == invoice_lines.c.invoice_number
    ).where(card_payments.c.order_id == bindparam("order_id")),
)
_PAYMENT = typed(
    PaymentRow,
    select(payments.c.id).where(payments.c.acquirer_payment_id == bindparam("acquirer_payment_id")),
)
_PUT = insert(card_payments)
_PUT_PAYMENT = insert(payments)
_MOVE = update(card_payments).where(card_payments.c.order_id == bindparam("of_order"))


def of_acquirer(acquirer_payment_id: str) -> Query[CardPaymentRow]:
    """The card payment with this acquirer's id."""
    return _OF_ACQUIRER(acquirer_payment_id=acquirer_payment_id)


def of_invoice(invoice_number: str) -> Query[CardPaymentOfInvoice]:
    """The card payment of an invoice whose page is open; without one, the newest."""
    return _OF_INVOICE(invoice_number=invoice_number)


def to_prepare(
    request: CardPaymentRequest,
) -> Reading[tuple[CardPayment | None, PayableInvoice]]:
    """The card payment of an order, locked, if it exists already; and its invoice, locked before:
    of two pages that are asked for at once, one sees the other.
    """
    invoice_number = request.invoice_number
    invoice = together(
        _payable,
        only(_HEAD(invoice_number=invoice_number, order_id=request.order_id)),
        every(_LINES(invoice_number=invoice_number)),
    )
    stored = first(_ONE_LOCKED(order_id=request.order_id)).to(_payment_or_none)
    both = together(_stored_and_invoice, stored, invoice)
    return both.behind(_LOCK(invoice_number=invoice_number))


def to_record(order_id: str, acquirer_payment_id: str) -> Reading[RecordingFacts]:
    """What an answer of the acquirer about a payment with this id is recorded by."""
    return together(
        RecordingFacts,
        locked(order_id),
        every(_LINES_OF_ORDER(order_id=order_id)).to(_lines_from),
        first(_PAYMENT(acquirer_payment_id=acquirer_payment_id)).to(
            lambda payment: None if payment is None else payment.id
        ),
    )


def locked(order_id: str) -> Reading[CardPayment]:
    """The card payment of an order, locked."""
    return only(_ONE_LOCKED(order_id=order_id)).to(_payment_from)


def _payment_from(row: CardPaymentRow) -> CardPayment:
    return CardPayment(
        order_id=row.order_id,
        invoice_number=row.invoice_number,
        amount_kopecks=row.amount_kopecks,
        status=CardStatus(row.status),
        asked=row.asked,
        prepared_at=row.prepared_at,
        reason=row.reason,
        acquirer_payment_id=row.acquirer_payment_id,
        confirmation_url=row.confirmation_url,
    )


def _payment_or_none(row: CardPaymentRow | None) -> CardPayment | None:
    return None if row is None else _payment_from(row)


def _payable(head: InvoiceRow, lines: Sequence[LineRow]) -> PayableInvoice:
    return PayableInvoice(
        number=head.number,
        total_kopecks=head.total_kopecks,
        paid_kopecks=head.paid_kopecks,
        is_void=head.voided_at is not None,
        email=head.email,
        lines=_lines_from(lines),
        is_being_paid=head.is_being_paid,
    )


def _stored_and_invoice(
    stored: CardPayment | None, invoice: PayableInvoice
) -> tuple[CardPayment | None, PayableInvoice]:
    return stored, invoice


def _lines_from(rows: Sequence[LineRow]) -> Sequence[InvoiceLine]:
    """The lines' columns that a receipt needs."""
    return [
        InvoiceLine(
            line_no=row.line_no,
            title=row.title,
            kind=ProductKind(row.kind),
            sum_kopecks=row.sum_kopecks,
            vat_rate=VatRate(row.vat_rate),
        )
        for row in rows
    ]


def prepare(
    transaction: Transaction,
    request: CardPaymentRequest,
    asked: Mapping[str, Any],
    first: CardObservation,
) -> None:
    """Stores the request that the acquirer will be sent."""
    transaction.write(
        _PUT,
        order_id=request.order_id,
        invoice_number=request.invoice_number,
        amount_kopecks=request.amount_kopecks,
        status=first.status,
        reason=first.reason,
        asked=dict(asked),
        prepared_at=first.at,
        changed_at=first.at,
    )


def record(transaction: Transaction, payment: CardPayment, transition: CardTransition) -> None:
    """Stores the observed state of a locked card payment; its money is stored first, as a payment
    of the invoice.
    """
    observed = transition.observed
    if transition.received is not None:
        _receive(transaction, payment, transition.received)
    transaction.write(
        _MOVE,
        of_order=payment.order_id,
        status=observed.status,
        reason=observed.reason,
        acquirer_payment_id=payment.acquirer_payment_id or observed.acquirer_payment_id,
        confirmation_url=observed.confirmation_url or payment.confirmation_url,
        payment_id=transition.payment_id,
        changed_at=observed.at,
    )


def answered(transaction: Transaction, payment: CardPayment, at: datetime) -> None:
    """Stores when the acquirer answered how a locked card payment stands."""
    transaction.write(_MOVE, of_order=payment.order_id, answered_at=at)


async def find(database: Database, order_id: str) -> CardPayment | None:
    """The present state of an order's card payment: its status, and the page to send the
    client to.
    """
    return _payment_or_none(await database.row(_ONE(order_id=order_id)))


def _receive(transaction: Transaction, payment: CardPayment, received: Received) -> None:
    transaction.write(
        _PUT_PAYMENT,
        id=received.payment_id,
        invoice_number=payment.invoice_number,
        method=received.method,
        acquirer_payment_id=received.acquirer_payment_id,
        amount_kopecks=received.amount_kopecks,
        vat_rate=received.vat_rate,
        received_at=received.received_at,
    )
