"""Invoices that we issue: numbered without gaps, stored by the step that accepts the order,
voided.
"""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import bindparam, insert, update
from sqlalchemy.dialects.postgresql import insert as upsert

from db.database import Transaction
from db.query import row, typed
from db.tables import invoice_counters, invoice_lines, invoices, issued_invoices
from domain.billing.invoice import IssuedBy, ProductKind
from domain.billing.issued_invoice import NewInvoice


@row
class LastNumber:
    """The last number of a year."""

    last: int


_NEXT = typed(
    LastNumber,
    upsert(invoice_counters)
    .values(year=bindparam("of_year"), last=1)
    .on_conflict_do_update(index_elements=["year"], set_={"last": invoice_counters.c.last + 1})
    .returning(invoice_counters.c.last),
)
_PUT = insert(invoices)
_PUT_LINE = insert(invoice_lines)
_PUT_ISSUED = insert(issued_invoices)
_VOID = update(invoices).where(invoices.c.number == bindparam("of_number"))


async def issue(transaction: Transaction, invoice: NewInvoice, title: str) -> str:
    """Takes the year's next number and stores the invoice; returns the number. `title` is the text
    of its line.

    A second transaction waits for a number until the first has stored or rolled back its own:
    numbers have no gaps and no duplicates.
    """
    year = invoice.issued_on.year
    ((counted,),) = await transaction.read(_NEXT(of_year=year))
    sequence = counted.last
    number = f"KP-{year}-{sequence:06d}"
    transaction.write(
        _PUT,
        number=number,
        client_id=invoice.client_id,
        issued_by=IssuedBy.ONLINE,
        issued_on=invoice.issued_on,
        total_kopecks=invoice.total_kopecks,
        created_at=invoice.at,
    )
    transaction.write(
        _PUT_LINE,
        invoice_number=number,
        line_no=1,
        title=title,
        kind=ProductKind.SUBSCRIPTION,
        sum_kopecks=invoice.total_kopecks,
        vat_rate=invoice.vat_rate,
        period_start=invoice.period_start,
        period_end=invoice.period_end,
    )
    transaction.write(
        _PUT_ISSUED,
        invoice_number=number,
        year=year,
        sequence=sequence,
        order_id=invoice.order_id,
        renewal_id=invoice.renewal_id,
        recipient=asdict(invoice.supplier.requisites),
        supplier_address=invoice.supplier.address,
        valid_until=invoice.valid_until,
    )
    return number


def void(transaction: Transaction, number: str, by: str, reason: str, at: datetime) -> None:
    """Voids an invoice: nothing is due by it, and what was paid becomes a surplus."""
    transaction.write(_VOID, of_number=number, voided_at=at, voided_by=by, void_reason=reason)
