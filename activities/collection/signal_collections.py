"""Signals the cases of orders whose money has changed, or whose letters did not leave."""

from datetime import UTC, datetime

from temporalio.client import Client

from activities.collection.beginning import begin
from db.collection import outbox
from db.database import Database

PAGE = 100
"""Rows read at once."""
_BEFORE_ALL = (datetime.min.replace(tzinfo=UTC), "")


async def signal_collections(client: Client, database: Database, task_queue: str) -> int:
    """Signals every case in the outbox, oldest first; returns how many.

    Runs after money was stored. A case that has ended is begun again: a payment that was taken back
    makes its order due. A second signal changes nothing: the case reads its money again.
    """
    count, after = 0, _BEFORE_ALL
    while rows := await outbox.unnotified(database, PAGE, after):
        for row in rows:
            await begin(client, task_queue, row.invoice_number)
            await outbox.remove(database, row)
        count, after = count + len(rows), (rows[-1].at, rows[-1].collection_id)
    return count
