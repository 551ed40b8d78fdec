"""Clients as the billing system wrote them."""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, literal_column, select
from sqlalchemy.dialects.postgresql import insert

from db.database import Database, Row
from db.tables import clients

_FIND = select(clients).where(clients.c.id == bindparam("client_id"))
_put = insert(clients)
_PUT = _put.on_conflict_do_update(
    index_elements=["id"],
    set_={
        name: _put.excluded[name]
        for name in ("kind", "name", "inn", "kpp", "email", "language", "time_zone", "updated_at")
    },
).returning(clients, literal_column("xmax = 0").label("is_new"))


async def find(database: Database, client_id: str) -> Row | None:
    """A client, or None."""
    return await database.row(_FIND, client_id=client_id)


async def put(database: Database, client_id: str, at: datetime, **columns: Any) -> Row:
    """Registers a client or replaces what is known of it; `is_new` tells which."""
    return await database.row(_PUT, id=client_id, created_at=at, updated_at=at, **columns)
