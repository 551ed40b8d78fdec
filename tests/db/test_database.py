"""What the database says when something is wrong: names of rules, never what stands in a row."""

import asyncio
import time
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from sqlalchemy import (
    Integer,
    bindparam,
    cast,
    column,
    func,
    insert,
    literal,
    select,
    text,
    update,
)

from db.billing import client
from db.case import search
from db.database import (
    Announced,
    ConstraintBroken,
    Database,
    DatabaseFailure,
    DatabaseUnavailable,
)
from db.query import Locked, Query, TypedStatement, row
from db.tables import clients, payments, remarks
from domain.case.sought import sought_in
from tests.books import Books

SECRET = "Иванов-Петров"


@row
class One:
    """A number."""

    one: int


@row
class Kept:
    """A statement that the server keeps a plan of."""

    statement: str


ONE = TypedStatement(One, select(literal(1).label("one")), frozenset())
PID = TypedStatement(One, select(func.pg_backend_pid().label("one")), frozenset())
NUMBER = TypedStatement(One, select(cast(bindparam("word"), Integer).label("one")), frozenset())
KEPT = TypedStatement(
    Kept, select(column("statement")).select_from(text("pg_prepared_statements")), frozenset()
)
BUSY_SECONDS = 0.02
"""Longer than psycopg keeps an event loop to itself."""
PREPARED_AFTER = 5
"""Times that psycopg sends a statement before it has the server keep it."""
SLEEP = TypedStatement(Locked, select(func.pg_sleep(30).label("lock")), frozenset())


def _asked_for(words: str) -> list[Query[Any]]:
    """What the search at the desk asks about names."""
    sought, found = sought_in(words), (search.found_clients, search.found_refunds)
    return [one(sought, 1) for one in (*found, search.found_renewals, search.found_tickets)]


def said(error: BaseException) -> str:
    """All that a failure would carry into a history or a log."""
    parts: list[str] = []
    cause: BaseException | None = error
    while cause is not None:
        parts.append(f"{cause!r} {cause}")
        cause = cause.__cause__
    return " ".join(parts)


def _client(**columns: Any) -> dict[str, Any]:
    return {"id": "a", "kind": "company", "name": SECRET, "email": "a@example.ru", **columns}


async def _puts(database: Database, *rows: dict[str, Any]) -> None:
    async with database.transaction() as transaction:
        for row in rows:
            transaction.write(insert(clients), **row)


async def _changes_its_mind(database: Database) -> None:
    async with database.transaction() as transaction:
        await transaction.read(ONE())
        transaction.write(insert(clients), **_client(id="client-ours"))
        raise LookupError


async def test_a_plan_for_any_words_is_never_kept(database_url: str) -> None:
    looked_for = [client.listed("берёзка 117", 1), *_asked_for("берёзка 117")]
    async with Database(database_url, pool_size=1) as alone:
        for _ in range(PREPARED_AFTER + 1):
            await alone.read(ONE(), *looked_for)
        kept = await alone.rows(KEPT())
    statements = [one.statement for one in kept]
    assert [one for one in statements if "folded(" in one and "bank_entries" not in one] == []
    assert any("AS one" in one for one in statements)


@pytest.mark.parametrize(
    ("columns", "constraint"),
    [
        ({"kind": SECRET}, "clients_kind_check"),
        ({"id": SECRET}, "clients_id_check"),
        ({"inn": SECRET}, "clients_inn_check"),
    ],
)
async def test_a_broken_rule_is_named_without_the_row(
    columns: dict[str, Any], constraint: str, database: Database
) -> None:
    with pytest.raises(ConstraintBroken) as error:
        await database.write(insert(clients), **_client(**columns))
    assert error.value.constraint == constraint
    assert SECRET not in said(error.value)


async def test_a_duplicate_is_named_without_its_key(database: Database, books: Books) -> None:
    client_id = books.client()
    with pytest.raises(ConstraintBroken) as error:
        await database.write(insert(clients), **_client(id=client_id))
    assert error.value.constraint == "clients_pkey"
    assert client_id not in said(error.value)


async def test_a_value_that_cannot_be_read_is_not_quoted(database: Database) -> None:
    with pytest.raises(DatabaseFailure) as error:
        await database.rows(NUMBER(word=SECRET))
    assert SECRET not in said(error.value)


