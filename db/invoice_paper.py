"""An invoice that we issued, as its paper says it."""

from collections.abc import Sequence

from db.database import Row
from domain.invoice_paper import Buyer, InvoicePaper, PaperLine
from domain.money import VatRate
from domain.requisites import Requisites


def paper_from(row: Row, lines: Sequence[Row]) -> InvoicePaper:
    """The invoice as it was issued: our requisites of that day, the payer of the order; from the
    rows of `db.renewal_case.invoice_paper`.
    """
    return InvoicePaper(
        number=row.invoice_number,
        issued_on=row.issued_on,
        valid_until=row.valid_until,
        supplier=Requisites(**row.recipient),
        supplier_address=row.supplier_address,
        buyer=Buyer(row.payer_name, row.payer_inn, row.payer_kpp, row.payer_address),
        lines=tuple(map(_line, lines)),
        is_void=row.voided_at is not None,
    )


def _line(row: Row) -> PaperLine:
    period = None if row.period_start is None else (row.period_start, row.period_end)
    return PaperLine(row.title, row.sum_kopecks, VatRate(row.vat_rate), period)
