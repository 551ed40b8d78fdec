"""The connection pool, reads in one round trip, and transactions in two."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from enum import Enum
from typing import Any, NamedTuple, cast
from weakref import WeakKeyDictionary

import psycopg
from psycopg import AsyncConnection, AsyncCursor, DataError, OperationalError
from psycopg.pq import TransactionStatus
from psycopg.rows import namedtuple_row
from psycopg.types.json import Jsonb
from psycopg_pool import AsyncConnectionPool, PoolTimeout
from sqlalchemy import Dialect, Executable
from sqlalchemy.dialects.postgresql.psycopg import dialect as psycopg_dialect
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ClauseElement

POOL_SIZE = 10
"""Connections of one process."""
CONNECTION_WAIT_SECONDS = 5.0
"""How long a step waits for a free connection before it fails and is tried again."""
STATEMENT_TIMEOUT_MS = 10_000
"""The server ends a statement that runs longer."""
ANSWER_SECONDS = 15.0
"""A server that is silent for longer is hung up on: its own time-outs die with it when it hangs."""
LOCK_TIMEOUT_MS = 5_000
"""The server ends a wait for a row that somebody else holds longer."""


Announced = Callable[[float], Awaitable[bool]]
"""Waits for an announcement, at most so many seconds; False when there was none."""


class DatabaseFailure(Exception):  # noqa: N818  a failure as people call it
    """What went wrong, without the values of any row: it may go into a workflow's history and a
    log.
    """


class DatabaseUnavailable(DatabaseFailure):
    """The database cannot be asked now. When a COMMIT was under way its outcome is unknown: ask
    again.
    """


class ConstraintBroken(DatabaseFailure):
    """A rule of the database refused a change; nothing was stored. `constraint` names the rule."""

    def __init__(self, constraint: str) -> None:
        super().__init__(constraint)
        self.constraint = constraint


Row = Any
"""A named tuple of a row's columns."""
Query = tuple[Executable, Mapping[str, Any]]
"""A statement and its parameters."""
_Asked = tuple[AsyncCursor[Row], bool]
"""A statement on its way, and whether its result has rows."""

_DIALECT: Dialect = psycopg_dialect()  # type: ignore[no-untyped-call]


