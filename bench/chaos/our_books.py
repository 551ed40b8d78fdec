"""Our own database, asked past the API for what the API does not tell its callers."""

import asyncio
import time
from typing import Any

import psycopg
from psycopg import OperationalError
from psycopg.rows import namedtuple_row

PATIENCE_SECONDS = 60.0
PAUSE_SECONDS = 0.3
CONNECT_LIMIT_SECONDS = 3

UNSETTLED = ("prepared", "sent", "unknown")


class OurBooks:
    """A connection a question: the server is killed as well."""

    def __init__(self, url: str) -> None:
        self._url = url

    async def rows(self, sql: str, **params: Any) -> list[Any]:
        """The rows of a query, asked until the server answers."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                return await self._rows(sql, params)
            except OperationalError:
                if time.monotonic() > deadline:
                    raise
                await asyncio.sleep(PAUSE_SECONDS)

    async def waits_for_payment_run(self, case_id: str) -> bool:
        """Whether the case's money is to leave by a payment order that nobody has gathered yet."""
        found = await self.rows(
            "SELECT 1 FROM payouts WHERE case_id = %(case_id)s AND channel = 'bank'"
            " AND status = 'prepared'",
            case_id=case_id,
        )
        return bool(found)

    async def unsettled(self) -> list[str]:
        """Payouts that the acquirer, and no person, still has to settle."""
        found = await self.rows(
            "SELECT case_id || '/' || attempt AS key FROM payouts"
            " WHERE channel = 'acquirer' AND status = ANY(%(statuses)s)",
            statuses=list(UNSETTLED),
        )
        return [row.key for row in found]

    async def queued(self) -> list[str]:
        """Letters that have not been sent yet."""
        found = await self.rows("SELECT id FROM notifications WHERE status = 'queued'")
        return [str(row.id) for row in found]

    async def _rows(self, sql: str, params: dict[str, Any]) -> list[Any]:
        connection = await psycopg.AsyncConnection.connect(
            self._url,
            autocommit=True,
            row_factory=namedtuple_row,
            connect_timeout=CONNECT_LIMIT_SECONDS,
        )
        async with connection:
            cursor = await connection.execute(sql.encode(), params)
            return await cursor.fetchall()
