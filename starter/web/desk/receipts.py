"""Fiscal receipts at the desk: their states, and the settlement of one that failed."""

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import Path, Query
from starlette.responses import Response

from db.receipt import receipt as receipts
from domain.receipt.receipt import ReceiptStatus
from starter.access import roles_of
from starter.commands.receipt import settle as command
from starter.commands.refusal import Refusal
from starter.web.http.deed import needed, refused
from starter.web.http.forms import Form
from starter.web.http.page import pages
from starter.web.http.paging import CURSOR, cursor_of, seen_message
from starter.web.http.visit import Visit, VisitDep

LIST = "/desk/receipts"
SHOWN = 50
"""Receipts of one page."""

routes = pages()


@routes.get(LIST)
async def list_receipts(
    visit: VisitDep,
    status: ReceiptStatus = ReceiptStatus.FAILED,
    after: Annotated[str | None, Query(pattern=CURSOR)] = None,
) -> Response:
    """Receipts of a status, the newest first; by default those that wait for an accountant."""
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
        statuses=tuple(ReceiptStatus),
        may_settle=visit.caller.role in roles_of("settle_receipt"),
        following=cursor_of(shown[-1].prepared_at, shown[-1].id) if len(rows) > SHOWN else None,
    )
