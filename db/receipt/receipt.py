"""Fiscal receipts: stored with their content before they are requested, then their outcome."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, tuple_

from db.database import Database, Transaction
from db.facts import Reading, every, first, load, only, together
from db.query import Query
from db.receipt.receipt_queries import (
    CLOSINGS,
    DUE,
    GIVEN_BACK,
    KEPT,
    LINES,
    MOVE,
    OF_ATTEMPT,
    ONE,
    ONE_LOCKED,
    POLICY,
    PUT,
    RECEIPTS,
    REFUNDED_LINES,
    REFUNDS,
    of_rejected,
)
from db.receipt.receipt_rows import (
    GivenBackLine,
    OpenClosing,
    OpenRefundReceipt,
    ReceiptLine,
    ReceiptRow,
)
from db.tables import (
    payments,
    receipts,
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

After = tuple[datetime, UUID]
"""The key (prepared_at, id) of the last receipt seen."""


def printer_at(at: datetime) -> Reading[PrintedBy]:
    """Who prints receipts, by the newest policy valid at an instant."""
    return only(POLICY(at=at)).to(lambda row: printed_by(row.document))


def of_attempt(request: PayoutRequest) -> Reading[RefundedPayment]:
    """The part of a payment that a payout attempt returns."""
    key = {"case_id": request.case_id, "attempt": request.attempt}
    return only(OF_ATTEMPT(**key)).to(
        lambda row: RefundedPayment(
            row.payment_id, row.amount_kopecks, row.paid_kopecks, row.email, row.is_closed
        )
    )


def refunded_lines(case_id: str) -> Reading[list[InvoiceLine]]:
    """The invoice's lines with what the case refunds of each, before deductions, with the VAT rate
    of the calculation.
    """
    return every(REFUNDED_LINES(case_id=case_id)).to(_lines_from)


def kept(request: PayoutRequest) -> Reading[Mapping[str, Any] | None]:
    """The content of a payout attempt's receipt; None when none is stored."""
    key = {"case_id": request.case_id, "attempt": request.attempt}
    return first(KEPT(**key)).to(lambda row: None if row is None else row.content)


async def put(database: Database, new: NewReceipt, at: datetime) -> bool:
    """Stores a receipt, of a refund or a closing one, in a transaction of its own; False when it
    exists: it is never changed.
    """
    stored = await database.row(
        PUT(
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
        for row in await database.rows(DUE(today=today, at_most=at_most))
    ]


async def kept_lines(database: Database, invoice_number: str) -> list[InvoiceLine]:
    """The lines of an invoice with what was not refunded of each; without fully refunded ones."""
    named = {"invoice_number": invoice_number}
    return await load(
        database,
        together(
            kept_of,
            every(LINES(**named)).to(_lines_from),
            every(GIVEN_BACK(**named)).to(_given_back_from),
        ),
    )


async def open_closings(database: Database, at_most: int) -> list[OpenReceipt]:
    """Closing receipts that are not printed yet, the longest unchanged first."""
    rows = await database.rows(CLOSINGS(at_most=at_most))
    return [_open_from(row, row.acquirer_payment_id) for row in rows]


async def open_refunds(database: Database, at_most: int) -> list[OpenReceipt]:
    """Receipts of paid refunds that are not known to be printed yet."""
    rows = await database.rows(REFUNDS(at_most=at_most))
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
        MOVE,
        receipt_id=receipt_id,
        new_status=status,
        new_receipt_id=acquirer_receipt_id,
        new_reason=reason,
        new_settled_by=settled_by,
        new_changed_at=at,
    )


def one(receipt_id: UUID, *, locked: bool = False) -> Query[ReceiptRow]:
    """A receipt with its invoice's number."""
    return (ONE_LOCKED if locked else ONE)(receipt_id=receipt_id)


def listed(
    limit: int,
    after: After | None = None,
    *,
    status: str | None = None,
    invoice_number: str | None = None,
) -> Query[ReceiptRow]:
    """Receipts, the newest first; rejected attempts have sent none."""
    conditions: list[ColumnElement[bool]] = [~of_rejected]
    if status is not None:
        conditions.append(receipts.c.status == status)
    if invoice_number is not None:
        conditions.append(payments.c.invoice_number == invoice_number)
    if after is not None:
        conditions.append(tuple_(receipts.c.prepared_at, receipts.c.id) < tuple_(*after))
    order = (receipts.c.prepared_at.desc(), receipts.c.id.desc())
    return RECEIPTS.narrowed(lambda rows: rows.where(*conditions).order_by(*order).limit(limit))()


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
