"""The steps of a bank statement: whole or nothing, once however often, in bounded memory."""

import asyncio
import io
import tracemalloc
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from temporalio.testing import ActivityEnvironment

from activities.banking.bank_statement import BATCH, BankStatementActivities
from bench.statements import (
    OUR_ACCOUNT,
    OUR_BIC,
    OUR_INN,
    StatementStyle,
    make_statement,
    write_statement,
)
from db.banking import bank_statement
from db.banking import statement_import as bank_import
from db.banking.bank_statement import CHUNK_BYTES
from db.banking.statement_import import Batch, Described
from db.database import Database
from domain.banking.statement_import import ImportOutcome
from domain.billing.requisites import check_account
from starter.commands.banking.statement_file import receive
from tests.activities.statement_days import SERVICE_ACCOUNT, Row, day_of
from tests.books import AT, Books

SMALL, LARGE = 2 * BATCH, 12 * BATCH
SLACK_BYTES = 4 * 1024 * 1024
"""What a file six times as large may take more: far less than the file itself."""


@pytest.fixture(autouse=True, scope="module")
def _own_account(books: Books) -> None:
    assert check_account(OUR_ACCOUNT, OUR_BIC) is None
    for account in (OUR_ACCOUNT, SERVICE_ACCOUNT):
        books.put(
            "own_accounts",
            account=account,
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

    async def broken() -> AsyncIterator[Batch]:
        row = (
            f"{uuid4()}\t{OUR_ACCOUNT}\tin\t2026-11-02\t1\t100\t\t\\N\t\\N\t\\N\t\t9"
            f"\t{statement_id}\n"
        )
        yield {(OUR_ACCOUNT, date(2026, 11, 2)): [row]}
        raise ConnectionError("the worker dies")

    def described() -> Described:
        return Described("cp1251", [], AT.date(), AT.date(), [])

    with pytest.raises(ConnectionError):
        await bank_import.take(database, UUID(statement_id), broken(), described, AT, AT.date())
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


DAY = date(2026, 11, 13)


@pytest.fixture
def next_day(books: Books) -> date:
    """A day of its own for each test, on an account of ours that only these tests use."""
    (last,) = books.row(
        "SELECT coalesce(max(day), %(day)s) FROM bank_entries WHERE account = %(account)s",
        day=DAY - timedelta(days=100),
        account=SERVICE_ACCOUNT,
    )
    following: date = last + timedelta(days=1)
    return following


def stored(books: Books, day: date) -> list[tuple[str, str, str | None]]:
    rows = books.rows(
        "SELECT number, purpose, hold_reason FROM bank_entries"
        " WHERE account = %(account)s AND day = %(day)s ORDER BY purpose, number",
        account=SERVICE_ACCOUNT,
        day=day,
    )
    return [(row.number, row.purpose, row.hold_reason) for row in rows]


A, B = Row(), Row(purpose="Оплата по счету KP-2026-000022")


@pytest.mark.parametrize("second", [(B, A), (A, B)])
@pytest.mark.parametrize("zeros", ["", "000"])
async def test_rows_that_purposes_tell_apart_are_counted_once_in_any_order(
    database: Database, books: Books, next_day: date, second: tuple[Row, Row], zeros: str
) -> None:
    """Two clients' equal sums of one number, through one transit account."""
    later = [replace(row, number=zeros + row.number) for row in second]
    first = await imported(database, await kept(database, day_of(next_day, A)))
    final = await imported(database, await kept(database, day_of(next_day, *later)))
    assert (first.entries_new, final.entries_new, final.entries_total) == (1, 1, 2)
    assert [one[1:] for one in stored(books, next_day)] == [(A.purpose, None), (B.purpose, None)]


@pytest.mark.parametrize(
    ("early", "final"),
    [
        ({"bic": ""}, {}),
        ({}, {"number": "000481554"}),
        ({"number": "000481554", "bic": ""}, {}),
        ({"purpose": "Оплата по счету KP-2026-0000 14"}, {}),
        ({"inn": ""}, {"purpose": "Оплата по счету KP-2026-000014 "}),
    ],
)
async def test_a_day_s_open_and_final_file_count_one_spelling_and_another_once(
    database: Database, books: Books, next_day: date, early: dict[str, Any], final: dict[str, Any]
) -> None:
    first = await imported(database, await kept(database, day_of(next_day, replace(A, **early))))
    later = day_of(next_day, replace(A, **final), B)
    second = await imported(database, await kept(database, later))
    assert (first.entries_new, second.entries_total, second.entries_new) == (1, 2, 1)
    assert [one[2] for one in stored(books, next_day)] == [None, None]


async def test_what_may_be_stored_money_is_held_for_a_person(
    database: Database, books: Books, next_day: date
) -> None:
    await imported(database, await kept(database, day_of(next_day, A)))
    other = replace(A, purpose="Прочее")
    outcome = await imported(database, await kept(database, day_of(next_day, other)))
    assert outcome.entries_new == 1
    assert [one[2] for one in stored(books, next_day)] == [None, "repeat_suspected"]
    held = books.row(
        "SELECT e.needs_person, o.purpose FROM bank_entries e"
        " JOIN bank_entries o ON o.id = e.repeats"
        " WHERE e.account = %(account)s AND e.day = %(day)s",
        account=SERVICE_ACCOUNT,
        day=next_day,
    )
    assert (held.needs_person, held.purpose) == (True, A.purpose)


async def test_more_equal_rows_than_before_are_so_many_more_entries(
    database: Database, next_day: date
) -> None:
    await imported(database, await kept(database, day_of(next_day, A)))
    later = day_of(next_day, *[replace(A, bic="")] * 3)
    assert (await imported(database, await kept(database, later))).entries_new == 2
    assert (await imported(database, await kept(database, later + b"\r\n"))).entries_new == 0


async def test_an_entry_of_a_day_to_come_refuses_the_file(database: Database, books: Books) -> None:
    statement_id = await kept(database, day_of(date(2030, 11, 29), A, account=OUR_ACCOUNT))
    assert await imported(database, statement_id) == ImportOutcome("bank_file_day_ahead")
    assert entries_of(books, statement_id) == 0
    said = books.row(
        "SELECT refusal_line, refusal_detail FROM bank_statements WHERE id = %(id)s",
        id=statement_id,
    )
    assert tuple(said) == (12, "29.11.2030")
