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
from starter.commands.refusal import Refusal
from starter.web.desk.saved import FILE_ROWS, FileAsked, FileColumn, SavedList, roubles_in_cell
from starter.web.http.deed import needed, refused
from starter.web.http.forms import Form
from starter.web.http.page import pages
from starter.web.http.paging import CURSOR, cursor_of, seen_message
from starter.web.http.visit import Visit, VisitDep
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

routes = pages()


@routes.get(LIST)
async def list_receipts(
    visit: VisitDep,
    status: ReceiptStatus = ReceiptStatus.FAILED,
    after: Annotated[str | None, Query(pattern=CURSOR)] = None,
    file: FileAsked = None,
) -> Response:
    """Receipts of a status, the newest first; by default those that wait for an accountant."""
    if file is not None:
        whole = await visit.database.rows(receipts.listed(FILE_ROWS + 1, status=status))
        words = translate(f"receipt.status.{status}", visit.language)
        return await SAVED.file(visit.language, file, words, whole)
    return await _page(visit, chosen=status, after=after)


@routes.post(f"{LIST}/{{receipt_id}}/settlement")
async def settle_receipt(visit: VisitDep, receipt_id: Annotated[UUID, Path()]) -> Response:
    """Records that a failed receipt was printed or corrected elsewhere."""

    async def page(form: Form, status: int) -> Response:
        return await _page(visit, form, status)

    try:
        reason = needed(visit.form, f"reason-{receipt_id}")
        await command.settle_receipt(
            visit.services, visit.caller, visit.command_id, receipt_id, reason
        )
    except Refusal as refusal:
        return await refused(visit, refusal, LIST, page)
    return visit.see(LIST)


async def _page(
    visit: Visit,
    form: Form | None = None,
    status: int = HTTPStatus.OK,
    *,
    chosen: ReceiptStatus = ReceiptStatus.FAILED,
    after: str | None = None,
) -> Response:
    rows = await visit.database.rows(receipts.listed(SHOWN + 1, seen_message(after), status=chosen))
    shown = rows[:SHOWN]
    return visit.page(
        "desk_receipts.html",
        status=status,
        form=form,
        here=LIST,
        receipts=shown,
        chosen=chosen,
        saved=SAVED.saved(translate(f"receipt.status.{chosen}", visit.language), status=chosen),
        statuses=tuple(ReceiptStatus),
        may_settle=visit.caller.role in roles_of("settle_receipt"),
        following=cursor_of(shown[-1].prepared_at, shown[-1].id) if len(rows) > SHOWN else None,
    )
