"""Reads of a ticket for its transcript: how many parts it has, and what is in one of them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Integer, bindparam, case, cast, func, select

from db.query import Query, row, typed
from db.tables import ticket_files, ticket_history, ticket_messages
from db.ticket.reads import IN_THREAD
from domain.ticket.transcript import CHANGE_COST, FILE_COST, LINE_COST, PART_COST


@row
class PartCount:
    """How many parts a transcript has."""

    parts: int


@row
class ChangeRow:
    """A change of a ticket, or of one merged into it. `moved_to`: the ticket's own status, where it
    is another one since; what a message has is None where none was taken.
    """

    at: datetime
    ticket_id: str
    moved_to: str | None
    message_id: UUID | None
    is_ours: bool | None
    text: str | None
    written_by: str | None
    sender_confirmed: bool | None


_oldest_first = (ticket_history.c.at, ticket_history.c.number, ticket_history.c.ticket_id)
_text = ticket_messages.c.text
_lines = func.char_length(_text) - func.char_length(func.replace(_text, "\n", "")) + 1
_files = (
    select(func.count()).where(ticket_files.c.message_id == ticket_messages.c.id).scalar_subquery()
)
_cost = CHANGE_COST + func.coalesce(
    func.char_length(_text) + LINE_COST * _lines + FILE_COST * _files, 0
)
_before = func.sum(_cost).over(order_by=_oldest_first) - _cost
_changes = (
    select(
        ticket_history.c.at,
        ticket_history.c.number,
        ticket_history.c.ticket_id,
        case(
            (
                (ticket_history.c.ticket_id == bindparam("ticket_id"))
                & ticket_history.c.from_status.is_distinct_from(ticket_history.c.to_status),
                ticket_history.c.to_status,
            )
        ).label("moved_to"),
        ticket_messages.c.id.label("message_id"),
        ticket_messages.c.is_ours,
        ticket_messages.c.text,
        ticket_messages.c.written_by,
        ticket_messages.c.sender_confirmed,
        func.div(_before, PART_COST).label("place"),
    )
    .select_from(ticket_history)
    .outerjoin(ticket_messages, ticket_messages.c.id == ticket_history.c.submission_id)
    .where(IN_THREAD)
    .subquery()
)
_parted = select(
    *_changes.c, cast(func.dense_rank().over(order_by=_changes.c.place), Integer).label("part")
).subquery()
_PARTS = typed(
    PartCount,
    select(func.count(_changes.c.place.distinct()).label("parts")),
    never_null=("parts",),
)
_PART = typed(
    ChangeRow,
    select(
        _parted.c.at,
        _parted.c.ticket_id,
        _parted.c.moved_to,
        _parted.c.message_id,
        _parted.c.is_ours,
        _parted.c.text,
        _parted.c.written_by,
        _parted.c.sender_confirmed,
    )
    .where(_parted.c.part == bindparam("part"))
    .order_by(_parted.c.at, _parted.c.number, _parted.c.ticket_id),
)


def parts(ticket_id: str) -> Query[PartCount]:
    """How many parts the transcript of a ticket has; one row."""
    return _PARTS(ticket_id=ticket_id)


def part_of(ticket_id: str, part: int) -> Query[ChangeRow]:
    """The changes of a part, the oldest first; none beyond the last."""
    return _PART(ticket_id=ticket_id, part=part)
