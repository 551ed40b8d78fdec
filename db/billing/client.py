"""Clients as the billing system wrote them."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Executable,
    bindparam,
    func,
    literal,
    literal_column,
    or_,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import insert

from db.database import Database, Row
from db.tables import clients

_FIND = select(clients).where(clients.c.id == bindparam("client_id"))
_put = insert(clients)
_PUT = _put.on_conflict_do_update(
    index_elements=["id"],
    set_={
        name: _put.excluded[name]
        for name in (
            "kind",
            "name",
            "inn",
            "kpp",
            "email",
            "address",
            "language",
            "time_zone",
            "updated_at",
        )
    },
).returning(clients, literal_column("xmax = 0").label("is_new"))


def matches_words(words: str) -> Iterator[ColumnElement[bool]]:
    """Clients whose name has every word, however it is written; digits may begin an INN instead.

    `words` has visible characters. Letters are compared without case, ё as е.
    """
    for word in words.split():
        folded = func.folded(literal(word))
        named = clients.c.folded_name.like(literal("%") + folded + literal("%"))
        yield or_(named, clients.c.inn.startswith(word)) if word.isdecimal() else named


def listed(words: str | None, limit: int, after: str | None = None) -> Executable:
    """Clients by name, then id; `after` is the id of the last one seen."""
    wanted = select(clients).order_by(clients.c.folded_name, clients.c.id).limit(limit)
    if words is not None:
        wanted = wanted.where(*matches_words(words))
    if after is not None:
        seen = clients.alias()
        key = select(seen.c.folded_name, seen.c.id).where(seen.c.id == after)
        wanted = wanted.where(tuple_(clients.c.folded_name, clients.c.id) > key.scalar_subquery())
    return wanted


async def find(database: Database, client_id: str) -> Row | None:
    """A client, or None."""
    return await database.row(_FIND, client_id=client_id)


async def put(database: Database, client_id: str, at: datetime, **columns: Any) -> Row:
    """Registers a client or replaces what is known of it; `is_new` tells which."""
    return await database.row(_PUT, id=client_id, created_at=at, updated_at=at, **columns)
