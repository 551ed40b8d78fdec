"""Invoices with their lines, as the billing system stored them, and what refunds take of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, ScalarSelect, and_, bindparam, case, func, insert, select

from db.database import ConstraintBroken, Database
from db.query import Query, columns_of, row, typed
from db.tables import (
    calculation_lines,
    invoice_lines,
    invoices,
    issued_invoices,
    payment_reversals,
    payments,
    refunds,
    terms,
)
from domain.billing.invoice import Invoice, InvoiceLine, IssuedBy, ProductKind, SoldTerm
from domain.calendar.bank_calendar import moscow_date
from domain.money import VatRate
from domain.subscription.term import StopReason


@row
class InvoiceRow:
    """An invoice, what was paid of it, and what refunds take of it."""

    number: str
    client_id: str
    issued_by: str
    service_centre: str | None
    issued_on: date
    total_kopecks: int
    paid_kopecks: int
    promised_kopecks: int
    surplus_kopecks: int
    surplus_promised_kopecks: int
    surplus_notified_kopecks: int
    surplus_changes: int
    matching_key: str
    last_paid_at: datetime | None
    voided_at: datetime | None
    voided_by: str | None
    void_reason: str | None
    created_at: datetime
    due_on: date | None


@row
class LineRow:
    """A line of an invoice, what refunds take of it, and the term that it sold."""

    invoice_number: str
    line_no: int
    title: str
    kind: str
    sum_kopecks: int
    vat_rate: str
    period_start: date | None
    period_end: date | None
    delivered_on: date | None
    closed_by_documents: bool
    quantity: int
    promised_kopecks: Decimal
    promised_vat_kopecks: Decimal
    received_vat_rate: str | None
    term_starts_on: date | None
    term_ends_on: date | None


_UNPAID_ENDS = ("declined", "cancelled", "expired")

INVOICE_COLUMNS = tuple(invoices.c[columns_of(InvoiceRow)])
_INVOICES = typed(InvoiceRow, select(*INVOICE_COLUMNS))
_INVOICE = _INVOICES.narrowed(
    lambda rows: rows.where(invoices.c.number == bindparam("invoice_number"))
)
_INVOICE_LOCKED = _INVOICE.narrowed(lambda rows: rows.with_for_update())


def _promised(column: Column[int]) -> ScalarSelect[int]:
    """What open and paid refunds, except one, take of a line."""
    return (
        select(func.coalesce(func.sum(column), 0))
        .select_from(
            calculation_lines.join(
                refunds, refunds.c.calculation_id == calculation_lines.c.calculation_id
            )
        )
        .where(
            refunds.c.invoice_number == invoice_lines.c.invoice_number,
            refunds.c.status.not_in(_UNPAID_ENDS),
            refunds.c.id != bindparam("except_refund"),
            calculation_lines.c.line_no == invoice_lines.c.line_no,
        )
        .scalar_subquery()
    )


_received_rate = (
    select(
        case(
            (
                and_(
                    func.count(payments.c.vat_rate.distinct()) == 1,
                    func.count(payments.c.vat_rate) == func.count(),
                ),
                func.min(payments.c.vat_rate),
            )
        )
    )
    .where(
        payments.c.invoice_number == invoice_lines.c.invoice_number,
        ~select(payment_reversals.c.payment_id)
        .where(payment_reversals.c.payment_id == payments.c.id)
        .exists(),
    )
    .scalar_subquery()
)
_served_until = func.coalesce(terms.c.stopped_on - 1, terms.c.ends_on)
_is_ours = issued_invoices.c.invoice_number.is_not(None)
# A case stores the term of an invoice of ours moments after its payment; before, the line has it.
_LINES = typed(
    LineRow,
    select(
        invoice_lines,
        _promised(calculation_lines.c.sum_kopecks).label("promised_kopecks"),
        _promised(calculation_lines.c.vat_kopecks).label("promised_vat_kopecks"),
        _received_rate.label("received_vat_rate"),
        func.coalesce(
            terms.c.starts_on, case((_is_ours, invoice_lines.c.period_start), else_=None)
        ).label("term_starts_on"),
        func.coalesce(
            _served_until, case((_is_ours, invoice_lines.c.period_end), else_=None)
        ).label("term_ends_on"),
    )
    .outerjoin(issued_invoices, issued_invoices.c.invoice_number == invoice_lines.c.invoice_number)
    .outerjoin(
        terms,
        and_(
            terms.c.invoice_number == invoice_lines.c.invoice_number,
            terms.c.withdrawn_at.is_(None),
            terms.c.stop_reason.is_distinct_from(StopReason.UNPAID.value),
        ),
    )
    .where(invoice_lines.c.invoice_number == bindparam("invoice_number"))
    .order_by(invoice_lines.c.line_no),
    never_null=("promised_kopecks", "promised_vat_kopecks"),
)
_PUT_INVOICE = insert(invoices)
_PUT_LINE = insert(invoice_lines)


class Stored(StrEnum):
    """The result of storing an invoice: new, the same exists, or a different one exists."""

    NEW = "new"
    SAME = "same"
    OTHER = "other"


@dataclass(frozen=True)
class InvoiceFilter:
    """The filters of a list of invoices; None means any."""

    client_id: str | None = None
    issued_from: date | None = None
    issued_to: date | None = None


def facts(
    invoice_number: str, *, locked: bool = False, except_refund: str = ""
) -> tuple[Query[InvoiceRow], Query[LineRow]]:
    """The two queries for `invoice_from`; `locked` makes other cases of the invoice wait.

    The lines' promises leave out the case `except_refund`, whose own sum is being calculated.
    """
    number = {"invoice_number": invoice_number}
    head = _INVOICE_LOCKED if locked else _INVOICE
    return head(**number), _LINES(**number, except_refund=except_refund)


def invoice_from(head: InvoiceRow, lines: Sequence[LineRow]) -> Invoice:
    """An invoice as the facts that a refund is decided by."""
    received = lines[0].received_vat_rate if lines else None
    return Invoice(
        number=head.number,
        client_id=head.client_id,
        issued_by=IssuedBy(head.issued_by),
        service_centre=head.service_centre,
        issued_on=head.issued_on,
        total_kopecks=head.total_kopecks,
        paid_kopecks=head.paid_kopecks,
        promised_kopecks=head.promised_kopecks,
        surplus_kopecks=head.surplus_kopecks,
        surplus_promised_kopecks=head.surplus_promised_kopecks,
        last_paid_on=None if head.last_paid_at is None else moscow_date(head.last_paid_at),
        lines=tuple(_line_from(line) for line in lines),
        received_vat_rate=None if received is None else VatRate(received),
    )


async def put(
    database: Database, head: Mapping[str, Any], lines: Sequence[Mapping[str, Any]]
) -> Stored:
    """Stores an invoice with its lines; an existing one is never changed.

    `head` has all columns that the billing system writes, and so has every line. A broken
    constraint raises `ConstraintBroken`.
    """
    try:
        return await _put_once(database, head, lines)
    except ConstraintBroken as broken:
        if broken.constraint != "invoices_pkey":
            raise
    return await _put_once(database, head, lines)  # somebody else stored it just now


async def _put_once(
    database: Database, head: Mapping[str, Any], lines: Sequence[Mapping[str, Any]]
) -> Stored:
    async with database.transaction() as transaction:
        heads, found = await transaction.read(*facts(head["number"]))
        if heads:
            same = _says(heads[0], head) and len(found) == len(lines)
            same = same and all(map(_says, found, sorted(lines, key=_line_no)))
            return Stored.SAME if same else Stored.OTHER
        transaction.write(_PUT_INVOICE, **head)
        for line in lines:
            transaction.write(_PUT_LINE, **line, invoice_number=head["number"])
    return Stored.NEW


def latest_of(client_id: str, limit: int) -> Query[InvoiceRow]:
    """The invoices of a client that were issued last, the newest first."""
    return _INVOICES.narrowed(
        lambda rows: (
            rows.where(invoices.c.client_id == client_id)
            .order_by(invoices.c.issued_on.desc(), invoices.c.number.desc())
            .limit(limit)
        )
    )()


def listed(narrowed: InvoiceFilter, limit: int, after: str | None = None) -> Query[InvoiceRow]:
    """Invoices by number; `after` is the number of the last one seen."""
    asked = [
        (narrowed.client_id, invoices.c.client_id.__eq__),
        (narrowed.issued_from, invoices.c.issued_on.__ge__),
        (narrowed.issued_to, invoices.c.issued_on.__le__),
        (after, invoices.c.number.__gt__),
    ]
    conditions = [compared(value) for value, compared in asked if value is not None]
    return _INVOICES.narrowed(
        lambda rows: rows.where(*conditions).order_by(invoices.c.number).limit(limit)
    )()


def _says(row: InvoiceRow | LineRow, columns: Mapping[str, Any]) -> bool:
    return all(getattr(row, name) == value for name, value in columns.items())


def _line_no(line: Mapping[str, Any]) -> int:
    number: int = line["line_no"]
    return number


def _line_from(row: LineRow) -> InvoiceLine:
    return InvoiceLine(
        line_no=row.line_no,
        title=row.title,
        kind=ProductKind(row.kind),
        sum_kopecks=row.sum_kopecks,
        vat_rate=VatRate(row.vat_rate),
        period_start=row.period_start,
        period_end=row.period_end,
        delivered_on=row.delivered_on,
        closed_by_documents=row.closed_by_documents,
        promised_kopecks=int(row.promised_kopecks),
        promised_vat_kopecks=int(row.promised_vat_kopecks),
        term=_term_from(row),
        quantity=row.quantity,
    )


def _term_from(row: LineRow) -> SoldTerm | None:
    """The term of a line; None when no day of it is left."""
    starts_on, ends_on = row.term_starts_on, row.term_ends_on
    if row.kind != ProductKind.SUBSCRIPTION or starts_on is None or ends_on is None:
        return None
    return SoldTerm(starts_on, ends_on) if starts_on <= ends_on else None
