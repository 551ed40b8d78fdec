"""«Платежи»: every payment of a client, every attempt at one, every payout, and what was said."""

from datetime import datetime
from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from db.billing import client_money
from db.query import present
from starter.web.cabinet.money import money_of
from starter.web.http.page import pages
from starter.web.http.visit import VisitDep

SHOWN = 50
"""Movements of one page."""
_CURSOR = r"^[0-9T:.+-]{19,40}_[A-Za-z0-9/_-]{1,80}$"

routes = pages()


@routes.get("/payments")
async def show_payments(
    visit: VisitDep, after: Annotated[str | None, Query(pattern=_CURSOR)] = None
) -> Response:
    """The latest first."""
    client_id = present(visit.caller.client_id)
    rows = await visit.database.rows(client_money.of_client(client_id, SHOWN + 1, _seen(after)))
    shown = rows[:SHOWN]
    following = f"{shown[-1].at.isoformat()}_{shown[-1].place}" if len(rows) > SHOWN else None
    return visit.page(
        "payments.html", money=[money_of(row, visit.language) for row in shown], following=following
    )


def _seen(cursor: str | None) -> tuple[datetime, str] | None:
    if cursor is None:
        return None
    at, _, place = cursor.partition("_")
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        return None
    return None if moment.tzinfo is None else (moment, place)
