"""Clients as the billing system registers them."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    bindparam,
    case,
    func,
    literal,
    literal_column,
    or_,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import insert

from db.database import Database
from db.query import Query, planned_anew, row, typed
from db.tables import clients


@row
class ClientRow:
    """A client as the billing system registered it."""

    id: str
    kind: str
    name: str
    inn: str | None
    kpp: str | None
    email: str
    language: str
    time_zone: str
    created_at: datetime
    updated_at: datetime
    folded_name: str
    address: str | None
    billing_email: str | None
    billing_language: str | None


@row
class ClientWritten:
    """A client as it is stored now, and whether it is new."""

    id: str
    kind: str
    name: str
    inn: str | None
    kpp: str | None
    email: str
    language: str
    time_zone: str
    created_at: datetime
    updated_at: datetime
    folded_name: str
    address: str | None
    billing_email: str | None
    billing_language: str | None
    is_new: bool


_CLIENTS = typed(ClientRow, select(clients))
_FIND = _CLIENTS.narrowed(lambda rows: rows.where(clients.c.id == bindparam("client_id")))
_put = insert(clients)
_AS_BILLING_SAYS = ("kind", "name", "inn", "kpp", "address", "time_zone", "updated_at")


def _unless_repeated(name: str) -> dict[str, ColumnElement[Any]]:
    """What billing writes of a column that its client may have chosen since: the choice stays while
    billing repeats what it wrote before it, and ends with anything new.
    """
    written, before = _put.excluded[name], clients.c[f"billing_{name}"]
    repeated = before == written
    return {
        name: case((repeated, clients.c[name]), else_=written),
        f"billing_{name}": case((repeated, before), else_=None),
    }


_PUT = typed(
    ClientWritten,
    _put.on_conflict_do_update(
        index_elements=["id"],
        set_={
            **{name: _put.excluded[name] for name in _AS_BILLING_SAYS},
            **_unless_repeated("email"),
            **_unless_repeated("language"),
        },
    ).returning(clients, literal_column("xmax = 0").label("is_new")),
    never_null=("is_new",),
)


def matches_words(words: str) -> Iterator[ColumnElement[bool]]:
    """The condition that a client's name contains every word; a number may also begin its INN.

    `words` has visible characters. Letters are compared without case, ё as е.
    """
    for word in words.split():
        folded = func.folded(literal(word))
        named = clients.c.folded_name.like(literal("%") + folded + literal("%"))
        yield or_(named, clients.c.inn.startswith(word)) if word.isdecimal() else named


def listed(words: str | None, limit: int, after: str | None = None) -> Query[ClientRow]:
    """Clients by name, then id; `after` is the id of the last one seen."""
    order = (clients.c.folded_name, clients.c.id)
    conditions = [] if words is None else [*matches_words(words)]
    if after is not None:
        seen = clients.alias()
        key = select(seen.c.folded_name, seen.c.id).where(seen.c.id == after)
        conditions.append(tuple_(*order) > key.scalar_subquery())
    return _CLIENTS.narrowed(
        lambda rows: planned_anew(rows.where(*conditions).order_by(*order).limit(limit))
    )()


def of_id(client_id: str) -> Query[ClientRow]:
    """A client by its id."""
    return _FIND(client_id=client_id)


async def find(database: Database, client_id: str) -> ClientRow | None:
    """A client, or None."""
    return await database.row(of_id(client_id))


async def put(database: Database, client_id: str, at: datetime, **columns: Any) -> ClientWritten:
    """Registers a client or replaces its data; `is_new` of the row says which.

    An address or a language that the client has chosen stays until billing writes a new one.
    """
    (written,) = await database.rows(_PUT(id=client_id, created_at=at, updated_at=at, **columns))
    return written
