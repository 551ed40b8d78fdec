"""Idempotency keys: which requests were received, and what they were answered."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from db.database import Database
from db.query import row, typed
from db.tables import idempotency_keys

PURGE_BATCH = 5_000
"""Keys deleted by one statement."""


@row
class ReservedKey:
    """When a key was reserved."""

    created_at: datetime


@row
class KeyRow:
    """A key, the fingerprint of its request, and the answer if there is one."""

    caller: str
    key: str
    fingerprint: str
    status_code: int | None
    headers: dict[str, Any] | None
    body: dict[str, Any] | None
    created_at: datetime


@row
class PurgedKey:
    """A key that was deleted."""

    key: str


_of_key = (
    idempotency_keys.c.caller == bindparam("of_caller"),
    idempotency_keys.c.key == bindparam("of_key"),
)
_RESERVE = typed(
    ReservedKey,
    insert(idempotency_keys).on_conflict_do_nothing().returning(idempotency_keys.c.created_at),
)
_FIND = typed(KeyRow, select(idempotency_keys).where(*_of_key))
_STORE = typed(
    KeyRow,
    update(idempotency_keys)
    .where(*_of_key)
    .values(
        status_code=func.coalesce(idempotency_keys.c.status_code, bindparam("new_status_code")),
        headers=func.coalesce(
            idempotency_keys.c.headers,
            bindparam("new_headers", type_=idempotency_keys.c.headers.type),
        ),
        body=func.coalesce(
            idempotency_keys.c.body, bindparam("new_body", type_=idempotency_keys.c.body.type)
        ),
    )
    .returning(idempotency_keys),
)
_RELEASE = delete(idempotency_keys).where(*_of_key, idempotency_keys.c.status_code.is_(None))
_old = (
    select(idempotency_keys.c.caller, idempotency_keys.c.key)
    .where(idempotency_keys.c.created_at < bindparam("before"))
    .limit(PURGE_BATCH)
    .subquery()
)
_PURGE = typed(
    PurgedKey,
    delete(idempotency_keys)
    .where(
        idempotency_keys.c.caller == _old.c.caller,
        idempotency_keys.c.key == _old.c.key,
    )
    .returning(idempotency_keys.c.key),
)


class StoredAnswer(NamedTuple):
    """The stored answer to a request."""

    status_code: int
    headers: Mapping[str, str]
    text: str


def answer_in(row: KeyRow) -> StoredAnswer | None:
    """The answer of a key; None until there is one."""
    if row.status_code is None or row.headers is None or row.body is None:
        return None
    return StoredAnswer(row.status_code, row.headers, row.body["text"])


async def reserve(database: Database, caller: str, key: str, fingerprint: str) -> KeyRow | None:
    """Reserves a key in one round trip: None when it was free; otherwise the row that has it, in
    another one, or None when it was released meanwhile.
    """
    if await database.rows(_RESERVE(caller=caller, key=key, fingerprint=fingerprint)):
        return None
    return await database.row(_FIND(of_caller=caller, of_key=key))


async def store(
    database: Database,
    caller: str,
    key: str,
    status_code: int,
    headers: Mapping[str, str],
    text: str,
) -> KeyRow | None:
    """Stores the answer unless one is stored already; returns the stored one, None after a
    purge.
    """
    return await database.row(
        _STORE(
            of_caller=caller,
            of_key=key,
            new_status_code=status_code,
            new_headers=dict(headers),
            new_body={"text": text},
        )
    )


async def release(database: Database, caller: str, key: str) -> None:
    """Frees a key that has no answer."""
    await database.write(_RELEASE, of_caller=caller, of_key=key)


async def purge(database: Database, before: datetime) -> int:
    """Deletes keys older than an instant and returns how many; in batches, so that locks are
    short.
    """
    forgotten = 0
    while batch := len(await database.rows(_PURGE(before=before))):
        forgotten += batch
        if batch < PURGE_BATCH:
            break
    return forgotten
