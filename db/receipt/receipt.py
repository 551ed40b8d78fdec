"""Fiscal receipts: stored with their content before they are requested, then their outcome."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, func, select, text, tuple_, update
from sqlalchemy.dialects.postgresql import insert

from db.database import Database, Transaction
from db.facts import Reading, every, first, load, only, together
from db.query import Query, row, typed
from db.tables import (
    calculation_lines,
    clients,
    invoice_lines,
    payments,
    payouts,
    policies,
    receipts,
    refunds,
)
from domain.billing.invoice import InvoiceLine, ProductKind
from domain.money import VatRate
from domain.payout.payout import PayoutRequest
from domain.receipt.receipt import (
    GivenBack,
    PrintedBy,
    ReceiptKind,
    ReceiptStatus,
    kept_of,
    printed_by,
)
from domain.receipt.transitions import DuePayment, NewReceipt, OpenReceipt, RefundedPayment


@row
class PolicyDocument:
    """The document of a version of the receipts' policy."""

    document: dict[str, Any]


@row
class RefundedPaymentRow:
    """What a payout attempt gives back, of which payment."""

    payment_id: str
    amount_kopecks: int
    paid_kopecks: int
    email: str
    is_closed: bool


@row
class ReceiptLine:
    """A line of an invoice, with the sum that a receipt has of it."""

    line_no: int
    title: str
    kind: str
    vat_rate: str
    sum_kopecks: int


@row
class ReceiptContent:
    """The content of a stored receipt."""

    content: dict[str, Any]


@row
class ReceiptId:
    """The id of a receipt."""

    id: UUID


@row
class DueClosing:
    """A payment whose closing receipt is due; `left_kopecks`: not given back by payouts."""

    payment_id: str
    invoice_number: str
    email: str
    left_kopecks: Decimal


@row
class GivenBackLine:
    """What a case gives back of a line."""

    id: str
    given_back_kopecks: int
    line_no: int
    sum_kopecks: int


@row
class OpenClosing:
    """A closing receipt that is not printed yet."""

    id: UUID
    case_id: str | None
    amount_kopecks: int
    content: dict[str, Any]
    acquirer_receipt_id: str | None
    acquirer_payment_id: str
    invoice_number: str


@row
class OpenRefundReceipt:
    """The receipt of a refund that is not known as printed yet."""

    id: UUID
    case_id: str | None
    amount_kopecks: int
    content: dict[str, Any]
    acquirer_receipt_id: str | None
    external_id: str
    invoice_number: str


@row
class ReceiptRow:
    """A receipt with its invoice's number."""

    id: UUID
    kind: str
    payment_id: str
    case_id: str | None
    attempt: int | None
    amount_kopecks: int
    content: dict[str, Any]
    status: str
    acquirer_receipt_id: str | None
    reason: str | None
    settled_by: str | None
    prepared_at: datetime
    changed_at: datetime
    invoice_number: str


_POLICY = typed(
    PolicyDocument,
    select(policies.c.document)
    .where(policies.c.kind == "receipt", policies.c.valid_from <= bindparam("at"))
    .order_by(policies.c.version.desc())
    .limit(1),
)
_closing = receipts.alias("closing")
_OF_ATTEMPT = typed(
    RefundedPaymentRow,
    select(
        payouts.c.payment_id,
        payouts.c.amount_kopecks,
        payments.c.amount_kopecks.label("paid_kopecks"),
        clients.c.email,
        select(_closing.c.id)
        .where(_closing.c.payment_id == payouts.c.payment_id, _closing.c.kind == "closing")
        .exists()
        .label("is_closed"),
    )
    .join(payments, payments.c.id == payouts.c.payment_id)
    .join(refunds, refunds.c.id == payouts.c.case_id)
    .join(clients, clients.c.id == refunds.c.client_id)
    .where(payouts.c.case_id == bindparam("case_id"), payouts.c.attempt == bindparam("attempt")),
    never_null=(
        "is_closed",
        "payment_id",
    ),
)
_REFUNDED_LINES = typed(
    ReceiptLine,
    select(
        invoice_lines.c.line_no,
        invoice_lines.c.title,
        invoice_lines.c.kind,
        calculation_lines.c.vat_rate,
        calculation_lines.c.sum_kopecks,
    )
    .select_from(refunds)
    .join(calculation_lines, calculation_lines.c.calculation_id == refunds.c.calculation_id)
    .join(
        invoice_lines,
        (invoice_lines.c.invoice_number == refunds.c.invoice_number)
        & (invoice_lines.c.line_no == calculation_lines.c.line_no),
    )
    .where(refunds.c.id == bindparam("case_id"), calculation_lines.c.sum_kopecks > 0)
    .order_by(invoice_lines.c.line_no),
)
_KEPT = typed(
    ReceiptContent,
    select(receipts.c.content).where(
        receipts.c.case_id == bindparam("case_id"), receipts.c.attempt == bindparam("attempt")
    ),
)
_PUT = typed(ReceiptId, insert(receipts).on_conflict_do_nothing().returning(receipts.c.id))

