"""Invoices with their lines and payments: what the billing system wrote, and what cases took from it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, func, select

from db.database import Query, Row
from db.tables import calculation_lines, invoice_lines, invoices, refunds
from domain.calendar import moscow_date
from domain.invoice import Invoice, InvoiceLine, IssuedBy, ProductKind
from domain.money import VatRate

_UNPAID_ENDS = ("declined", "cancelled", "expired")

_invoice = select(invoices).where(invoices.c.number == bindparam("invoice_number"))
_INVOICE = _invoice
_INVOICE_LOCKED = _invoice.with_for_update()

_promised = (
    select(func.coalesce(func.sum(calculation_lines.c.sum_kopecks), 0))
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
_LINES = (
    select(invoice_lines, _promised.label("promised_kopecks"))
    .where(invoice_lines.c.invoice_number == bindparam("invoice_number"))
    .order_by(invoice_lines.c.line_no)
)


def facts(
    invoice_number: str, *, locked: bool = False, except_refund: str = ""
) -> tuple[Query, Query]:
    """The two queries behind `invoice_from`; `locked` keeps other cases of the invoice waiting.

    The lines' promises leave out the case `except_refund`, whose own sum is being found.
    """
    number = {"invoice_number": invoice_number}
    head = _INVOICE_LOCKED if locked else _INVOICE
    return (head, number), (_LINES, {**number, "except_refund": except_refund})


def invoice_from(head: Row, lines: Sequence[Row]) -> Invoice:
    """The invoice as facts for judging a refund."""
    return Invoice(
        number=head.number,
        client_id=head.client_id,
        issued_by=IssuedBy(head.issued_by),
        service_centre=head.service_centre,
        issued_on=head.issued_on,
        total_kopecks=head.total_kopecks,
        paid_kopecks=head.paid_kopecks,
        promised_kopecks=head.promised_kopecks,
        last_paid_on=None if head.last_paid_at is None else moscow_date(head.last_paid_at),
        lines=tuple(_line_from(line) for line in lines),
    )


def _line_from(row: Any) -> InvoiceLine:
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
    )
