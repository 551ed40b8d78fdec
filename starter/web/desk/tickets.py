"""The queues of tickets at the desk: by department, the earliest deadline first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Query
from starlette.responses import Response

from db.ticket import lists, reads
from db.ticket.lists import DepartmentCount, TicketFilter
from db.ticket.reads import DepartmentRow, TicketRow
from domain.text import one_line
from domain.ticket.ticket import OUR_TURN, TicketStatus
from starter.presentation.ticket.last_message import last_of
from starter.presentation.ticket.ticket import department_name
from starter.web.desk.saved import FILE_ROWS, FileAsked, FileColumn, SavedList
from starter.web.desk.views import views_of
from starter.web.http.page import pages
from starter.web.http.paging import CURSOR, cursor_of, seen
from starter.web.http.visit import Visit, VisitDep
from texts import Language, translate

LIST = "/desk/tickets"
SHOWN = 50
"""Tickets of one page."""
MAX_SOUGHT_LENGTH = 160

SAVED = SavedList[TicketRow](
    LIST,
    "page.desk.tickets",
    (
        FileColumn("page.ticket.request", lambda one, _: one.number),
        FileColumn("page.ticket.topic", lambda one, _: one.topic),
        FileColumn("page.desk.client", lambda one, _: one.client_name),
        FileColumn("page.ticket.department", lambda one, language: department_name(one, language)),
        FileColumn(
            "page.desk.status",
            lambda one, language: translate(f"ticket.status.{one.status}", language),
        ),
        FileColumn("page.ticket.assignee", lambda one, _: one.assignee),
        FileColumn("page.desk.until", lambda one, _: one.wait_until),
    ),
)
"""The queue as a file."""

routes = pages()


class Turn(StrEnum):
    """Which tickets are shown: those that wait for us, for their client, settled ones, spam, or
    all.
    """

    OURS = "ours"
    CLIENT = "client"
    SETTLED = "settled"
    SPAM = "spam"
    ANY = "any"


class Whose(StrEnum):
    """Whose tickets are shown: anybody's, the caller's, nobody's."""

    ANYBODY = ""
    MINE = "mine"
    NOBODY = "nobody"


_STATUSES: Mapping[Turn, frozenset[TicketStatus]] = {
    Turn.OURS: OUR_TURN,
    Turn.CLIENT: frozenset({TicketStatus.WAITING_CLIENT}),
    Turn.SETTLED: frozenset({TicketStatus.RESOLVED, TicketStatus.CLOSED}),
    Turn.SPAM: frozenset({TicketStatus.SPAM}),
    Turn.ANY: frozenset(),
}


@dataclass(frozen=True)
class Narrowing:
    """What the address narrows the queue by."""

    turn: Turn = Turn.OURS
    department: str = ""
    whose: Whose = Whose.ANYBODY
    overdue: bool = False
    sought: str = ""
    after: str | None = None

    @property
    def asked(self) -> dict[str, str]:
        """The same as the address says it, without the place in the list."""
        said = {
            "turn": "" if self.turn is Turn.OURS else self.turn,
            "department": self.department,
            "whose": self.whose,
            "overdue": "true" if self.overdue else "",
            "q": self.sought,
        }
        return {name: value for name, value in said.items() if value}


@dataclass(frozen=True)
class DepartmentTab:
    """A department, and how many of its tickets wait for us."""

    code: str
    name: str
    tickets: int
    overdue: int


def _narrowing(
    turn: Turn = Turn.OURS,
    department: Annotated[str, Query(pattern=r"^[a-z_]{0,40}$")] = "",
    whose: Whose = Whose.ANYBODY,
    overdue: bool = False,
    q: Annotated[str, Query(max_length=MAX_SOUGHT_LENGTH)] = "",
    after: Annotated[str | None, Query(pattern=CURSOR)] = None,
) -> Narrowing:
    return Narrowing(turn, department, whose, overdue, one_line(q), after)


@routes.get(LIST)
async def list_ticket_queue(
    visit: VisitDep, narrowing: Annotated[Narrowing, Depends(_narrowing)], file: FileAsked = None
) -> Response:
    """Tickets of all departments or of one; those that wait for us by their deadlines."""
    now = datetime.now(UTC)
    departments, counts = await visit.database.read(reads.departments_at(now), lists.counts(now))
    words = _words(visit, narrowing, departments)
    if file is not None:
        whole = await _read(visit, narrowing, FILE_ROWS + 1, now)
        return await SAVED.file(visit.language, file, words, whole)
    rows = await _read(visit, narrowing, SHOWN + 1, now)
    shown = rows[:SHOWN]
    more = None
    if len(rows) > SHOWN:
        more = urlencode({**narrowing.asked, "after": _mark(shown[-1], narrowing.turn)})
    saved = SAVED.saved(words, **narrowing.asked)
    return visit.page(
        "desk_tickets.html",
        tickets=shown,
        last=await last_of(visit.database, (row.id for row in shown)),
        department_name=department_name,
        narrowing=narrowing,
        turns=tuple(Turn),
        whoses=tuple(Whose),
        departments=_tabs(departments, counts, visit.language),
        saved=saved,
        views=await views_of(visit, saved),
        now=now,
        following=more and f"{LIST}?{more}",
    )


async def _read(visit: Visit, narrowing: Narrowing, limit: int, now: datetime) -> list[TicketRow]:
    narrowed = TicketFilter(
        department=narrowing.department or None,
        assignee=visit.caller.login if narrowing.whose is Whose.MINE else None,
        nobodys=narrowing.whose is Whose.NOBODY,
        statuses=_STATUSES[narrowing.turn],
        overdue_at=now if narrowing.overdue else None,
        sought=narrowing.sought,
    )
    after = _after(narrowing.after)
    if narrowing.turn is Turn.OURS:
        return await visit.database.rows(lists.queue(narrowed, limit, after))
    number = None if after is None else after[1]
    return await visit.database.rows(lists.listed(narrowed, limit, number))


def _mark(row: TicketRow, turn: Turn) -> str:
    """Where the list goes on after a row."""
    until = row.wait_until if turn is Turn.OURS else None
    return cursor_of(until or row.opened_at, row.number)


def _after(cursor: str | None) -> lists.AfterDeadline | None:
    """The deadline and the number of a mark; None for none, and for what is no mark of ours."""
    found = seen(cursor)
    if found is None or not found[1].isdecimal() or len(found[1]) > lists.MAX_NUMBER_LENGTH:
        return None
    return found[0], int(found[1])


def _words(visit: Visit, narrowing: Narrowing, departments: Sequence[DepartmentRow]) -> str:
    """The filter in words."""
    language = visit.language
    named = {one.department: department_name(one, language) for one in departments}
    parts = (
        translate(f"page.desk.tickets.turn.{narrowing.turn}", language),
        named.get(narrowing.department, ""),
        translate(f"page.desk.tickets.whose.{narrowing.whose}", language)
        if narrowing.whose
        else "",
        translate("page.desk.overdue", language) if narrowing.overdue else "",
        narrowing.sought,
    )
    return ", ".join(part for part in parts if part)


def _tabs(
    departments: Sequence[DepartmentRow], counts: Sequence[DepartmentCount], language: Language
) -> list[DepartmentTab]:
    waiting = {one.department: (one.tickets, one.overdue) for one in counts}
    return [
        DepartmentTab(
            one.department,
            department_name(one, language),
            *waiting.get(one.department, (0, 0)),
        )
        for one in departments
        if one.is_offered or one.department in waiting
    ]