# A payment by our page whose every line has begun or was delivered, of which no refund is before
# its payout, and of which anything is left. What was given back of a line is in no closing receipt.
_DUE = typed(
    DueClosing,
    text(
        """
SELECT p.id AS payment_id, p.invoice_number, c.email,
       p.amount_kopecks - coalesce((SELECT sum(o.amount_kopecks) FROM payouts o
           WHERE o.payment_id = p.id AND o.status = 'paid'), 0) AS left_kopecks
  FROM payments p
  JOIN card_payments k ON k.payment_id = p.id
  JOIN invoices i ON i.number = p.invoice_number
  JOIN clients c ON c.id = i.client_id
 WHERE NOT EXISTS (SELECT FROM receipts r WHERE r.payment_id = p.id AND r.kind = 'closing')
   AND NOT EXISTS (SELECT FROM payment_reversals v WHERE v.payment_id = p.id)
   AND NOT EXISTS (SELECT FROM refunds f WHERE f.invoice_number = i.number
        AND f.first_paid_on IS NULL AND f.status NOT IN ('declined', 'cancelled', 'expired'))
   AND NOT EXISTS (
       SELECT FROM invoice_lines l WHERE l.invoice_number = i.number AND coalesce(
           l.delivered_on,
           (SELECT min(t.starts_on) FROM terms t WHERE t.invoice_number = i.number
               AND t.withdrawn_at IS NULL AND l.kind = 'subscription'),
           l.period_start, 'infinity') > CAST(:today AS date))
 ORDER BY p.received_at, p.id
 LIMIT :at_most
"""
    ),
    never_null=("left_kopecks",),
)
_LINES = typed(
    ReceiptLine,
    select(*invoice_lines.c["line_no", "title", "kind", "vat_rate", "sum_kopecks"])
    .where(invoice_lines.c.invoice_number == bindparam("invoice_number"))
    .order_by(invoice_lines.c.line_no),
)
_GIVEN_BACK = typed(
    GivenBackLine,
    select(
        refunds.c.id,
        refunds.c.sum_kopecks.label("given_back_kopecks"),
        calculation_lines.c.line_no,
        calculation_lines.c.sum_kopecks,
    )
    .join(calculation_lines, calculation_lines.c.calculation_id == refunds.c.calculation_id)
    .where(
        refunds.c.invoice_number == bindparam("invoice_number"),
        refunds.c.first_paid_on.is_not(None),
        calculation_lines.c.sum_kopecks > 0,
    )
    .order_by(refunds.c.id, calculation_lines.c.line_no),
)
_CLOSINGS = typed(
    OpenClosing,
    select(
        *receipts.c["id", "case_id", "amount_kopecks", "content", "acquirer_receipt_id"],
        payments.c.acquirer_payment_id,
        payments.c.invoice_number,
    )
    .join(payments, payments.c.id == receipts.c.payment_id)
    .where(receipts.c.kind == "closing", receipts.c.status.in_(("prepared", "pending")))
    .order_by(receipts.c.changed_at, receipts.c.id)
    .limit(bindparam("at_most")),
    never_null=("acquirer_payment_id",),
)
_REFUNDS = typed(
    OpenRefundReceipt,
    select(
        *receipts.c["id", "case_id", "amount_kopecks", "content", "acquirer_receipt_id"],
        payouts.c.external_id,
        payments.c.invoice_number,
    )
    .join(
        payouts,
        (payouts.c.case_id == receipts.c.case_id) & (payouts.c.attempt == receipts.c.attempt),
    )
    .join(payments, payments.c.id == receipts.c.payment_id)
    .where(
        receipts.c.kind == "refund",
        receipts.c.status.in_(("prepared", "pending")),
        payouts.c.status.in_(("paid", "returned")),
        payouts.c.external_id.is_not(None),
    )
    .order_by(receipts.c.changed_at, receipts.c.id)
    .limit(bindparam("at_most")),
    never_null=("external_id",),
)
_MOVE = (
    update(receipts)
    .where(
        receipts.c.id == bindparam("receipt_id"),
        receipts.c.status.not_in(("succeeded", "settled")),
    )
    .values(
        status=bindparam("new_status"),
        acquirer_receipt_id=func.coalesce(
            bindparam("new_receipt_id"), receipts.c.acquirer_receipt_id
        ),
        reason=bindparam("new_reason"),
        settled_by=bindparam("new_settled_by"),
        changed_at=bindparam("new_changed_at"),
    )
)
_RECEIPTS = typed(
    ReceiptRow,
    select(receipts, payments.c.invoice_number).join(
        payments, payments.c.id == receipts.c.payment_id
    ),
)
_of_rejected = (
    select(payouts.c.attempt)
    .where(
        payouts.c.case_id == receipts.c.case_id,
        payouts.c.attempt == receipts.c.attempt,
        payouts.c.status == "rejected",
    )
    .exists()
)
_ONE = _RECEIPTS.narrowed(lambda rows: rows.where(receipts.c.id == bindparam("receipt_id")))
_ONE_LOCKED = _ONE.narrowed(lambda rows: rows.with_for_update(of=receipts))

