"""Surpluses at the desk: what clients paid above what is due, and what becomes of it."""

from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from db.billing import open_surplus
from db.billing.open_surplus import OpenSurplus
from starter.web.desk.saved import FILE_ROWS, FileAsked, FileColumn, SavedList, roubles_in_cell
from starter.web.http.page import pages
from starter.web.http.paging import CURSOR, cursor_of, seen
from starter.web.http.visit import VisitDep
from texts import Language, translate

SHOWN = 50
"""Surpluses of one page."""

SAVED = SavedList[OpenSurplus](
    "/desk/surpluses",
    "page.desk.surpluses",
    (
        FileColumn("page.desk.client", lambda one, _: one.client_name),
        FileColumn("page.desk.invoice", lambda one, _: one.invoice_number),
        FileColumn("page.desk.surpluses.since", lambda one, _: one.since),
        FileColumn("page.desk.surpluses.told", lambda one, language: _letter(one, language)),
        FileColumn("page.process.refund", lambda one, _: one.refund_id),
        FileColumn("page.desk.entry.sum", lambda one, _: roubles_in_cell(one.surplus_kopecks)),
        FileColumn(
            "page.desk.surpluses.promised_sum", lambda one, _: roubles_in_cell(one.promised_kopecks)
        ),
    ),
)
"""The list as a file."""
NOT_TOLD = "page.desk.surpluses.not_told"
OPEN = "page.desk.surpluses.open"

routes = pages()


@routes.get("/desk/surpluses")
async def list_surpluses(
    visit: VisitDep,
    after: Annotated[str | None, Query(pattern=CURSOR)] = None,
    file: FileAsked = None,
) -> Response:
    """Money above what is due that has not gone back yet, the oldest first."""
    words = translate(OPEN, visit.language)
    if file is not None:
        whole = await visit.database.rows(open_surplus.listed(FILE_ROWS + 1))
        return await SAVED.file(visit.language, file, words, whole)
    rows = await visit.database.rows(open_surplus.listed(SHOWN + 1, seen(after)))
    shown = rows[:SHOWN]
    following = cursor_of(shown[-1].since, shown[-1].invoice_number) if len(rows) > SHOWN else None
    return visit.page(
        "desk_surpluses.html", surpluses=shown, saved=SAVED.saved(words), following=following
    )


def _letter(surplus: OpenSurplus, language: Language) -> str:
    """What became of the newest letter to the client."""
    key = f"notification.status.{surplus.letter}" if surplus.letter else NOT_TOLD
    return translate(key, language)