async def test_a_refused_change_of_a_paper_says_which(database: Database, books: Books) -> None:
    books.invoice()
    with pytest.raises(DatabaseFailure, match="payments is append-only"):
        await database.write(update(payments), amount_kopecks=1)


async def test_a_transaction_that_breaks_a_rule_at_its_end_stores_nothing(
    database: Database, books: Books
) -> None:
    first, second = "client-first", "client-second"
    with pytest.raises(ConstraintBroken):
        await _puts(database, _client(id=first), _client(id=second, kind="ghost"))
    assert books.rows("SELECT id FROM clients WHERE id = ANY(%(ids)s)", ids=[first, second]) == []


async def test_an_error_of_ours_inside_a_transaction_stores_nothing(
    database: Database, books: Books
) -> None:
    with pytest.raises(LookupError):
        await _changes_its_mind(database)
    assert books.rows("SELECT id FROM clients WHERE id = 'client-ours'") == []
    assert await database.row(ONE()) == One(1)


async def test_a_cancelled_transaction_gives_its_connection_back_clean(database_url: str) -> None:
    async with Database(database_url, pool_size=1) as narrow:

        async def slow() -> None:
            async with narrow.transaction() as transaction:
                await transaction.read(SLEEP())

        task = asyncio.create_task(slow())
        await asyncio.sleep(0.2)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await narrow.row(ONE()) == One(1)


async def test_whoever_is_cancelled_while_a_busy_process_begins_leaves_no_connection_half_begun(
    database_url: str,
) -> None:
    async with Database(database_url, pool_size=1) as narrow:
        await narrow.row(ONE())
        reading = asyncio.create_task(narrow.row(ONE()))
        time.sleep(BUSY_SECONDS)  # noqa: ASYNC251  psycopg lets others in when the loop was busy
        await asyncio.sleep(0)
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        async with (
            narrow.copying(1_000) as connection,
            connection.cursor() as cursor,
            cursor.copy(b"COPY (SELECT 1) TO STDOUT") as copy,
        ):
            assert [row async for row in copy.rows()] == [("1",)]


async def test_a_lost_connection_is_unavailable_and_the_next_question_is_answered(
    database_url: str, books: Books
) -> None:
    async with Database(database_url, pool_size=1) as narrow:
        (backend,) = await narrow.rows(PID())
        books.connection.execute("SELECT pg_terminate_backend(%s)", [backend.one])
        with pytest.raises(DatabaseUnavailable) as error:
            await narrow.row(ONE())
        assert "127.0.0.1" not in said(error.value)
        assert await narrow.row(ONE()) == One(1)


async def test_whoever_holds_a_lock_in_a_task_of_a_group_hears_that_it_is_lost(
    database_url: str, books: Books
) -> None:
    lock, ended = 4_711, "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE objid = %s"

    async def hold(holding: Announced) -> None:
        await holding(30)

    async def held(own: Database) -> None:
        async with own.alone(lock) as holding, asyncio.TaskGroup() as tasks:
            tasks.create_task(hold(holding))
            await asyncio.sleep(0)
            books.connection.execute(ended, (lock,))

    async with Database(database_url) as own:
        with pytest.raises(ExceptionGroup) as lost:
            await held(own)
        assert [type(one) for one in lost.value.exceptions] == [DatabaseUnavailable]
        async with own.alone(lock):
            assert await own.row(ONE()) == One(1)


async def test_a_silent_server_is_hung_up_on_and_the_next_question_is_answered(
    database_url: str,
) -> None:
    async with Database(database_url, pool_size=1, answer_seconds=0.2) as impatient:
        with pytest.raises(DatabaseUnavailable):
            await impatient.rows(SLEEP())
        with pytest.raises(DatabaseUnavailable):
            async with impatient.transaction() as transaction:
                await transaction.read(SLEEP())
        assert await impatient.rows(ONE()) == [One(1)]


async def test_a_null_where_a_value_must_stand_is_not_quoted(database: Database) -> None:
    columns = {"id": None, "refund_id": "r", "author": SECRET, "text": SECRET}
    with pytest.raises(ConstraintBroken) as error:
        await database.write(insert(remarks), **columns, at=datetime.now(UTC))
    assert SECRET not in said(error.value)


def test_the_server_itself_would_have_quoted_the_row(books: Books) -> None:
    with pytest.raises(psycopg.IntegrityError) as error:
        books.put("clients", **_client(kind="ghost"))
    assert SECRET in str(error.value)
