"""The queue of returns of goods at the desk: open ones, the earliest deadline first."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from db.case.case_list import AfterDeadline, Turn
from db.goods_return import reads
from db.goods_return.reads import ReturnFilter
from domain.goods_return.goods_return import ENDED, GoodsReturnStatus
from starter.presentation.goods_return.goods_return import goods_return_head
from starter.web.http.page import pages
from starter.web.http.paging import CURSOR, cursor_of, seen
from starter.web.http.visit import VisitDep

LIST = "/desk/returns"
SHOWN = 50
"""Returns of one page."""
OPEN = tuple(one for one in GoodsReturnStatus if one not in ENDED)

routes = pages()


@routes.get(LIST)
async def list_goods_return_queue(
    visit: VisitDep,
    status: Annotated[str, Query(pattern="^[a-z]{0,20}$")] = "",
    overdue: bool = False,
    after: Annotated[str | None, Query(pattern=CURSOR)] = None,
) -> Response:
    """Returns in all statuses or in one, of all clients."""
    now = datetime.now(UTC)
    chosen = status if status in OPEN else ""
    turn = Turn(now, overdue=True if overdue else None)
    mark = seen(after)
    place = None if mark is None else AfterDeadline(*mark)
    narrowed = ReturnFilter(status=chosen or None)
    rows = await visit.database.rows(reads.queue(turn, narrowed, SHOWN + 1, place))
    shown = rows[:SHOWN]
    last = shown[-1] if len(rows) > SHOWN else None
    following = None if last is None else cursor_of(last.wait_until or last.opened_at, last.id)
    return visit.page(
        "desk_goods_returns.html",
        returns=[goods_return_head(row, visit.language) for row in shown],
        statuses=OPEN,
        chosen=chosen,
        overdue=overdue,
        now=now,
        following=following,
    )
