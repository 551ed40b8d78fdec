"""The counting proxy, against psycopg and a real PostgreSQL."""

from collections.abc import AsyncIterator

import psycopg
import pytest_asyncio

from bench.pg_proxy import Wire, proxied
from stack.postgres import MAINTENANCE_DATABASE, SUPERUSER, Postgres

Connection = psycopg.AsyncConnection[tuple[object, ...]]


@pytest_asyncio.fixture
async def wire(postgres: Postgres) -> AsyncIterator[Wire]:
    async with proxied(postgres.port) as wire:
        yield wire


@pytest_asyncio.fixture
async def connection(wire: Wire) -> AsyncIterator[Connection]:
    """Through the proxy, each statement a transaction unless the test says otherwise."""
    url = f"postgresql://{SUPERUSER}@127.0.0.1:{wire.port}/{MAINTENANCE_DATABASE}"
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        yield connection


async def test_connecting_is_no_transaction(wire: Wire, connection: Connection) -> None:
    assert wire.transactions == []


async def test_a_lone_statement_is_a_transaction_of_one_round_trip(
    wire: Wire, connection: Connection
) -> None:
    await connection.execute("SELECT %s::int", [1])
    (seen,) = wire.transactions
    assert (seen.round_trips, seen.statements) == (1, ["SELECT $1::int"])


async def test_a_transaction_statement_by_statement_is_a_round_trip_each(
    wire: Wire, connection: Connection
) -> None:
    async with connection.transaction():
        await connection.execute("SELECT %s::int", [1])
        await connection.execute("SELECT %s::int", [2])
    (seen,) = wire.transactions
    assert (seen.round_trips, seen.executed) == (4, 4)


async def test_a_pipeline_is_a_round_trip_however_much_travels_in_it(
    wire: Wire, connection: Connection
) -> None:
    async with connection.pipeline():
        await connection.execute("BEGIN")
        for number in range(5):
            await connection.execute("SELECT %s::int", [number])
        await connection.execute("COMMIT")
    (seen,) = wire.transactions
    assert (seen.round_trips, seen.executed) == (1, 7)


async def test_a_prepared_statement_is_known_by_its_text_each_time(
    wire: Wire, connection: Connection
) -> None:
    await connection.execute("CREATE TEMPORARY TABLE notes (line text)")
    for _ in range(3):
        await connection.execute("INSERT INTO notes VALUES (%s)", ["x"], prepare=True)
    assert [one.writes("notes") for one in wire.transactions] == [False, True, True, True]


async def test_a_failed_statement_still_ends_a_transaction(
    wire: Wire, connection: Connection
) -> None:
    for question in ("SELECT 1/0", "SELECT 1"):
        try:
            await connection.execute(question)
        except psycopg.errors.DivisionByZero:
            continue
    assert [one.statements for one in wire.transactions] == [["SELECT 1/0"], ["SELECT 1"]]
