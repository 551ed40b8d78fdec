"""The lawyer's queue at the desk: what is large, who is silent, with the claim and the dossier."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from db.collection import lawyer
from db.collection.lawyer import LawyerOrder, LawyerRow, Seen
from db.dossier import store
from starter.access import roles_of_page
from starter.presentation.dossier.dossier import dossier_shown
from starter.web.http.page import pages
from starter.web.http.paging import CURSOR
from starter.web.http.visit import VisitDep

LIST = "/desk/lawyer"
SHOWN = 50
"""Debts of one page."""
AT_COURT = 20
"""Dossiers of disputes that a court decides, the newest."""
CODES = frozenset({"large", "silent"})
"""Why a debt comes to the lawyer by itself."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

routes = pages()


@routes.get(LIST)
async def show_lawyer_queue(
    visit: VisitDep,
    by: LawyerOrder = LawyerOrder.SUM,
    after: Annotated[str | None, Query(pattern=CURSOR)] = None,
) -> Response:
    """Debts that the lawyer has: the largest first, or whose client has been silent longest."""
    rows, at_court = await visit.database.read(
        lawyer.queue(by, SHOWN + 1, _seen(after)), store.at_court(AT_COURT)
    )
    may_save = visit.caller.role in roles_of_page("save_dossier_on_desk")
    shown, now = rows[:SHOWN], datetime.now(UTC)
    more = len(rows) > SHOWN
    return visit.page(
        "desk_lawyer.html",
        debts=[(one, max(0, (now - one.silent_since).days)) for one in shown],
        by=by,
        orders=tuple(LawyerOrder),
        codes=CODES,
        now=now,
        may_have_dossier=visit.caller.role in roles_of_page("show_collection_dossiers"),
        at_court=[dossier_shown(one, visit.caller, visit.language) for one in at_court if may_save],
        following=f"{_figure(by, shown[-1])}_{shown[-1].id}" if more else None,
    )


def _figure(by: LawyerOrder, row: LawyerRow) -> int:
    if by is LawyerOrder.SUM:
        return row.debt_kopecks
    return (row.silent_since - _EPOCH) // timedelta(microseconds=1)


def _seen(cursor: str | None) -> Seen | None:
    if cursor is None:
        return None
    figure, _, collection_id = cursor.partition("_")
    return Seen(int(figure), collection_id)
