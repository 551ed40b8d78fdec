"""The steps of a bank statement: whole or nothing, once however often, in bounded memory."""

import asyncio
import io
import tracemalloc
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from uuid import UUID, uuid4

import pytest
from temporalio.testing import ActivityEnvironment

from activities.bank_statement import BATCH, BankStatementActivities
from bench.statements import (
    OUR_ACCOUNT,
    OUR_BIC,
    OUR_INN,
    StatementStyle,
    make_statement,
    write_statement,
)
from db import bank_statement
from db.bank_statement import CHUNK_BYTES, Described
from db.database import Database
from domain.bank_import import ImportOutcome
from domain.requisites import check_account
from starter.bank_statement import receive
from tests.books import AT, Books

SMALL, LARGE = 2 * BATCH, 12 * BATCH
SLACK_BYTES = 4 * 1024 * 1024
"""What a file six times as large may take more: far less than the file itself."""


@pytest.fixture(autouse=True, scope="module")
def _own_account(books: Books) -> None:
    assert check_account(OUR_ACCOUNT, OUR_BIC) is None
    books.put(
        "own_accounts",
        account=OUR_ACCOUNT,
        bic=OUR_BIC,
        bank_name="Банк",
        name="ООО Копейка",
        inn=OUR_INN,
        written_by="kuznetsova",
        created_at=AT,
        updated_at=AT,
    )


async def kept(database: Database, content: bytes) -> str:
    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(content), CHUNK_BYTES // 3):
            yield content[start : start + CHUNK_BYTES // 3]

    row, _ = await receive(database, pieces(), "kuznetsova")
    return str(row.id)


async def imported(database: Database, statement_id: str) -> ImportOutcome:
    steps = BankStatementActivities(database)
    outcome: ImportOutcome = await ActivityEnvironment().run(steps.import_statement, statement_id)
    return outcome


def entries_of(books: Books, statement_id: str) -> int:
    count: int = books.row(
        "SELECT count(*) FROM bank_entries WHERE statement_id = %(id)s", id=statement_id
    )[0]
    return count


async def test_a_file_is_kept_in_pieces_and_given_back_as_it_came(database: Database) -> None:
    content = make_statement(3 * BATCH, seed=1)
    assert len(content) > 2 * CHUNK_BYTES
    statement_id = UUID(await kept(database, content))
    pieces = [piece async for piece in bank_statement.content(database, statement_id)]
    assert b"".join(pieces) == content
    assert max(map(len, pieces)) <= CHUNK_BYTES


async def test_an_import_that_runs_twice_stores_once(database: Database, books: Books) -> None:
    statement_id = await kept(database, make_statement(50, seed=2))
    first = await imported(database, statement_id)
    assert first == ImportOutcome(None, 50, 50)
    assert await imported(database, statement_id) == first
    assert entries_of(books, statement_id) == 50


async def test_entries_that_break_off_leave_nothing_behind(
    database: Database, books: Books
) -> None:
    statement_id = await kept(database, make_statement(10, seed=3))

    async def broken() -> AsyncIterator[tuple[int, bytes]]:
        row = f"{uuid4()}\t{OUR_ACCOUNT}\tin\t2026-11-02\t1\t100\t\t\\N\t\\N\t\\N\t\t9\n"
        yield 1, row.encode()
        raise ConnectionError("the worker dies")

    def described() -> Described:
        return Described("cp1251", [], AT.date(), AT.date())

    with pytest.raises(ConnectionError):
        await bank_statement.take(database, UUID(statement_id), broken(), described, AT)
    assert entries_of(books, statement_id) == 0
    assert await imported(database, statement_id) == ImportOutcome(None, 10, 10)


async def test_a_file_that_breaks_in_its_last_line_leaves_nothing_behind(
    database: Database, books: Books
) -> None:
    content = make_statement(2 * BATCH, seed=5).removesuffix("КонецФайла\r\n".encode("cp1251"))
    statement_id = await kept(database, content)
    assert await imported(database, statement_id) == ImportOutcome("bank_file_cut")
    assert entries_of(books, statement_id) == 0


async def test_files_that_overlap_are_imported_at_once_without_a_clash(
    database: Database,
) -> None:
    plain, with_commas = (
        make_statement(2 * BATCH, seed=6, style=StatementStyle(comma=comma))
        for comma in (False, True)
    )
    ids = [await kept(database, content) for content in (plain, with_commas)]
    outcomes = await asyncio.gather(*(imported(database, one) for one in ids))
    assert [one.entries_total for one in outcomes] == [2 * BATCH, 2 * BATCH]
    assert sorted(one.entries_new for one in outcomes) == [0, 2 * BATCH]


async def test_signs_of_the_copy_format_are_only_text(database: Database, books: Books) -> None:
    strange = r"Возврат \N \t \\ по счёту"
    content = make_statement(1, seed=4).decode("cp1251")
    head, _, rest = content.partition("НазначениеПлатежа=")
    content = f"{head}НазначениеПлатежа={strange}\r\n{rest.partition(chr(13) + chr(10))[2]}"
    statement_id = await kept(database, content.encode("cp1251"))
    assert (await imported(database, statement_id)).entries_new == 1
    row = books.row("SELECT purpose FROM bank_entries WHERE statement_id = %(id)s", id=statement_id)
    assert row.purpose == strange


async def test_a_larger_file_takes_no_more_memory(database: Database, books: Books) -> None:
    peaks = []
    for count in (SMALL, LARGE):
        file = io.BytesIO()
        write_statement(file, count, seed=count)
        size = file.tell()
        statement_id = await kept(database, file.getvalue())
        del file
        with traced() as peak:
            assert (await imported(database, statement_id)).entries_total == count
            peaks.append(peak())
    assert entries_of(books, statement_id) <= LARGE
    assert peaks[1] - peaks[0] < SLACK_BYTES < size


@contextmanager
def traced() -> Iterator[Callable[[], int]]:
    """Python's own memory while a block runs; the value tells its peak so far, in bytes."""
    tracemalloc.start()
    try:
        yield lambda: tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
