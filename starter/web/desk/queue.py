"""The queue of refunds: whose turn it is, the earliest deadline first, and a search over all."""

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
from domain.billing.requisites import MAX_NAME_LENGTH
from domain.text import one_line
from starter.web.desk.addresses import refund_on_desk
from starter.web.http.forms import Form
from starter.web.http.page import pages
from starter.web.http.visit import Visit, VisitDep
from texts import translate

SHOWN = 50
"""Cases of one page."""
MIN_SOUGHT = 3
"""Letters and digits that some word must have: what the index of names can look for."""
TURNS = (Role.SPECIALIST, Role.ACCOUNTANT, Role.OPERATOR, Role.BANK, Role.CLIENT)
"""Whom cases wait for."""
CURSOR = r"^([0-9TZ:.+-]{1,40})?_[A-Za-z0-9-]{1,60}$"
MAX_CURSOR_LENGTH = 110
_CASE = re.compile(r"refund-[A-Za-z0-9-]{1,40}-[1-9][0-9]{0,8}")
_NUMBER = re.compile(r"[A-Za-z0-9-]{1,40}")

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


@routes.get("/desk/search")
async def search_refunds(
    visit: VisitDep, q: Annotated[str, Query(max_length=MAX_NAME_LENGTH)] = ""
) -> Response:
    """Cases by their id, by an invoice's number, or by words or the INN of a client: open and
    closed, the latest first. An id leads to its case.
    """
    sought = one_line(q)
    if _CASE.fullmatch(sought):
        return visit.see(refund_on_desk(sought))
    form = Form({"q": sought})
    if all(sum(map(str.isalnum, word)) < MIN_SOUGHT for word in sought.split()):
        errors = {"q": translate("error.search_too_short", visit.language)} if sought else {}
        return _found(visit, Form(form.fields, errors=errors), ())
    return _found(visit, form, await _sought(visit, sought))


async def next_in_queue(visit: Visit, after_id: str) -> str | None:
    """The case of the caller's queue with the earliest deadline, but for one; None without any."""
    mine = CaseFilter(Turn(datetime.now(UTC), visit.caller.role))
    rows = await visit.database.rows(cases_in.by_deadline(mine, 2))
    return next((row.id for row in rows if row.id != after_id), None)


async def _sought(visit: Visit, sought: str) -> Sequence[RefundInList]:
    now = datetime.now(UTC)
    by_client = CaseFilter(Turn(now, sought=sought))
    if not _NUMBER.fullmatch(sought):
        return await visit.database.rows(cases_in.listed(by_client, SHOWN))
    by_number, by_words = await visit.database.read(
        cases_in.listed(CaseFilter(Turn(now), invoice_number=sought), SHOWN),
        cases_in.listed(by_client, SHOWN),
    )
    return by_number or by_words


def _found(visit: Visit, form: Form, cases: Sequence[RefundInList]) -> Response:
    return visit.page(
        "desk_search.html", form=form, cases=cases, now=datetime.now(UTC), at_most=SHOWN
    )


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