After = tuple[datetime, UUID]
"""The key (prepared_at, id) of the last receipt seen."""


def printer_at(at: datetime) -> Reading[PrintedBy]:
    """Who prints receipts, by the newest policy valid at an instant."""
    return only(_POLICY(at=at)).to(lambda row: printed_by(row.document))


def of_attempt(request: PayoutRequest) -> Reading[RefundedPayment]:
    """The part of a payment that a payout attempt returns."""
    key = {"case_id": request.case_id, "attempt": request.attempt}
    return only(_OF_ATTEMPT(**key)).to(
        lambda row: RefundedPayment(
            row.payment_id, row.amount_kopecks, row.paid_kopecks, row.email, row.is_closed
        )
    )


def refunded_lines(case_id: str) -> Reading[list[InvoiceLine]]:
    """The invoice's lines with what the case refunds of each, before deductions, with the VAT rate
    of the calculation.
    """
    return every(_REFUNDED_LINES(case_id=case_id)).to(_lines_from)


def kept(request: PayoutRequest) -> Reading[Mapping[str, Any] | None]:
    """The content of a payout attempt's receipt; None when none is stored."""
    key = {"case_id": request.case_id, "attempt": request.attempt}
    return first(_KEPT(**key)).to(lambda row: None if row is None else row.content)


async def put(database: Database, new: NewReceipt, at: datetime) -> bool:
    """Stores a receipt, of a refund or a closing one, in a transaction of its own; False when it
    exists: it is never changed.
    """
    stored = await database.row(
        _PUT(
            id=new.id,
            kind=ReceiptKind.CLOSING if new.case_id is None else ReceiptKind.REFUND,
            payment_id=new.payment_id,
            case_id=new.case_id,
            attempt=new.attempt,
            amount_kopecks=new.amount_kopecks,
            content=dict(new.content),
            status=ReceiptStatus.PREPARED,
            prepared_at=at,
            changed_at=at,
        )
    )
    return stored is not None


