"""Lists of tickets: of a client, of the desk, by what they say; and how many wait in each
department.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, DateTime, and_, bindparam, func, literal, select

from db.billing.client import matches_words
from db.first_of_any import first_of_any
from db.query import Query, row, typed
from db.tables import clients, tickets
from db.ticket.answers import ANSWERS, SEEN
from db.ticket.reads import TICKETS, TicketRow
from db.words import said_in_tickets
from domain.ticket.ticket import OUR_TURN, ClientStatus, TicketStatus

MAX_NUMBER_LENGTH = 12
"""Digits of a ticket's number."""
AfterDeadline = tuple[datetime, int]
"""The key (wait_until, number) of the last ticket of a queue that was seen."""


@row
class DepartmentCount:
    """Tickets of a department that wait for us; `overdue` of them beyond their deadline."""

    department: str
    tickets: int
    overdue: int


@dataclass(frozen=True)
class TicketFilter:
    """The filters of a list; None, and no statuses, mean any. `archived`: put away by the client,
    or closed. `overdue_at`: waits longer than until then. `sought`: words of the topic, of messages
    or of the client's name, or the number.
    """

    client_id: str | None = None
    department: str | None = None
    assignee: str | None = None
    archived: bool | None = None
    statuses: frozenset[TicketStatus] = field(default_factory=frozenset)
    client_status: ClientStatus | None = None
    overdue_at: datetime | None = None
    nobodys: bool = False
    sought: str = ""


_is_kept = (
    tickets.c.archived_at.is_(None) & tickets.c.merged_into.is_(None) & tickets.c.spam_at.is_(None)
)
_is_new = (ANSWERS > SEEN) & _is_kept
_CLIENT_STATUSES: dict[ClientStatus, ColumnElement[bool]] = {
    ClientStatus.NEW_MESSAGES: _is_new,
    ClientStatus.UNDER_REVIEW: tickets.c.status.in_((*OUR_TURN, TicketStatus.WAITING_THIRD_PARTY))
    & ~_is_new,
    ClientStatus.AWAITING_REPLY: (tickets.c.status == TicketStatus.WAITING_CLIENT) & ~_is_new,
    ClientStatus.VIEWED: tickets.c.status.in_((TicketStatus.RESOLVED, TicketStatus.CLOSED))
    & _is_kept
    & ~_is_new,
    ClientStatus.ARCHIVED: ~_is_kept,
}
"""The words that a client reads, as `domain.ticket.ticket.client_status` has them."""

_COUNTS = typed(
    DepartmentCount,
    select(
        tickets.c.department,
        func.count().label("tickets"),
        func.count()
        .filter(tickets.c.wait_until < bindparam("now", type_=DateTime(timezone=True)))
        .label("overdue"),
    )
    .where(tickets.c.turn_at.is_not(None))
    .group_by(tickets.c.department),
    never_null=("tickets", "overdue"),
)


def counts(now: datetime) -> Query[DepartmentCount]:
    """How many tickets wait for us, by department; one where none waits has no row."""
    return _COUNTS(now=now)


def listed(narrowed: TicketFilter, limit: int, after: int | None = None) -> Query[TicketRow]:
    """Tickets, the newest first; `after` is the last number seen."""
    wanted = _conditions(narrowed)
    if after is not None:
        wanted.append(tickets.c.number < after)
    return _first(narrowed, wanted, (tickets.c.number.desc(),), limit)


def queue(
    narrowed: TicketFilter, limit: int, after: AfterDeadline | None = None
) -> Query[TicketRow]:
    """Tickets that wait for us, the earliest deadline first."""
    wanted = [*_conditions(narrowed), tickets.c.turn_at.is_not(None)]
    if after is not None:
        wanted.append(_after(after))
    return _first(narrowed, wanted, (tickets.c.wait_until, tickets.c.number), limit)


def _first(
    narrowed: TicketFilter, wanted: Sequence[Any], order: Sequence[Any], limit: int
) -> Query[TicketRow]:
    if not narrowed.sought:
        return TICKETS.narrowed(lambda rows: rows.where(*wanted).order_by(*order).limit(limit))()
    ways = [and_(*wanted, one) for one in _ways_to(narrowed.sought, narrowed.client_id)]
    return first_of_any(TICKETS, tickets.c.id, ways, order, limit)


def _after(after: AfterDeadline) -> Any:
    until, number = after
    later = tickets.c.wait_until > until
    return later | ((tickets.c.wait_until == until) & (tickets.c.number > number))


def _conditions(narrowed: TicketFilter) -> list[Any]:
    asked: list[tuple[Any, Callable[[Any], Any]]] = [
        (narrowed.client_id, tickets.c.client_id.__eq__),
        (narrowed.department, tickets.c.department.__eq__),
        (narrowed.assignee, tickets.c.assignee.__eq__),
        (narrowed.overdue_at, tickets.c.wait_until.__lt__),
        (narrowed.statuses or None, tickets.c.status.in_),
        (narrowed.client_status, _CLIENT_STATUSES.__getitem__),
    ]
    wanted = [compared(value) for value, compared in asked if value is not None]
    if narrowed.archived is not None:
        away = (
            tickets.c.archived_at.is_not(None)
            | tickets.c.closed_at.is_not(None)
            | tickets.c.merged_into.is_not(None)
            | tickets.c.spam_at.is_not(None)
        )
        wanted.append(away if narrowed.archived else ~away)
    if narrowed.nobodys:
        wanted.append(tickets.c.assignee.is_(None))
    return wanted


def _ways_to(words: str, client_id: str | None) -> Iterator[ColumnElement[bool]]:
    """A ticket that has taken these words, of that number, or of such a client: of any client for
    staff.
    """
    yield from said_in_tickets(words, client_id)
    number = words.removeprefix("№").strip().removeprefix("ticket-")
    if number.isdecimal() and len(number) <= MAX_NUMBER_LENGTH:
        yield tickets.c.number == literal(int(number))
    if client_id is None:
        yield tickets.c.client_id.in_(select(clients.c.id).where(*matches_words(words)))
