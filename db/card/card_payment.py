"""Payments by card: the request to the acquirer, its answer, and the payment that came of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, insert, select, update

from db.billing.invoice_document import LineOfInvoice
from db.database import Database, Transaction
from db.query import Query, row, typed
from db.tables import card_payments, clients, invoice_lines, invoices, payments
from domain.billing.invoice import InvoiceLine, PaymentMethod, ProductKind
from domain.card.card_payment import CardPaymentRequest, CardStatus
from domain.money import VatRate


@row
class CardPaymentRow:
    """A payment by card."""

    order_id: UUID
    invoice_number: str
    amount_kopecks: int
    status: str
    asked: dict[str, Any]
    acquirer_payment_id: str | None
    confirmation_url: str | None
    reason: str | None
    payment_id: str | None
    prepared_at: datetime
    changed_at: datetime


@row
class InvoiceToPay:
    """An invoice with its client's address."""

    number: str
    total_kopecks: int
    paid_kopecks: int
    voided_at: datetime | None
    email: str


@row
class PaymentId:
    """Our id of a payment."""

    id: str


_PAYMENTS = typed(CardPaymentRow, select(card_payments))
_ONE = _PAYMENTS.narrowed(
    lambda rows: rows.where(card_payments.c.order_id == bindparam("order_id"))
)
_ONE_LOCKED = _ONE.narrowed(lambda rows: rows.with_for_update())
_OF_ACQUIRER = _PAYMENTS.narrowed(
    lambda rows: rows.where(card_payments.c.acquirer_payment_id == bindparam("acquirer_payment_id"))
)
_HEAD = typed(
    InvoiceToPay,
    select(
        invoices.c.number,
        invoices.c.total_kopecks,
        invoices.c.paid_kopecks,
        invoices.c.voided_at,
        clients.c.email,
    )
    .join(clients, clients.c.id == invoices.c.client_id)
    .where(invoices.c.number == bindparam("invoice_number")),
)
_ALL_LINES = typed(LineOfInvoice, select(invoice_lines).order_by(invoice_lines.c.line_no))
_LINES = _ALL_LINES.narrowed(
    lambda rows: rows.where(invoice_lines.c.invoice_number == bindparam("invoice_number"))
)
_LINES_OF_ORDER = _ALL_LINES.narrowed(
    lambda rows: rows.join(
        card_payments, card_payments.c.invoice_number == invoice_lines.c.invoice_number
    ).where(card_payments.c.order_id == bindparam("order_id"))
)
_PAYMENT = typed(
    PaymentId,
    select(payments.c.id).where(payments.c.acquirer_payment_id == bindparam("acquirer_payment_id")),
)
_PUT = insert(card_payments)
_PUT_PAYMENT = insert(payments)
_MOVE = update(card_payments).where(card_payments.c.order_id == bindparam("of_order"))


@dataclass(frozen=True)
class Heard:
    """What is to be recorded of a payment at an instant (UTC)."""

    status: CardStatus
    at: datetime
    reason: str | None = None
    acquirer_payment_id: str | None = None
    confirmation_url: str | None = None


@dataclass(frozen=True)
class Received:
    """Money that came by the page."""

    acquirer_payment_id: str
    method: PaymentMethod
    amount_kopecks: int
    received_at: datetime
    vat_rate: VatRate | None


def one(order_id: str, *, locked: bool = False) -> Query[CardPaymentRow]:
    """The card payment of an order."""
    statement = _ONE_LOCKED if locked else _ONE
    return statement(order_id=order_id)


def of_acquirer(acquirer_payment_id: str) -> Query[CardPaymentRow]:
    """The card payment that the acquirer calls so."""
    return _OF_ACQUIRER(acquirer_payment_id=acquirer_payment_id)


def invoice(invoice_number: str) -> tuple[Query[InvoiceToPay], Query[LineOfInvoice]]:
    """An invoice with its client's address, and its lines."""
    return _HEAD(invoice_number=invoice_number), _LINES(invoice_number=invoice_number)


def lines_of(order_id: str) -> Query[LineOfInvoice]:
    """The lines of the invoice that an order's card payment is for."""
    return _LINES_OF_ORDER(order_id=order_id)


def payment_called(acquirer_payment_id: str) -> Query[PaymentId]:
    """The payment in our books that the acquirer calls so; billing may have been first."""
    return _PAYMENT(acquirer_payment_id=acquirer_payment_id)


def line_from(row: LineOfInvoice) -> InvoiceLine:
    """A line as far as a receipt needs it."""
    return InvoiceLine(
        line_no=row.line_no,
        title=row.title,
        kind=ProductKind(row.kind),
        sum_kopecks=row.sum_kopecks,
        vat_rate=VatRate(row.vat_rate),
    )


def prepare(
    transaction: Transaction, request: CardPaymentRequest, asked: Mapping[str, Any], first: Heard
) -> None:
    """Puts down what the acquirer will be asked."""
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


def record(
    transaction: Transaction, row: CardPaymentRow, heard: Heard, payment_id: str | None = None
) -> None:
    """Moves a locked card payment to what was heard of it."""
    transaction.write(
        _MOVE,
        of_order=row.order_id,
        status=heard.status,
        reason=heard.reason,
        acquirer_payment_id=row.acquirer_payment_id or heard.acquirer_payment_id,
        confirmation_url=heard.confirmation_url or row.confirmation_url,
        payment_id=payment_id,
        changed_at=heard.at,
    )


def receive(
    transaction: Transaction, payment_id: str, row: CardPaymentRow, received: Received
) -> None:
    """Puts the money down as a payment of the invoice."""
    transaction.write(
        _PUT_PAYMENT,
        id=payment_id,
        invoice_number=row.invoice_number,
        method=received.method,
        acquirer_payment_id=received.acquirer_payment_id,
        amount_kopecks=received.amount_kopecks,
        vat_rate=received.vat_rate,
        received_at=received.received_at,
    )


async def find(database: Database, order_id: str) -> CardPaymentRow | None:
    """The card payment of an order as it is now: its status, and the page to send the client to."""
    return await database.row(one(order_id))