async def due(database: Database, today: date, at_most: int) -> list[DuePayment]:
    """Payments whose closing receipt is due on a day and is not stored yet."""
    return [
        DuePayment(row.payment_id, row.invoice_number, row.email, int(row.left_kopecks))
        for row in await database.rows(_DUE(today=today, at_most=at_most))
    ]


async def kept_lines(database: Database, invoice_number: str) -> list[InvoiceLine]:
    """The lines of an invoice with what was not refunded of each; without fully refunded ones."""
    named = {"invoice_number": invoice_number}
    return await load(
        database,
        together(
            kept_of,
            every(_LINES(**named)).to(_lines_from),
            every(_GIVEN_BACK(**named)).to(_given_back_from),
        ),
    )


async def open_closings(database: Database, at_most: int) -> list[OpenReceipt]:
    """Closing receipts that are not printed yet, the longest unchanged first."""
    rows = await database.rows(_CLOSINGS(at_most=at_most))
    return [_open_from(row, row.acquirer_payment_id) for row in rows]


async def open_refunds(database: Database, at_most: int) -> list[OpenReceipt]:
    """Receipts of paid refunds that are not known to be printed yet."""
    rows = await database.rows(_REFUNDS(at_most=at_most))
    return [_open_from(row, row.external_id) for row in rows]


def move(
    transaction: Transaction,
    receipt_id: UUID,
    status: str,
    at: datetime,
    *,
    acquirer_receipt_id: str | None = None,
    reason: str | None = None,
    settled_by: str | None = None,
) -> None:
    """Stores a receipt's new status; a printed one never changes."""
    transaction.write(
        _MOVE,
        receipt_id=receipt_id,
        new_status=status,
        new_receipt_id=acquirer_receipt_id,
        new_reason=reason,
        new_settled_by=settled_by,
        new_changed_at=at,
    )


def one(receipt_id: UUID, *, locked: bool = False) -> Query[ReceiptRow]:
    """A receipt with its invoice's number."""
    return (_ONE_LOCKED if locked else _ONE)(receipt_id=receipt_id)


def listed(
    limit: int,
    after: After | None = None,
    *,
    status: str | None = None,
    invoice_number: str | None = None,
) -> Query[ReceiptRow]:
    """Receipts, the newest first; rejected attempts have sent none."""
    conditions: list[ColumnElement[bool]] = [~_of_rejected]
    if status is not None:
        conditions.append(receipts.c.status == status)
    if invoice_number is not None:
        conditions.append(payments.c.invoice_number == invoice_number)
    if after is not None:
        conditions.append(tuple_(receipts.c.prepared_at, receipts.c.id) < tuple_(*after))
    order = (receipts.c.prepared_at.desc(), receipts.c.id.desc())
    return _RECEIPTS.narrowed(lambda rows: rows.where(*conditions).order_by(*order).limit(limit))()


def _lines_from(rows: Sequence[ReceiptLine]) -> list[InvoiceLine]:
    """Lines with a remainder, each with its sum in the receipt."""
    return [
        InvoiceLine(
            line_no=row.line_no,
            title=row.title,
            kind=ProductKind(row.kind),
            sum_kopecks=row.sum_kopecks,
            vat_rate=VatRate(row.vat_rate),
        )
        for row in rows
        if row.sum_kopecks > 0
    ]


def _given_back_from(rows: Sequence[GivenBackLine]) -> list[GivenBack]:
    return [
        GivenBack(case[0].given_back_kopecks, {row.line_no: row.sum_kopecks for row in case})
        for _, of_case in groupby(rows, key=lambda row: row.id)
        if (case := list(of_case))
    ]


def _open_from(row: OpenClosing | OpenRefundReceipt, asked_for: str) -> OpenReceipt:
    return OpenReceipt(
        id=row.id,
        case_id=row.case_id,
        invoice_number=row.invoice_number,
        amount_kopecks=row.amount_kopecks,
        content=row.content,
        asked_for=asked_for,
        acquirer_receipt_id=row.acquirer_receipt_id,
    )
