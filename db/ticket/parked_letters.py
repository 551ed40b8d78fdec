"""Parked letters as an operator looks at them, and what was made of each."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, func, select, update

from db.database import Database
from db.query import Query, row, typed
from db.tables import clients, incoming_letters


@row
class ParkedRow:
    """A parked letter; `handled_ticket` None where it was handled: dismissed."""

    id: int
    sender: str
    received_at: datetime
    reason: str | None
    is_whole: bool
    handled_at: datetime | None
    handled_by: str | None
    handled_ticket: str | None


@row
class ParkedContent:
    """A parked letter with what came."""

    id: int
    content: bytes
    is_whole: bool
    sha256: bytes
    sender: str
    received_at: datetime


@row
class ParkedCount:
    """How many letters nobody has looked at."""

    letters: int


@row
class KnownClient:
    """A client that there is."""

    id: str


_letters = incoming_letters.c
_is_open = (_letters.outcome == "parked") & _letters.handled_at.is_(None)
_ROWS = typed(
    ParkedRow,
    select(
        _letters.id,
        _letters.sender,
        _letters.received_at,
        _letters.reason,
        _letters.is_whole,
        _letters.handled_at,
        _letters.handled_by,
        _letters.handled_ticket,
    ).where(_letters.outcome == "parked"),
)
_ONE = _ROWS.narrowed(lambda rows: rows.where(_letters.id == bindparam("letter_id")))
_LIST = _ROWS.narrowed(
    lambda rows: (
        rows.where(_letters.id < bindparam("before"))
        .order_by(_letters.id.desc())
        .limit(bindparam("at_most"))
    )
)
_OPEN = _LIST.narrowed(lambda rows: rows.where(_letters.handled_at.is_(None)))
_HANDLED = _LIST.narrowed(lambda rows: rows.where(_letters.handled_at.is_not(None)))
_CONTENT = typed(
    ParkedContent,
    select(
        _letters.id,
        _letters.content,
        _letters.is_whole,
        _letters.sha256,
        _letters.sender,
        _letters.received_at,
    ).where(_letters.id == bindparam("letter_id"), _letters.outcome == "parked"),
)
_COUNT = typed(
    ParkedCount,
    select(func.count().label("letters")).where(_is_open),
    never_null=("letters",),
)
_CLIENT = typed(KnownClient, select(clients.c.id).where(clients.c.id == bindparam("client_id")))
_HANDLE = (
    update(incoming_letters)
    .where(_letters.id.in_(bindparam("ids", expanding=True)), _is_open)
    .values(
        handled_at=bindparam("now"), handled_by=bindparam("who"), handled_ticket=bindparam("made")
    )
)


def listed(before: int, at_most: int, *, handled: bool) -> Query[ParkedRow]:
    """Parked letters below a number, the newest first: those that wait, or those of the past."""
    return (_HANDLED if handled else _OPEN)(before=before, at_most=at_most)


def one(letter_id: int) -> Query[ParkedRow]:
    """A parked letter, as the list has it."""
    return _ONE(letter_id=letter_id)


def content(letter_id: int) -> Query[ParkedContent]:
    """A parked letter as it came."""
    return _CONTENT(letter_id=letter_id)


def waiting() -> Query[ParkedCount]:
    """How many parked letters wait for an operator."""
    return _COUNT()


def client(client_id: str) -> Query[KnownClient]:
    """A client by its id."""
    return _CLIENT(client_id=client_id)


async def handle(
    database: Database, ids: Sequence[int], who: str, now: datetime, ticket_id: str | None = None
) -> None:
    """Stores what became of letters that wait; one that was handled before stays as it is."""
    if ids:
        await database.write(_HANDLE, ids=list(ids), now=now, who=who, made=ticket_id)
