"""The queue of disputes: the earliest deadline first."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from db.dispute import reads
from db.dispute.reads import DisputeFilter
from domain.dispute.dispute import DisputeKind
from starter.presentation.dispute.dispute import dispute_shown
from starter.web.http.page import pages
from starter.web.http.paging import CURSOR, cursor_of, seen
from starter.web.http.visit import VisitDep
from texts import translate

LIST = "/desk/disputes"
SHOWN = 50
"""Disputes of one page."""

routes = pages()


@routes.get(LIST)
async def show_dispute_queue(
    visit: VisitDep,
    kind: Annotated[str, Query(max_length=40)] = "",
    after: Annotated[str | None, Query(pattern=CURSOR)] = None,
) -> Response:
    """Open disputes, whoever is waited for."""
    chosen = kind if kind in frozenset(DisputeKind) else ""
    narrowed = DisputeFilter(kind=chosen or None)
    rows = await visit.database.rows(reads.queue(narrowed, SHOWN + 1, seen(after)))
    shown = rows[:SHOWN]
    last = shown[-1] if len(rows) > SHOWN else None
    mark = None if last is None or last.wait_until is None else cursor_of(last.wait_until, last.id)
    return visit.page(
        "desk_disputes.html",
        disputes=[dispute_shown(row, visit.caller, visit.language) for row in shown],
        chosen=chosen,
        kinds=[
            (one.value, translate(f"dispute.kind.{one}", visit.language)) for one in DisputeKind
        ],
        following=mark and f"{LIST}?kind={chosen}&after={mark}",
        now=datetime.now(UTC),
    )
