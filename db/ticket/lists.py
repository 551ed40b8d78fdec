"""Lists of tickets: of a client, of the desk, by what they say; and how many wait in each
department.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, DateTime, bindparam, func, literal, select

from db.billing.client import matches_words
from db.query import Query, row, typed
from db.tables import clients, ticket_history, ticket_messages, tickets
from db.ticket.reads import SEEN, TICKETS, TicketRow
from db.words import has_words
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


_is_kept = tickets.c.archived_at.is_(None) & tickets.c.merged_into.is_(None)
_is_new = (tickets.c.answers > SEEN) & _is_kept
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
    return TICKETS.narrowed(
        lambda rows: rows.where(*wanted).order_by(tickets.c.number.desc()).limit(limit)
    )()


def queue(
    narrowed: TicketFilter, limit: int, after: AfterDeadline | None = None
) -> Query[TicketRow]:
    """Tickets that wait for us, the earliest deadline first."""
    key = (tickets.c.wait_until, tickets.c.number)
    wanted = [*_conditions(narrowed), tickets.c.turn_at.is_not(None)]
    if after is not None:
        wanted.append(_after(after))
    return TICKETS.narrowed(lambda rows: rows.where(*wanted).order_by(*key).limit(limit))()


def _after(after: AfterDeadline) -> Any:
    until, number = after
    later = tickets.c.wait_until > until
    return later | ((tickets.c.wait_until == until) & (tickets.c.number > number))


def _conditions(narrowed: TicketFilter) -> list[Any]:
    asked = [
        (narrowed.client_id, tickets.c.client_id.__eq__),
        (narrowed.department, tickets.c.department.__eq__),
        (narrowed.assignee, tickets.c.assignee.__eq__),
        (narrowed.overdue_at, tickets.c.wait_until.__lt__),
        (narrowed.statuses or None, tickets.c.status.in_),
        (narrowed.client_status, _CLIENT_STATUSES.__getitem__),
        (narrowed.sought or None, lambda words: _says(words, narrowed.client_id)),
    ]
    wanted: list[Any] = [compared(value) for value, compared in asked if value is not None]
    if narrowed.archived is not None:
        away = (
            tickets.c.archived_at.is_not(None)
            | tickets.c.closed_at.is_not(None)
            | tickets.c.merged_into.is_not(None)
        )
        wanted.append(away if narrowed.archived else ~away)
    if narrowed.nobodys:
        wanted.append(tickets.c.assignee.is_(None))
    return wanted


def _says(words: str, client_id: str | None) -> ColumnElement[bool]:
    """A ticket whose topic or messages have these words, of that number, or of such a client: of
    any client for staff. What a ticket refused is none of its messages.
    """
    named = tickets.alias()
    by_topic = select(named.c.id).where(has_words(named.c.topic, words))
    by_message = (
        select(ticket_history.c.ticket_id)
        .join(ticket_messages, ticket_messages.c.id == ticket_history.c.submission_id)
        .where(has_words(ticket_messages.c.text, words))
    )
    found: ColumnElement[bool] = tickets.c.id.in_(by_topic.union(by_message))
    number = words.removeprefix("№").strip().removeprefix("ticket-")
    if number.isdecimal() and len(number) <= MAX_NUMBER_LENGTH:
        found |= tickets.c.number == literal(int(number))
    if client_id is None:
        found |= tickets.c.client_id.in_(select(clients.c.id).where(*matches_words(words)))
    return found
