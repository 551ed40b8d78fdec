"""The outbox of unpaid orders: cases whose money has changed and that were not signalled yet."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, select, tuple_

from db.database import Database
from db.query import row, typed
from db.tables import collection_outbox, collections


@row
class ChangedDebt:
    """A case whose money has changed, and since when it has not been signalled."""

    at: datetime
    collection_id: str
    invoice_number: str


_UNNOTIFIED = typed(
    ChangedDebt,
    select(collection_outbox.c.at, collection_outbox.c.collection_id, collections.c.invoice_number)
    .join(collections, collections.c.id == collection_outbox.c.collection_id)
    .where(
        tuple_(collection_outbox.c.at, collection_outbox.c.collection_id)
        > tuple_(bindparam("after_at"), bindparam("after_id"))
    )
    .order_by(collection_outbox.c.at, collection_outbox.c.collection_id)
    .limit(bindparam("how_many")),
)
_REMOVE = delete(collection_outbox).where(
    collection_outbox.c.collection_id == bindparam("signalled_id"),
    collection_outbox.c.at == bindparam("signalled_at"),
)


async def unnotified(
    database: Database, how_many: int, after: tuple[datetime, str]
) -> Sequence[ChangedDebt]:
    """The oldest rows after a key (at, case)."""
    return await database.rows(_UNNOTIFIED(how_many=how_many, after_at=after[0], after_id=after[1]))


async def remove(database: Database, row: ChangedDebt) -> None:
    """Removes the row of a signalled case, unless a newer one was written meanwhile."""
    await database.write(_REMOVE, signalled_id=row.collection_id, signalled_at=row.at)
