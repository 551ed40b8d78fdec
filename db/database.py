"""The connection pool, reads in one round trip, and transactions in two."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from typing import Any

import psycopg
from psycopg import AsyncConnection, AsyncCursor, DataError, OperationalError
from psycopg.pq import PipelineStatus, TransactionStatus
from psycopg.types.json import Jsonb
from psycopg_pool import AsyncConnectionPool, PoolTimeout
from sqlalchemy import Executable

from db.query import Query, RowT, compile_once, is_planned_anew
from db.reading import Reader

POOL_SIZE = 10
"""Connections of one process."""
CONNECTION_WAIT_SECONDS = 5.0
"""How long a step waits for a free connection before it fails and is retried."""
STATEMENT_TIMEOUT_MS = 10_000
"""The server ends a statement that runs longer."""
ANSWER_SECONDS = 15.0
"""A connection whose server is silent for longer is closed: a server that hangs does not enforce
its own time-outs.
"""
LOCK_TIMEOUT_MS = 5_000
"""The server ends a wait for a row that somebody else holds longer."""
KEEPALIVE_IDLE_SECONDS, KEEPALIVE_EVERY_SECONDS, KEEPALIVES_UNANSWERED = 15, 5, 3
"""A connection that only listens hears by these that its server is gone."""


Announced = Callable[[float], Awaitable[Sequence[str]]]
"""Waits for announcements, at most so many seconds; gives what they say, nothing when there was
none.
"""


class DatabaseFailure(Exception):  # noqa: N818  a failure as people call it
    """An error without the values of any row: it may be stored in a workflow's history and
    logged.
    """


class DatabaseUnavailable(DatabaseFailure):
    """The database cannot be reached. When a COMMIT was under way its outcome is unknown: read
    again.
    """


class AlreadyHeld(Exception):  # noqa: N818  an answer, not an error
    """Another connection holds the lock."""


class ConstraintBroken(DatabaseFailure):
    """A rule of the database refused a change; nothing was stored. `constraint` names the rule."""

    def __init__(self, constraint: str) -> None:
        super().__init__(constraint)
        self.constraint = constraint


class Transaction(Reader):
    """One transaction in two round trips: `read` first, then all `write`s are sent with the
    COMMIT.
    """

    def __init__(self, connection: AsyncConnection[Any]) -> None:
        self._connection = connection
        self._writes: list[tuple[Executable, Mapping[str, Any]]] = []

    async def _read(self, queries: Sequence[Query[Any]]) -> tuple[list[Any], ...]:
        """Call it once, before the first write: every call is a round trip."""
        return await _fetch(queries, await _ask(self._connection, queries))

    def write(self, statement: Executable, /, **params: Any) -> None:
        """Queues a statement without a result; a broken constraint raises at the end."""
        self._writes.append((statement, params))

    async def send(self) -> None:
        """Sends the queued statements."""
        for statement, params in self._writes:
            await _send(self._connection.cursor(), statement, params)
        self._writes.clear()


class Database(Reader):
    """The connection pool of a process. Use as an async context manager; URL as `postgresql://…`."""

    def __init__(
        self, url: str, *, pool_size: int = POOL_SIZE, answer_seconds: float = ANSWER_SECONDS
    ) -> None:
        self._answer_seconds = answer_seconds
        self._pool: AsyncConnectionPool[AsyncConnection[Any]] = AsyncConnectionPool(
            url,
            min_size=1,
            max_size=pool_size,
            timeout=CONNECTION_WAIT_SECONDS,
            open=False,
            kwargs={
                "autocommit": True,
                "options": f"-c statement_timeout={STATEMENT_TIMEOUT_MS}"
                f" -c lock_timeout={LOCK_TIMEOUT_MS} -c TimeZone=UTC",
                "keepalives_idle": KEEPALIVE_IDLE_SECONDS,
                "keepalives_interval": KEEPALIVE_EVERY_SECONDS,
                "keepalives_count": KEEPALIVES_UNANSWERED,
            },
        )

    async def __aenter__(self) -> "Database":
        await self._pool.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._pool.close()

    async def _read(self, queries: Sequence[Query[Any]]) -> tuple[list[Any], ...]:
        """Outside a transaction."""
        async with self._connection(self._answer_seconds) as connection:
            async with connection.pipeline():
                asked = await _ask(connection, queries)
            # The pipeline's end travels with the queries; fetched inside, it is a second trip.
            return await _fetch(queries, asked)

    async def rows(self, query: Query[RowT]) -> list[RowT]:
        """The rows of one query, which may write; it is its own transaction."""
        (rows,) = await self.read(query)
        return rows

    async def row(self, query: Query[RowT]) -> RowT | None:
        """The only row of a query, or None."""
        rows = await self.rows(query)
        return rows[0] if rows else None

    async def write(self, statement: Executable, /, **params: Any) -> None:
        """One statement without a result; it is its own transaction."""
        async with self._connection(self._answer_seconds) as connection:
            await _send(connection.cursor(), statement, params)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """One transaction; an error inside, or a broken constraint at its end, stores nothing."""
        async with self._connection(self._answer_seconds) as connection, connection.pipeline():
            await connection.execute("BEGIN")
            transaction = Transaction(connection)
            yield transaction
            await transaction.send()
            await connection.execute("COMMIT")

    @asynccontextmanager
    async def copying(self, statement_timeout_ms: int) -> AsyncIterator[AsyncConnection[Any]]:
        """A connection in one transaction for COPY, which cannot be sent in a pipeline.

        It is for many rows, so it has its own time-out. After an exception inside nothing is
        stored.
        """
        patience = statement_timeout_ms / 1000 + self._answer_seconds
        async with self._connection(patience) as connection, connection.transaction():
            await connection.execute(
                f"SET LOCAL statement_timeout = {statement_timeout_ms}".encode()
            )
            await connection.execute(f"SET LOCAL lock_timeout = {statement_timeout_ms}".encode())
            yield connection

    @asynccontextmanager
    async def listen(self, channel: str) -> AsyncIterator[Announced]:
        """Listens on a channel: the value waits until an announcement or until the seconds pass."""
        async with self._connection(None) as connection:
            await connection.execute(f"LISTEN {channel}".encode())
            try:
                yield lambda seconds: _announced(connection, seconds)
            finally:
                if not connection.broken:
                    await connection.execute(f"UNLISTEN {channel}".encode())

    @asynccontextmanager
    async def alone(self, lock: int) -> AsyncIterator[Announced]:
        """Holds a lock that one connection has at a time and that ends with it, however its process
        ends. The value sleeps for so many seconds; it raises `DatabaseUnavailable` when the
        connection, and the lock with it, is lost.

        Raises `AlreadyHeld` where another connection has the lock.
        """
        async with self._connection(None) as connection:
            answer = await connection.execute("SELECT pg_try_advisory_lock(%s)", [lock])
            if await answer.fetchone() != (True,):
                raise AlreadyHeld
            try:
                yield lambda seconds: _announced(connection, seconds)
            finally:
                if not connection.broken:
                    await connection.execute("SELECT pg_advisory_unlock(%s)", [lock])

    @asynccontextmanager
    async def _connection(
        self, patience_seconds: float | None
    ) -> AsyncIterator[AsyncConnection[Any]]:
        """A connection of the pool, cut when its work is not done in time (None: no limit)."""
        async with AsyncExitStack() as lent:
            try:
                connection = await lent.enter_async_context(self._pool.connection())
            except PoolTimeout:
                waited = f"no connection in {CONNECTION_WAIT_SECONDS:g} seconds"
                raise DatabaseUnavailable(waited) from None
            if patience_seconds is not None:
                lent.enter_context(_cut_after(connection, patience_seconds))
            try:
                yield connection
            except OperationalError as error:
                self._forget_broken_connections()
                raise DatabaseUnavailable(_failure_text(error)) from None
            except psycopg.IntegrityError as error:
                raise ConstraintBroken(error.diag.constraint_name or _failure_text(error)) from None
            except psycopg.Error as error:
                raise DatabaseFailure(_failure_text(error)) from None
            finally:
                await _clean(connection)

    def _forget_broken_connections(self) -> None:
        task = asyncio.get_running_loop().create_task(self._pool.check())
        task.add_done_callback(lambda done: done.cancelled() or done.exception())


@contextmanager
def _cut_after(connection: AsyncConnection[Any], seconds: float) -> Iterator[None]:
    """Shuts the connection's socket when its time is over: whoever waits hears of a lost server.

    A cancellation would not do: leaving a pipeline waits for the server once more.
    """

    def cut() -> None:
        with suppress(OSError), socket.socket(fileno=os.dup(connection.fileno())) as line:
            line.shutdown(socket.SHUT_RDWR)

    timer = asyncio.get_running_loop().call_later(seconds, cut)
    try:
        yield
    finally:
        timer.cancel()


async def _announced(connection: AsyncConnection[Any], seconds: float) -> Sequence[str]:
    """Raises what it says itself: whoever listens in a task of its own raises it there."""
    try:
        return [one.payload async for one in connection.notifies(timeout=seconds, stop_after=1)]
    except OperationalError as error:
        raise DatabaseUnavailable(_failure_text(error)) from None


def _failure_text(error: psycopg.Error) -> str:
    """An error in a few words, without what quotes rows: details, and what is said of a value."""
    if isinstance(error, DataError):
        return f"{type(error).__name__} {error.sqlstate or ''}".strip()
    return (
        f"{type(error).__name__} {error.sqlstate or ''} {error.diag.message_primary or ''}".strip()
    )


async def _clean(connection: AsyncConnection[Any]) -> None:
    """Ends an open transaction; the pool drops a connection that cannot even do that.

    Whoever is cancelled while a pipeline begins leaves the connection in it for good: each later
    write would only be queued, each COPY refused. Such a connection is closed.
    """
    if connection.closed:
        return
    if connection.pgconn.pipeline_status != PipelineStatus.OFF:  # an int
        await connection.close()
    elif connection.info.transaction_status is not TransactionStatus.IDLE:
        await connection.rollback()


async def _ask(
    connection: AsyncConnection[Any], queries: Sequence[Query[Any]]
) -> list[AsyncCursor[Any]]:
    """Queues queries; each has a cursor of its own."""
    asked = []
    for query in queries:
        cursor = connection.cursor()
        await _send(cursor, query.statement, query.params)
        asked.append(cursor)
    return asked


async def _fetch(
    queries: Sequence[Query[Any]], asked: Sequence[AsyncCursor[Any]]
) -> tuple[list[Any], ...]:
    found = []
    for query, cursor in zip(queries, asked, strict=True):
        found.append(await query.fetch(cursor))
    return tuple(found)


async def _send(cursor: AsyncCursor[Any], statement: Executable, params: Mapping[str, Any]) -> None:
    """Queues a statement; dictionaries and lists go as jsonb."""
    compiled = compile_once(statement, tuple(sorted(params)))
    text, values = compiled.with_values(params)
    sent = {
        name: Jsonb(value) if isinstance(value, dict | list) else value
        for name, value in values.items()
    }
    prepare = False if is_planned_anew(statement) else None
    await cursor.execute(text.encode(), sent, prepare=prepare)
