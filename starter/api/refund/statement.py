"""The statement over HTTP: the client's requisites, and the document made of them."""

import asyncio
from http import HTTPStatus
from uuid import UUID

from fastapi import Response
from pydantic import Field

from domain.billing.requisites import Requisites
from gateways.documents import StatementDocument, statement_pdf
from starter.api.http.files import PDF, file_answer
from starter.api.http.models import Body, Roubles, Shown, Written
from starter.api.http.route import (
    CommandId,
    CurrentCaller,
    DatabaseDep,
    ServicesDep,
    SettingsDep,
    router,
)
from starter.api.refund.case import RefundId, link_to
from starter.commands.refund import statement as command
from starter.commands.refund.statement import StatementWritten
from starter.presentation.refund.statement_document import newest_document

MAX_REQUISITE_LENGTH = 300
"""Characters of one requisite that are looked at; what a payment order carries is judged after."""

routes = router("refunds")


class RequisitesBody(Body):
    """The client's requisites; all errors are answered at once."""

    recipient_name: Written = Field(max_length=MAX_REQUISITE_LENGTH, examples=["ООО «Ромашка»"])
    inn: Written | None = Field(
        default=None, max_length=MAX_REQUISITE_LENGTH, examples=["7707083893"]
    )
    kpp: Written | None = Field(
        default=None, max_length=MAX_REQUISITE_LENGTH, examples=["770701001"]
    )
    bic: Written = Field(max_length=MAX_REQUISITE_LENGTH, examples=["044525225"])
    account: Written = Field(max_length=MAX_REQUISITE_LENGTH, examples=["40702810638000000000"])
    bank_name: Written = Field(max_length=MAX_REQUISITE_LENGTH, examples=["ПАО Сбербанк"])
    correspondent_account: Written | None = Field(
        default=None, max_length=MAX_REQUISITE_LENGTH, examples=["30101810400000000225"]
    )


class StatementDrawnUp(Shown):
    """A statement that waits for its signature."""

    id: UUID
    sha256: str = Field(description="Of the statement's whole content; the signature signs it.")
    amount: Roubles
    pdf: str = Field(description="The path of the PDF.")
    code: str = Field(description="The path for requesting a one-time code.")
    scan: str = Field(description="The path for uploading a signed scan.")


@routes.put("/v1/refunds/{refund_id}/statement", summary="Enter the requisites")
async def write_statement(
    refund_id: RefundId,
    body: RequisitesBody,
    caller: CurrentCaller,
    command_id: CommandId,
    services: ServicesDep,
) -> StatementDrawnUp:
    """Creates a new statement; an earlier signature is kept but is no longer valid."""
    requisites = Requisites(**body.model_dump())
    written = await command.write_statement(services, caller, command_id, refund_id, requisites)
    return _drawn_up(refund_id, written)


@routes.get(
    "/v1/refunds/{refund_id}/statement.pdf",
    summary="The statement as PDF",
    response_class=Response,
    responses=file_answer(
        "The document; the same statement is the same bytes.", PDF, HTTPStatus.CONFLICT
    ),
)
async def read_statement_pdf(
    refund_id: RefundId, caller: CurrentCaller, database: DatabaseDep, settings: SettingsDep
) -> Response:
    """The newest statement; before the requisites are entered, a draft to fill in by hand."""
    document = await newest_document(database, caller, refund_id, settings.company)
    return await _pdf_of(document)


async def _pdf_of(document: StatementDocument) -> Response:
    pdf = await asyncio.to_thread(statement_pdf, document)
    name = f"statement-{document.refund_id}.pdf"
    return Response(
        pdf,
        media_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}"'},
    )


def _drawn_up(refund_id: str, written: StatementWritten) -> StatementDrawnUp:
    here = link_to(refund_id)
    return StatementDrawnUp(
        id=written.statement_id,
        sha256=written.sha256,
        amount=written.sum_kopecks,
        pdf=f"{here}/statement.pdf",
        code=f"{here}/statement/code",
        scan=f"{here}/statement/scan",
    )
