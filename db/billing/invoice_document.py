"""The content of the document of an invoice that we issued."""

from collections.abc import Sequence

from db.database import Row
from domain.billing.invoice_document import Buyer, DocumentLine, InvoiceDocument
from domain.billing.requisites import Requisites
from domain.money import VatRate


def paper_from(row: Row, lines: Sequence[Row]) -> InvoiceDocument:
    """The invoice as it was issued: our requisites of that day, the payer of the order; from the
    rows of `db.renewal_case.invoice_paper`.
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
    )


def _line(row: Row) -> DocumentLine:
    period = None if row.period_start is None else (row.period_start, row.period_end)
    return DocumentLine(row.title, row.sum_kopecks, VatRate(row.vat_rate), period)
