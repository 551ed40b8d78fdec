"""Statistics of the product's database, read without adding commits."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, LiteralString

import psycopg

LOOK_SECONDS = 0.05
SETTLE_LIMIT_SECONDS = 60.0
QUEUED = "SELECT count(*) FROM notifications WHERE status = 'queued'"
OPEN = "SELECT count(*) FROM refunds WHERE id = %s AND closed_at IS NULL"
STATISTICS_DELAY_SECONDS = 11.0
"""An idle connection of PostgreSQL hands its counts over after ten seconds."""

Connection = psycopg.AsyncConnection[tuple[Any, ...]]


@dataclass(frozen=True)
class Commits:
    """How many transactions had been committed at a moment."""

    count: int
    at: float


class Watch:
    """Looks from inside one transaction that never commits."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def mails_are_sent(self, limit_seconds: float = SETTLE_LIMIT_SECONDS) -> None:
        """Returns when no mail is queued; raises TimeoutError when some stay."""
        async with asyncio.timeout(limit_seconds):
            # Nobody announces that a letter was sent: PostgreSQL is asked until all are.
            while await self._number(QUEUED):  # noqa: ASYNC110
                await asyncio.sleep(LOOK_SECONDS)

    async def is_closed(self, refund_id: str) -> None:
        """Returns when a refund is closed; raises TimeoutError when it stays open."""
        async with asyncio.timeout(SETTLE_LIMIT_SECONDS):
            while await self._number(OPEN, refund_id):  # noqa: ASYNC110 - nobody announces it
                await asyncio.sleep(LOOK_SECONDS)

    async def commits(self) -> Commits:
        """After the wait that the statistics need to be complete."""
        await asyncio.sleep(STATISTICS_DELAY_SECONDS)
        await self._connection.execute("SELECT pg_stat_clear_snapshot()")
        count = await self._number(
            "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()"
        )
        return Commits(count, time.monotonic())

    async def _number(self, query: LiteralString, *values: str) -> int:
        row = await (await self._connection.execute(query, values)).fetchone()
        if row is None:
            raise LookupError(query)
        return int(row[0])


@asynccontextmanager
async def watched(database_url: str) -> AsyncIterator[Watch]:
    """A watch on a database for as long as the block runs."""
    async with await psycopg.AsyncConnection.connect(database_url) as connection:
        yield Watch(connection)
        await connection.rollback()
