"""Fiscal receipts at the desk: their states, and the settlement of one that failed."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Query
from starlette.responses import Response

from db.receipt import receipt as receipts
from db.receipt.receipt_rows import ReceiptRow
from domain.receipt.receipt import ReceiptStatus
from starter.commands.receipt import settle as command
from starter.web.desk.in_place import ListInPlace
from starter.web.desk.saved import FileAsked, FileColumn, SavedList, roubles_in_cell
from starter.web.http.page import pages
from starter.web.http.paging import CURSOR, cursor_of
from starter.web.http.visit import VisitDep
from texts import translate

LIST = "/desk/receipts"
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

RECEIPTS = ListInPlace[ReceiptRow, ReceiptStatus](
    SAVED,
    "desk_receipts.html",
    "settle_receipt",
    SHOWN,
    lambda limit, after, status: receipts.listed(limit, after, status=status),
    lambda one: cursor_of(one.prepared_at, one.id),
    lambda status, language: translate(f"receipt.status.{status}", language),
    lambda status: {"status": status},
    undecided=ReceiptStatus.FAILED,
)
"""By their status, the newest first."""

routes = pages()


@routes.get(LIST)
async def list_receipts(
    visit: VisitDep,
    status: ReceiptStatus = ReceiptStatus.FAILED,
    after: Annotated[str | None, Query(pattern=CURSOR)] = None,
    file: FileAsked = None,
) -> Response:
    """Receipts of a status, the newest first; by default those that wait for an accountant."""
    return await RECEIPTS.answer(visit, status, after, file, statuses=tuple(ReceiptStatus))


@routes.post(f"{LIST}/{{receipt_id}}/settlement")
async def settle_receipt(visit: VisitDep, receipt_id: Annotated[UUID, Path()]) -> Response:
    """Records that a failed receipt was printed or corrected elsewhere."""
    return await RECEIPTS.decide(
        visit, receipt_id, command.settle_receipt, statuses=tuple(ReceiptStatus)
    )
