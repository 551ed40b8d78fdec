"""Documents as PDF, shown in the browser."""

import asyncio

from starlette.responses import Response

from db.billing.invoice_document import document_from
from db.renewal import reads as renewals
from gateways.documents import invoice_pdf, statement_pdf
from starter.access import require_own
from starter.commands.refusal import not_found
from starter.presentation.refund.statement_document import newest_document
from starter.web.cabinet.addresses import InvoiceNumber, RefundId
from starter.web.http.headers import PAPER, POLICY_HEADER
from starter.web.http.page import pages
from starter.web.http.visit import VisitDep

routes = pages()


@routes.get("/refunds/{refund_id}/statement.pdf")
async def read_statement_pdf(visit: VisitDep, refund_id: RefundId) -> Response:
    """The newest statement; before the requisites are entered, a draft. The desk frames it."""
    company = visit.services.settings.company
    document = await newest_document(visit.database, visit.caller, refund_id, company)
    pdf = _shown(await asyncio.to_thread(statement_pdf, document), f"statement-{refund_id}")
    pdf.headers[POLICY_HEADER] = PAPER
    return pdf


@routes.get("/orders/{invoice_number}/invoice.pdf")
async def read_invoice_pdf(visit: VisitDep, invoice_number: InvoiceNumber) -> Response:
    """An invoice that we issued, with the code to pay it by; those of billing are printed there."""
    found, lines = await visit.database.read(*renewals.invoice_document(invoice_number))
    if not found:
        raise not_found()
    require_own(visit.caller, found[0].client_id)
    pdf = await asyncio.to_thread(invoice_pdf, document_from(found[0], lines))
    return _shown(pdf, f"invoice-{invoice_number}")


def _shown(pdf: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f'inline; filename="{name}.pdf"'}
    return Response(pdf, media_type="application/pdf", headers=headers)
