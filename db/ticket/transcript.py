"""Reads of a ticket for its transcript: how long it is, and its statuses."""

from datetime import datetime

from sqlalchemy import bindparam, func, select

from db.query import Query, row, typed
from db.tables import ticket_history, ticket_messages
from db.ticket.reads import IN_THREAD


@row
class ThreadSize:
    """How many messages a thread has, and how many characters they have together."""

    messages: int
    characters: int


@row
class MoveRow:
    """When a ticket came to a status."""

    at: datetime
    to_status: str


_SIZE = typed(
    ThreadSize,
    select(
        func.count().label("messages"),
        func.coalesce(func.sum(func.char_length(ticket_messages.c.text)), 0).label("characters"),
    )
    .select_from(ticket_history)
    .join(ticket_messages, ticket_messages.c.id == ticket_history.c.submission_id)
    .where(IN_THREAD),
    never_null=("messages", "characters"),
)
_MOVES = typed(
    MoveRow,
    select(ticket_history.c.at, ticket_history.c.to_status)
    .where(
        ticket_history.c.ticket_id == bindparam("ticket_id"),
        ticket_history.c.from_status.is_distinct_from(ticket_history.c.to_status),
    )
    .order_by(ticket_history.c.number)
    .limit(bindparam("at_most")),
)


def thread_size(ticket_id: str) -> Query[ThreadSize]:
    """The size of a thread, with what was merged into it; one row."""
    return _SIZE(ticket_id=ticket_id)


def moves(ticket_id: str, at_most: int) -> Query[MoveRow]:
    """The changes of a ticket's own status, the oldest first."""
    return _MOVES(ticket_id=ticket_id, at_most=at_most)