class Compiled(NamedTuple):
    """A statement as text, the compiler that knows its parameters, and whether it gives rows."""

    text: str
    compiler: SQLCompiler
    has_rows: bool

    def with_values(self, params: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
        """The SQL text and all values to send with it; lists of IN are written out."""
        if self.compiler.post_compile_params:
            expanded = self.compiler.construct_expanded_state(dict(params))
            return expanded.statement, expanded.parameters
        return self.text, self.compiler.construct_params(dict(params))


_cache: WeakKeyDictionary[ClauseElement, dict[tuple[str, ...], Compiled]] = WeakKeyDictionary()


class Transaction:
    """One transaction in two round trips: `read` and judge, then every `write` travels with the
    COMMIT.
    """

    def __init__(self, connection: AsyncConnection[Row]) -> None:
        self._connection = connection
        self._writes: list[Query] = []

    async def read(self, *queries: Query) -> list[list[Row]]:
        """The rows of each query, all in one round trip; call it once, before the first write."""
        return await _fetch(await _ask(self._connection, queries))

    def write(self, statement: Executable, /, **params: Any) -> None:
        """Queues a statement whose result nobody reads; a broken constraint raises at the end."""
        self._writes.append((statement, params))

    async def send(self) -> None:
        """Sends what was queued."""
        for statement, params in self._writes:
            await _send(self._connection, statement, params)
        self._writes.clear()


class Database:
    """A process's way to PostgreSQL. Use as an async context manager; URL as `postgresql://…`."""

    def __init__(
        self, url: str, *, pool_size: int = POOL_SIZE, answer_seconds: float = ANSWER_SECONDS
    ) -> None:
        self._answer_seconds = answer_seconds
        self._pool: AsyncConnectionPool[AsyncConnection[Row]] = AsyncConnectionPool(
            url,
            min_size=1,
            max_size=pool_size,
            timeout=CONNECTION_WAIT_SECONDS,
            open=False,
            kwargs={
                "autocommit": True,
                "row_factory": namedtuple_row,
                "options": f"-c statement_timeout={STATEMENT_TIMEOUT_MS}"
                f" -c lock_timeout={LOCK_TIMEOUT_MS} -c TimeZone=UTC",
            },
        )

    async def __aenter__(self) -> "Database":
        await self._pool.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._pool.close()

    async def read(self, *queries: Query) -> list[list[Row]]:
        """The rows of each query, in one round trip and outside a transaction."""
        async with self._connection(self._answer_seconds) as connection:
            async with connection.pipeline():
                asked = await _ask(connection, queries)
            # The pipeline's end travels with the queries; fetched inside, it is a second trip.
            return await _fetch(asked)

    async def rows(self, statement: Executable, /, **params: Any) -> list[Row]:
        """The rows of one statement, which may write; it is its own transaction."""
        (rows,) = await self.read((statement, params))
        return rows

    async def row(self, statement: Executable, /, **params: Any) -> Row | None:
        """The only row of a statement, or None."""
        rows = await self.rows(statement, **params)
        return rows[0] if rows else None

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
    async def copying(self, statement_timeout_ms: int) -> AsyncIterator[AsyncConnection[Row]]:
        """A bare connection in one transaction for COPY, which no pipeline carries.

        It is for many rows, so it has its own time-out. An exception inside stores nothing.
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
    async def _connection(
        self, patience_seconds: float | None
    ) -> AsyncIterator[AsyncConnection[Row]]:
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
                raise DatabaseUnavailable(_said(error)) from None
            except psycopg.IntegrityError as error:
                raise ConstraintBroken(error.diag.constraint_name or _said(error)) from None
            except psycopg.Error as error:
                raise DatabaseFailure(_said(error)) from None
            finally:
                if connection.info.transaction_status is not TransactionStatus.IDLE:
                    await _roll_back(connection)

    def _forget_broken_connections(self) -> None:
        task = asyncio.get_running_loop().create_task(self._pool.check())
        task.add_done_callback(lambda done: done.cancelled() or done.exception())


@contextmanager
def _cut_after(connection: AsyncConnection[Row], seconds: float) -> Iterator[None]:
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


async def _announced(connection: AsyncConnection[Row], seconds: float) -> bool:
    return bool([one async for one in connection.notifies(timeout=seconds, stop_after=1)])


def _said(error: psycopg.Error) -> str:
    """An error in a few words, without what quotes rows: details, and what is said of a value."""
    if isinstance(error, DataError):
        return f"{type(error).__name__} {error.sqlstate or ''}".strip()
    return (
        f"{type(error).__name__} {error.sqlstate or ''} {error.diag.message_primary or ''}".strip()
    )


async def _roll_back(connection: AsyncConnection[Row]) -> None:
    """Ends an open transaction; the pool drops a connection that cannot even do that."""
    if not connection.broken:
        await connection.rollback()


async def _ask(connection: AsyncConnection[Row], queries: Sequence[Query]) -> list[_Asked]:
    return [await _send(connection, statement, params) for statement, params in queries]


async def _fetch(asked: Sequence[_Asked]) -> list[list[Row]]:
    return [await cursor.fetchall() if has_rows else [] for cursor, has_rows in asked]


async def _send(
    connection: AsyncConnection[Row], statement: Executable, params: Mapping[str, Any]
) -> _Asked:
    """Queues a statement."""
    compiled = compile_once(statement, tuple(sorted(params)))
    text, values = compiled.with_values(params)
    cursor = await connection.execute(
        text.encode(), {name: _adapted(value) for name, value in values.items()}
    )
    return cursor, compiled.has_rows


def compile_once(statement: Executable, columns: tuple[str, ...]) -> Compiled:
    """The SQL of a statement; one that lives as long as its module is compiled once.

    `columns` are the names of the parameters given: an INSERT or UPDATE sets just these.
    """
    element = cast("ClauseElement", statement)
    by_columns = _cache.setdefault(element, {})
    if columns not in by_columns:
        names = list(columns) if element.is_dml else None
        compiler = cast("SQLCompiler", element.compile(dialect=_DIALECT, column_keys=names))
        has_rows = not element.is_dml or bool(compiler.effective_returning)
        by_columns[columns] = Compiled(str(compiler), compiler, has_rows)
    return by_columns[columns]


def _adapted(value: Any) -> Any:
    if isinstance(value, dict | list):
        return Jsonb(value)
    if isinstance(value, Enum):
        return value.value
    return value
