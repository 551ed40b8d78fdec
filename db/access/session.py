"""Sessions of the pages: who is logged in, until when, for which client."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Text, bindparam, delete, insert, or_, select, update

from db.database import Database, Transaction
from db.query import Query, row, typed
from db.tables import clients, sessions

MAX_SESSIONS = 20
"""Sessions of one person at once; a further log-in ends the one that is longest unused."""
EXPIRED_BATCH = 500
"""Ended sessions that one log-in, or one statement of a purge, removes."""


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
    id: UUID
    language: str
    user_agent: str
    id_token: str | None


@row
class SessionShown:
    """A session as its owner sees it in the list."""

    id: UUID
    began_by: str
    began_at: datetime
    seen_at: datetime
    user_agent: str


@row
class EndedSession:
    """A session that was removed."""

    id: UUID


@row
class Organisation:
    """A client that a session may act for, and the language that it is written to in."""

    id: str
    name: str
    language: str


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
    language: str
    user_agent: str
    id_token: str | None


_IS = sessions.c.token_hash == bindparam("of_hash")
_FIND = typed(
    SessionRow,
    select(sessions).where(
        _IS, sessions.c.ends_at > bindparam("now"), sessions.c.seen_at > bindparam("idle_since")
    ),
)
_ORGANISATIONS = typed(
    Organisation,
    select(clients.c.id, clients.c.name, clients.c.language)
    .where(clients.c.id.in_(bindparam("client_ids", expanding=True)))
    .order_by(clients.c.folded_name, clients.c.id),
)
_PUT = insert(sessions)
_SEEN = update(sessions).where(_IS).values(seen_at=bindparam("new_seen_at"))
_CHOOSE = typed(
    SessionRow,
    update(sessions)
    .where(_IS, sessions.c.client_ids.has_key(bindparam("of_client", type_=Text)))
    .values(
        token_hash=bindparam("new_hash"),
        client_id=bindparam("of_client"),
        seen_at=bindparam("new_seen_at"),
    )
    .returning(*sessions.c),
)
_END = delete(sessions).where(_IS)
_SPEAK = update(sessions).where(_IS).values(language=bindparam("new_language"))
_of_person = (
    sessions.c.login == bindparam("of_login"),
    sessions.c.role == bindparam("of_role"),
)
_END_ALL = delete(sessions).where(*_of_person)
_END_OTHERS = _END_ALL.where(sessions.c.token_hash != bindparam("of_hash"))
_END_ONE = _END_ALL.where(sessions.c.id == bindparam("of_id"))
_END_BEGUN_BY_LETTER = delete(sessions).where(
    sessions.c.began_by == "link",
    sessions.c.client_ids.has_key(bindparam("of_client", type_=Text)),
)
_last_used_first = (sessions.c.seen_at.desc(), sessions.c.id)
_TRIM = delete(sessions).where(
    sessions.c.token_hash.in_(
        select(sessions.c.token_hash)
        .where(*_of_person)
        .order_by(*_last_used_first)
        .offset(MAX_SESSIONS)
    )
)
_LIST = typed(
    SessionShown,
    select(
        sessions.c.id,
        sessions.c.began_by,
        sessions.c.began_at,
        sessions.c.seen_at,
        sessions.c.user_agent,
    )
    .where(
        *_of_person,
        sessions.c.ends_at > bindparam("now"),
        sessions.c.seen_at > bindparam("idle_since"),
    )
    .order_by(*_last_used_first)
    .limit(MAX_SESSIONS),
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
_PURGE = typed(EndedSession, _FORGET.returning(sessions.c.id))


def find(token_hash: bytes, now: datetime, idle_since: datetime) -> Query[SessionRow]:
    """The session of a token that has neither ended nor been left alone since `idle_since`."""
    return _FIND(of_hash=token_hash, now=now, idle_since=idle_since)


def organisations(client_ids: Sequence[str]) -> Query[Organisation]:
    """The clients of these ids that billing has registered, by name."""
    return _ORGANISATIONS(client_ids=list(client_ids))


def put(transaction: Transaction, new: NewSession, idle_since: datetime) -> None:
    """Stores a session, and removes some of those that have ended; of more than `MAX_SESSIONS` of
    its person, the one longest unused ends.
    """
    transaction.write(_FORGET, now=new.began_at, idle_since=idle_since)
    transaction.write(
        _PUT,
        **{**vars(new), "client_ids": list(new.client_ids)},
        seen_at=new.began_at,
    )
    transaction.write(_TRIM, of_login=new.login, of_role=new.role)


def choose(token_hash: bytes, new_hash: bytes, client_id: str, at: datetime) -> Query[SessionRow]:
    """The same session under another token, for another of its clients; nothing for a client that
    is none of its own, and for a session that has ended meanwhile.
    """
    return _CHOOSE(of_hash=token_hash, new_hash=new_hash, of_client=client_id, new_seen_at=at)


def end(transaction: Transaction, token_hash: bytes) -> None:
    """Removes a session; one that is gone already changes nothing."""
    transaction.write(_END, of_hash=token_hash)


async def end_all(database: Database, login: str, role: str) -> None:
    """Removes every session of one person."""
    await database.write(_END_ALL, of_login=login, of_role=role)


def end_begun_by_letter(transaction: Transaction, client_id: str) -> None:
    """Removes the sessions that began by a letter's link and may act for a client."""
    transaction.write(_END_BEGUN_BY_LETTER, of_client=client_id)


async def end_one(database: Database, login: str, role: str, session_id: UUID) -> None:
    """Removes one session of a person; one that is gone already changes nothing."""
    await database.write(_END_ONE, of_login=login, of_role=role, of_id=session_id)


async def end_others(database: Database, login: str, role: str, token_hash: bytes) -> None:
    """Removes every session of one person but this one."""
    await database.write(_END_OTHERS, of_login=login, of_role=role, of_hash=token_hash)


def listed(login: str, role: str, now: datetime, idle_since: datetime) -> Query[SessionShown]:
    """The sessions of one person that live, the last used first."""
    return _LIST(of_login=login, of_role=role, now=now, idle_since=idle_since)


async def speak(database: Database, token_hash: bytes, language: str) -> None:
    """Gives a session's pages a language."""
    await database.write(_SPEAK, of_hash=token_hash, new_language=language)


async def purge(database: Database, now: datetime, idle_since: datetime) -> int:
    """Removes sessions that have ended or been left alone and returns how many, in batches."""
    forgotten = 0
    while batch := len(await database.rows(_PURGE(now=now, idle_since=idle_since))):
        forgotten += batch
    return forgotten


async def seen(database: Database, token_hash: bytes, at: datetime) -> None:
    """Says that a session is in use."""
    await database.write(_SEEN, of_hash=token_hash, new_seen_at=at)
