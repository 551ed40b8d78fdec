"""What people write of a ticket: openings, messages, decisions, notes, ratings, views."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, select, text
from sqlalchemy.dialects.postgresql import insert

from db.database import Database, Transaction
from db.facts import Reading, only
from db.query import Query, row, typed
from db.tables import (
    clients,
    ticket_decisions,
    ticket_messages,
    ticket_notes,
    ticket_openings,
    ticket_ratings,
    tickets,
)
from domain.ticket.ticket import TicketAction


@row
class OpenedRow:
    """What a client has written to open a ticket, and its number."""

    id: UUID
    number: int
    client_id: str


@row
class SpamMark:
    """Who held a ticket for spam, when and why."""

    reason: str | None
    decided_by: str
    decided_at: datetime


@row
class NoteRow:
    """What staff wrote for staff."""

    id: UUID
    text: str
    written_by: str
    written_at: datetime


@row
class RatingRow:
    """How a client rated a ticket."""

    score: int
    text: str | None
    rated_at: datetime


@row
class LockedClient:
    """A locked client."""

    id: str


@row
class OpenTickets:
    """How many questions of a client are not settled for good."""

    tickets: int


_PUT_OPENING = insert(ticket_openings).on_conflict_do_nothing(index_elements=["id"])
_PUT_MESSAGE = insert(ticket_messages).on_conflict_do_nothing(index_elements=["id"])
_PUT_DECISION = insert(ticket_decisions).on_conflict_do_nothing(index_elements=["id"])
_PUT_NOTE = insert(ticket_notes).on_conflict_do_nothing(index_elements=["id"])
_PUT_RATING = insert(ticket_ratings).on_conflict_do_nothing()
# Each ticket of a thread has its own count, so that a merge can be undone. What is merged gets no
# more answers: those that the client has not seen yet are the last of the thread's own ticket.
_SEEN = text(
    """
WITH merged AS (SELECT id, answers FROM tickets WHERE merged_into = :ticket_id),
     seen (ticket_id, answers) AS (
         SELECT :ticket_id, :seen_answers - (SELECT coalesce(sum(answers), 0) FROM merged)
         UNION ALL SELECT id, answers FROM merged)
INSERT INTO ticket_views (ticket_id, seen_answers, seen_at)
SELECT ticket_id, answers, :seen_at FROM seen WHERE answers > 0 ORDER BY ticket_id
ON CONFLICT (ticket_id) DO UPDATE
   SET seen_answers = greatest(ticket_views.seen_answers, excluded.seen_answers),
       seen_at = excluded.seen_at
"""
)
_OPENED = typed(
    OpenedRow,
    select(ticket_openings.c.id, ticket_openings.c.number, ticket_openings.c.client_id).where(
        ticket_openings.c.id == bindparam("opening_id")
    ),
)
_LOCK_CLIENT = typed(
    LockedClient,
    select(clients.c.id)
    .where(clients.c.id == bindparam("client_id"))
    .with_for_update(key_share=True),
)
_OPEN = typed(
    OpenTickets,
    select(func.count().label("tickets"))
    .select_from(ticket_openings)
    .outerjoin(tickets, tickets.c.opening_id == ticket_openings.c.id)
    .where(
        ticket_openings.c.client_id == bindparam("client_id"),
        tickets.c.closed_at.is_(None),
        tickets.c.merged_into.is_(None),
        tickets.c.spam_at.is_(None),
    ),
    never_null=("tickets",),
)
_SPAM_MARK = typed(
    SpamMark,
    select(ticket_decisions.c.reason, ticket_decisions.c.decided_by, ticket_decisions.c.decided_at)
    .where(
        ticket_decisions.c.ticket_id == bindparam("ticket_id"),
        ticket_decisions.c.action == TicketAction.MARK_SPAM.value,
    )
    .order_by(ticket_decisions.c.decided_at.desc())
    .limit(1),
)
_NOTES = typed(
    NoteRow,
    select(
        ticket_notes.c.id,
        ticket_notes.c.text,
        ticket_notes.c.written_by,
        ticket_notes.c.written_at,
    )
    .where(ticket_notes.c.ticket_id == bindparam("ticket_id"))
    .order_by(ticket_notes.c.written_at.desc(), ticket_notes.c.id)
    .limit(bindparam("at_most")),
)
_RATING = typed(
    RatingRow,
    select(ticket_ratings.c.score, ticket_ratings.c.text, ticket_ratings.c.rated_at).where(
        ticket_ratings.c.ticket_id == bindparam("ticket_id")
    ),
)


def put_opening(transaction: Transaction, opening_id: UUID, **columns: Any) -> None:
    """Stores what a client writes to open a ticket, once; its number is taken with it."""
    transaction.write(_PUT_OPENING, id=opening_id, **columns)


def opened(opening_id: UUID) -> Query[OpenedRow]:
    """What a client has written to open a ticket."""
    return _OPENED(opening_id=opening_id)


def open_of(client_id: str) -> Reading[int]:
    """How many questions a client has open, with the client locked: whoever puts another waits."""
    counted = only(_OPEN(client_id=client_id)).to(lambda row: row.tickets)
    return counted.behind(_LOCK_CLIENT(client_id=client_id))


def put_message(transaction: Transaction, message_id: UUID, **columns: Any) -> None:
    """Stores a message, once; its ticket takes it or refuses it."""
    transaction.write(_PUT_MESSAGE, id=message_id, **columns)


def put_decision(transaction: Transaction, decision_id: UUID, **columns: Any) -> None:
    """Stores a decision about whose a ticket is, once; its ticket takes it or refuses it."""
    transaction.write(_PUT_DECISION, id=decision_id, **columns)


def spam_mark(ticket_id: str) -> Query[SpamMark]:
    """The latest mark of a ticket as spam, also one that was taken back."""
    return _SPAM_MARK(ticket_id=ticket_id)


def put_note(transaction: Transaction, note_id: UUID, **columns: Any) -> None:
    """Stores what staff write for staff, once."""
    transaction.write(_PUT_NOTE, id=note_id, **columns)


def notes(ticket_id: str, at_most: int) -> Query[NoteRow]:
    """The newest notes of a ticket."""
    return _NOTES(ticket_id=ticket_id, at_most=at_most)


def put_rating(transaction: Transaction, **columns: Any) -> None:
    """Stores a rating unless the ticket has one."""
    transaction.write(_PUT_RATING, **columns)


def rating(ticket_id: str) -> Query[RatingRow]:
    """The rating of a ticket."""
    return _RATING(ticket_id=ticket_id)


async def seen(database: Database, ticket_id: str, answers: int, at: datetime) -> None:
    """Stores that the client has seen so many answers of a thread; never fewer than before."""
    await database.write(_SEEN, ticket_id=ticket_id, seen_answers=answers, seen_at=at)
