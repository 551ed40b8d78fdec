"""«Документы»: every paper of the client, to be looked through and taken away."""

import asyncio
from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Path, Query
from starlette.responses import Response

from db.billing import papers
from db.billing.invoice_document import document_from
from db.billing.papers import PaperKind, PaperRow
from db.query import present
from db.refund import signed_paper
from db.renewal import payment_claim
from db.renewal import reads as renewals
from domain.refund.scan import MediaType
from gateways.documents import invoice_pdf, statement_pdf
from starter.access import require_own
from starter.commands.refusal import not_found
from starter.http.attachment import attachment
from starter.http.download import download
from starter.presentation.refund.statement_document import document_of, mark_of
from starter.web.http.days import this_year
from starter.web.http.forms import Form
from starter.web.http.page import pages
from starter.web.http.paging import CURSOR, cursor_of, seen
from starter.web.http.visit import Visit, VisitDep

SHOWN = 30
"""Papers of one page."""
LIST = "/documents"
INVOICE = r"^[A-Za-z0-9-]{1,40}$"

routes = pages()

Year = Annotated[str, Query(pattern=r"^([0-9]{4})?$")]
Kind = Annotated[str, Query(pattern=f"^({'|'.join(PaperKind)})?$")]


@routes.get(LIST)
async def show_documents(
    visit: VisitDep,
    kind: Kind = "",
    year: Year = "",
    after: Annotated[str | None, Query(pattern=CURSOR)] = None,
) -> Response:
    """Papers of a kind and a year, or of all, the latest first."""
    return await documents_page(visit, this_year(), kind, year, after)


async def documents_page(
    visit: Visit,
    form: Form,
    kind: str = "",
    year: str = "",
    after: str | None = None,
    status: int = HTTPStatus.OK,
) -> Response:
    """The page of papers; `form` is what the form of the act of reconciliation shows."""
    client_id = present(visit.caller.client_id)
    found, years = await visit.database.read(
        papers.listed(
            client_id,
            SHOWN + 1,
            seen(after),
            kind=PaperKind(kind) if kind else None,
            year=int(year) if year else None,
        ),
        papers.years(client_id),
    )
    return visit.page(
        "documents.html",
        status=status,
        form=form,
        papers=found[:SHOWN],
        kinds=tuple(PaperKind),
        kind=kind,
        years=[str(one.year) for one in years],
        year=year,
        following=_following(found, kind, year),
    )


@routes.get(f"{LIST}/invoice/{{number}}")
async def save_invoice(visit: VisitDep, number: Annotated[str, Path(pattern=INVOICE)]) -> Response:
    """An invoice that we issued."""
    found, lines = await visit.database.read(*renewals.invoice_document(number))
    if not found:
        raise not_found()
    require_own(visit.caller, found[0].client_id)
    pdf = await asyncio.to_thread(invoice_pdf, document_from(found[0], lines))
    return attachment(pdf, MediaType.PDF, f"invoice-{number}")


@routes.get(f"{LIST}/statement/{{statement_id}}")
async def save_statement(visit: VisitDep, statement_id: UUID) -> Response:
    """A statement as it was signed."""
    query = signed_paper.statement(statement_id, _client(visit))
    row = await visit.database.row(query)
    if row is None:
        raise not_found()
    document = document_of(row.content, mark_of(row))
    pdf = await asyncio.to_thread(statement_pdf, document)
    return attachment(pdf, MediaType.PDF, f"statement-{row.refund_id}")


@routes.get(f"{LIST}/scan/{{scan_id}}")
async def save_scan(visit: VisitDep, scan_id: UUID) -> Response:
    """A scan as it was uploaded, once it is clean."""
    row = await visit.database.row(signed_paper.scan(scan_id, _client(visit)))
    if row is None:
        raise not_found()
    return download(visit.database, row)


@routes.get(f"{LIST}/payment_order/{{claim_id}}")
async def save_payment_order(visit: VisitDep, claim_id: UUID) -> Response:
    """A payment order as it was uploaded, once it is clean."""
    row = await visit.database.row(payment_claim.file_of(claim_id, _client(visit)))
    if row is None:
        raise not_found()
    return download(visit.database, row)


def _client(visit: Visit) -> str:
    return present(visit.caller.client_id)


def _following(found: Sequence[PaperRow], kind: str, year: str) -> str | None:
    """The address of the next page; None on the last."""
    if len(found) <= SHOWN:
        return None
    last = found[SHOWN - 1]
    said = {"kind": kind, "year": year, "after": cursor_of(last.at, last.id)}
    return f"{LIST}?{urlencode({name: value for name, value in said.items() if value})}"
