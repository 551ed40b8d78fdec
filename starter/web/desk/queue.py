"""The queue of refunds: whose turn it is, the earliest deadline first."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from db.case.case_list import AfterDeadline, CaseCount, Turn
from db.refund import reads as cases_in
from db.refund.reads import CaseFilter
from db.refund.rows import RefundInList
from domain.access.roles import Role
from starter.web.http.page import pages
from starter.web.http.visit import Visit, VisitDep

SHOWN = 50
"""Cases of one page."""
TURNS = (Role.SPECIALIST, Role.ACCOUNTANT, Role.OPERATOR, Role.BANK, Role.CLIENT)
"""Whom cases wait for."""
CURSOR = r"^([0-9TZ:.+-]{1,40})?_[A-Za-z0-9-]{1,60}$"
MAX_CURSOR_LENGTH = 110

routes = pages()


@dataclass(frozen=True)
class TurnCount:
    """Open cases that wait for one role."""

    role: Role
    cases: int
    overdue: int


@routes.get("/desk")
async def show_desk(
    visit: VisitDep,
    turn: Role | None = None,
    overdue: bool = False,
    after: Annotated[str, Query(max_length=MAX_CURSOR_LENGTH)] = "",
) -> Response:
    """Open cases that wait for a role, by default the caller's."""
    now, role = datetime.now(UTC), turn or visit.caller.role
    narrowed = CaseFilter(Turn(now, role, overdue or None))
    rows, counts = await visit.database.read(
        cases_in.by_deadline(narrowed, SHOWN + 1, _seen(after)),
        cases_in.open_counts(now, None),
    )
    shown = rows[:SHOWN]
    return visit.page(
        "desk_queue.html",
        cases=shown,
        now=now,
        turn=role,
        overdue=overdue,
        turns=_turns(counts),
        following=_cursor(shown[-1]) if len(rows) > SHOWN else None,
    )


async def next_in_queue(visit: Visit, after_id: str) -> str | None:
    """The case of the caller's queue with the earliest deadline, but for one; None without any."""
    mine = CaseFilter(Turn(datetime.now(UTC), visit.caller.role))
    rows = await visit.database.rows(cases_in.by_deadline(mine, 2))
    return next((row.id for row in rows if row.id != after_id), None)


def _turns(counts: Sequence[CaseCount]) -> list[TurnCount]:
    """How many cases wait for each role, over all statuses."""

    def of(role: Role) -> TurnCount:
        own = [one for one in counts if one.waiting_for == role]
        return TurnCount(role, sum(one.cases for one in own), sum(one.overdue for one in own))

    return [of(role) for role in TURNS]


def _cursor(row: RefundInList) -> str:
    until = "" if row.wait_until is None else row.wait_until.astimezone(UTC).isoformat()
    return f"{until}_{row.id}"


def _seen(cursor: str) -> AfterDeadline | None:
    """The last case of the page before; anything else in its place begins from the start."""
    if not re.fullmatch(CURSOR, cursor):
        return None
    until, _, case_id = cursor.partition("_")
    try:
        moment = datetime.fromisoformat(until) if until else None
    except ValueError:
        return None
    is_moment = moment is None or moment.tzinfo is not None
    return AfterDeadline(moment, case_id) if is_moment else None
