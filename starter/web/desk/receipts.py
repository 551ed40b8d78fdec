"""Fiscal receipts at the desk: their states, and the settlement of one that failed."""

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import Path, Query
from starlette.responses import Response

from db.receipt import receipt as receipts
from db.receipt.receipt_rows import ReceiptRow
from domain.receipt.receipt import ReceiptStatus
from starter.access import roles_of
from starter.commands.receipt import settle as command
from starter.commands.refusal import not_found
from starter.web.desk.by_choice import ListByChoice
from starter.web.desk.following import RECEIPTS, decided
from starter.web.desk.saved import FileAsked, FileColumn, SavedList, roubles_in_cell
from starter.web.http.deed import with_reason
from starter.web.http.forms import Form
from starter.web.http.page import pages
from starter.web.http.paging import CURSOR, cursor_of
from starter.web.http.visit import Visit, VisitDep
from texts import translate

LIST = RECEIPTS.path
SHOWN = 50
"""Receipts of one page."""

SAVED = SavedList[ReceiptRow](
    LIST,
    "page.desk.receipts",
    (
        FileColumn(
            "page.desk.file.receipt_kind",
            lambda one, language: translate(f"page.desk.receipts.kind.{one.kind}", language),
        ),
        FileColumn("page.desk.invoice", lambda one, _: one.invoice_number),
        FileColumn("page.desk.entry.sum", lambda one, _: roubles_in_cell(one.amount_kopecks)),
        FileColumn("page.desk.file.prepared_at", lambda one, _: one.prepared_at),
        FileColumn("page.desk.case", lambda one, _: one.case_id),
        FileColumn("page.desk.file.settled_by", lambda one, _: one.settled_by),
        FileColumn("page.desk.reason", lambda one, _: one.reason),
    ),
)
"""The list as a file."""

LISTED = ListByChoice[ReceiptRow, ReceiptStatus](
    SAVED,
    "desk_receipts.html",
    SHOWN,
    lambda limit, after, status: receipts.listed(limit, after, status=status),
    lambda one: cursor_of(one.prepared_at, one.id),
    lambda status, language: translate(f"receipt.status.{status}", language),
    lambda status: {"status": status},
)
"""By their status, the newest first."""

ReceiptId = Annotated[UUID, Path()]

routes = pages()


@routes.get(LIST)
async def list_receipts(
    visit: VisitDep,
    status: ReceiptStatus = ReceiptStatus.FAILED,
    after: Annotated[str | None, Query(pattern=CURSOR)] = None,
    file: FileAsked = None,
) -> Response:
    """Receipts of a status, the newest first; by default those that wait for an accountant."""
    return await LISTED.answer(visit, status, after, file, statuses=tuple(ReceiptStatus))


@routes.get(f"{LIST}/{{receipt_id}}")
async def show_receipt_on_desk(visit: VisitDep, receipt_id: ReceiptId) -> Response:
    """A receipt with its items, and how one that failed is settled."""
    return await _page(visit, receipt_id)


@routes.post(f"{LIST}/{{receipt_id}}/settlement")
async def settle_receipt(visit: VisitDep, receipt_id: ReceiptId) -> Response:
    """Records that a failed receipt was printed or corrected elsewhere."""
    said = with_reason(visit, command.settle_receipt, receipt_id, "reason")

    async def page(form: Form, status: int) -> Response:
        return await _page(visit, receipt_id, form, status)

    return await decided(visit, said, RECEIPTS, receipt_id, page)


async def _page(
    visit: Visit, receipt_id: UUID, form: Form | None = None, status: int = HTTPStatus.OK
) -> Response:
    rows = await visit.database.rows(receipts.one(receipt_id))
    if not rows:
        raise not_found()
    (row,) = rows
    may_settle = visit.caller.role in roles_of("settle_receipt")
    is_open = row.status == ReceiptStatus.FAILED
    leads_on = may_settle and not is_open
    return visit.page(
        "desk_receipt.html",
        status=status,
        form=form,
        here=RECEIPTS.page_of(receipt_id),
        receipt=row,
        may_settle=may_settle and is_open,
        is_open=is_open,
        following=await RECEIPTS.following(visit, receipt_id) if leads_on else None,
    )
