"""The content of the document of an invoice that we issued."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from db.query import row
from domain.billing.invoice_document import Buyer, DocumentLine, InvoiceDocument
from domain.billing.requisites import Requisites
from domain.money import VatRate


@row
class InvoiceDocumentRow:
    """An invoice that we issued, with the payer of its order."""

    invoice_number: str
    year: int
    sequence: int
    order_id: UUID
    renewal_id: str
    recipient: dict[str, Any]
    valid_until: date
    supplier_address: str | None
    client_id: str
    issued_on: date
    paid_kopecks: int
    voided_at: datetime | None
    payer_name: str
    payer_inn: str | None
    payer_kpp: str | None
    payer_address: str | None


@row
class LineOfInvoice:
    """A line of an invoice."""

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


def document_from(row: InvoiceDocumentRow, lines: Sequence[LineOfInvoice]) -> InvoiceDocument:
    """The invoice as it was issued: our requisites of that day, the payer of the order; from the
    rows of `db.renewal.reads.invoice_document`.
    """
    return InvoiceDocument(
        number=row.invoice_number,
        issued_on=row.issued_on,
        valid_until=row.valid_until,
        supplier=Requisites(**row.recipient),
        supplier_address=row.supplier_address,
        buyer=Buyer(row.payer_name, row.payer_inn, row.payer_kpp, row.payer_address),
        lines=tuple(map(_line, lines)),
        is_void=row.voided_at is not None,
        paid_kopecks=row.paid_kopecks,
    )


def _line(row: LineOfInvoice) -> DocumentLine:
    start, end = row.period_start, row.period_end
    period = None if start is None or end is None else (start, end)
    return DocumentLine(row.title, row.sum_kopecks, VatRate(row.vat_rate), period)
