"""Surpluses at the desk: what clients paid above what is due, and what becomes of it."""

from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from db.billing import open_surplus
from starter.web.http.page import pages
from starter.web.http.paging import CURSOR, cursor_of, seen
from starter.web.http.visit import VisitDep

SHOWN = 50
"""Surpluses of one page."""

routes = pages()


@routes.get("/desk/surpluses")
async def list_surpluses(
    visit: VisitDep, after: Annotated[str | None, Query(pattern=CURSOR)] = None
) -> Response:
    """Money above what is due that has not gone back yet, the oldest first."""
    rows = await visit.database.rows(open_surplus.listed(SHOWN + 1, seen(after)))
    shown = rows[:SHOWN]
    following = cursor_of(shown[-1].since, shown[-1].invoice_number) if len(rows) > SHOWN else None
    return visit.page("desk_surpluses.html", surpluses=shown, following=following)
