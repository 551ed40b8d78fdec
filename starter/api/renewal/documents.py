"""The documents of an order over HTTP: its invoice as PDF, and what was agreed."""

import asyncio
from datetime import datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

from fastapi import Response
from pydantic import Field

from db.billing.invoice_document import document_from
from db.renewal import order as orders
from db.renewal import reads as cases_in
from gateways.documents import invoice_pdf
from starter.access import require_own, require_visible
from starter.api.billing.invoice import InvoicePath
from starter.api.http.files import PDF, file_answer
from starter.api.http.models import Shown
from starter.api.http.problems import Problem, documented
from starter.api.http.route import CurrentCaller, DatabaseDep, router
from starter.api.renewal.case import RenewalId
from starter.commands.refusal import not_found

routes = router("renewals")


class Receipt(Shown):
    """What was agreed, and its digest: a change of either shows."""

    order_id: UUID
    renewal_id: str
    invoice_number: str
    placed_at: datetime
    agreed: dict[str, Any] = Field(description="As the client saw it; sums in roubles.")
    sha256: str = Field(
        description="SHA-256 of `agreed` as JSON in UTF-8: keys sorted, no spaces, no escapes."
    )


@routes.get(
    "/v1/invoices/{invoice_number}/pdf",
    summary="An invoice that we issued, to pay by",
    response_class=Response,
    responses=file_answer("PDF with the payment's QR code.", PDF),
)
async def read_invoice_pdf(
    invoice_number: InvoicePath, caller: CurrentCaller, database: DatabaseDep
) -> Response:
    """A void invoice says so and asks for no payment. Invoices of the billing system are printed
    there.
    """
    found, lines = await database.read(*cases_in.invoice_document(invoice_number))
    if not found:
        raise not_found()
    (row,) = found
    require_own(caller, row.client_id)
    pdf = await asyncio.to_thread(invoice_pdf, document_from(row, lines))
    return Response(
        pdf,
        media_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="invoice-{invoice_number}.pdf"'},
    )


@routes.get(
    "/v1/renewals/{renewal_id}/receipt",
    summary="What was agreed with the last order",
    responses=documented(HTTPStatus.CONFLICT),
)
async def read_receipt(
    renewal_id: RenewalId, caller: CurrentCaller, database: DatabaseDep
) -> Receipt:
    """What was agreed for the order invoiced last; it stays when the order is cancelled."""
    heads, taken = await database.read(cases_in.head(renewal_id), orders.taken(renewal_id))
    require_visible(caller, heads)
    if not taken:
        raise Problem("receipt_missing", HTTPStatus.CONFLICT)
    (order,) = taken
    return Receipt(
        order_id=order.id,
        renewal_id=renewal_id,
        invoice_number=order.invoice_number,
        placed_at=order.placed_at,
        agreed=order.agreed,
        sha256=order.agreed_sha256,
    )
