"""Sessions of the pages: who is logged in, until when, for which client."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, insert, or_, select, update

from db.database import Database, Transaction
from db.query import Query, row, typed
from db.tables import clients, sessions

EXPIRED_BATCH = 500
"""Ended sessions that one log-in removes."""


@row
class SessionRow:
    """A session; `token_hash` is the SHA-256 of what the browser holds."""

    token_hash: bytes
    login: str
    role: str
    client_ids: list[str]
    client_id: str | None
    began_by: str
    began_at: datetime
    seen_at: datetime
    ends_at: datetime


@row
class Organisation:
    """A client that a session may act for."""

    id: str
    name: str


@dataclass(frozen=True)
class NewSession:
    """A session to be stored; `client_ids` are those it may act for, `client_id` the current."""

    token_hash: bytes
    login: str
    role: str
    client_ids: tuple[str, ...]
    client_id: str | None
    began_by: str
    began_at: datetime
    ends_at: datetime


_IS = sessions.c.token_hash == bindparam("of_hash")
_FIND = typed(
    SessionRow,
    select(sessions).where(
        _IS, sessions.c.ends_at > bindparam("now"), sessions.c.seen_at > bindparam("idle_since")
    ),
)
_ORGANISATIONS = typed(
    Organisation,
    select(clients.c.id, clients.c.name)
    .where(clients.c.id.in_(bindparam("client_ids", expanding=True)))
    .order_by(clients.c.folded_name, clients.c.id),
)
_PUT = insert(sessions)
_SEEN = update(sessions).where(_IS).values(seen_at=bindparam("new_seen_at"))
_END = delete(sessions).where(_IS)
_END_ALL = delete(sessions).where(
    sessions.c.login == bindparam("of_login"), sessions.c.role == bindparam("of_role")
)
_ended = (
    select(sessions.c.token_hash)
    .where(
        or_(
            sessions.c.ends_at <= bindparam("now"),
            sessions.c.seen_at <= bindparam("idle_since"),
        )
    )
    .limit(EXPIRED_BATCH)
)
_FORGET = delete(sessions).where(sessions.c.token_hash.in_(_ended))


def find(token_hash: bytes, now: datetime, idle_since: datetime) -> Query[SessionRow]:
    """The session of a token that has neither ended nor been left alone since `idle_since`."""
    return _FIND(of_hash=token_hash, now=now, idle_since=idle_since)


def organisations(client_ids: Sequence[str]) -> Query[Organisation]:
    """The clients of these ids that billing has registered, by name."""
    return _ORGANISATIONS(client_ids=list(client_ids))


def put(transaction: Transaction, new: NewSession, idle_since: datetime) -> None:
    """Stores a session, and removes some of those that have ended."""
    transaction.write(_FORGET, now=new.began_at, idle_since=idle_since)
    transaction.write(
        _PUT,
        **{**vars(new), "client_ids": list(new.client_ids)},
        seen_at=new.began_at,
    )


def end(transaction: Transaction, token_hash: bytes) -> None:
    """Removes a session; one that is gone already changes nothing."""
    transaction.write(_END, of_hash=token_hash)


async def end_all(database: Database, login: str, role: str) -> None:
    """Removes every session of one person."""
    await database.write(_END_ALL, of_login=login, of_role=role)


async def seen(database: Database, token_hash: bytes, at: datetime) -> None:
    """Says that a session is in use."""
    await database.write(_SEEN, of_hash=token_hash, new_seen_at=at)
