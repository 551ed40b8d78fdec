"""The check of the books over several bank files: silent, and it names every broken invariant."""

from collections.abc import AsyncIterator
from datetime import date, timedelta

import pytest
import pytest_asyncio
from temporalio.testing import ActivityEnvironment

from activities.banking.bank_statement import BankStatementActivities
from activities.banking.incoming_money import MoneyActivities
from db.database import Database
from db.invariants import differences
from db.invariants.statements import STATEMENT_INVARIANTS
from tests.activities.banking.test_bank_statement_steps import kept
from tests.activities.statement_days import Row, day_of
from tests.books import Books
from tests.money import (
    BANK_DAY,
    CLIENT_INN,
    NO_STATEMENT,
    OUR_ACCOUNT,
    PRICE_KOPECKS,
    IncomingMoney,
)
from tests.starter.broken_invariants import Break, behind_the_back, replaced

NEXT = BANK_DAY + timedelta(days=1)
LEADS = "entries of an account lead from one opening balance of the bank to the next"
DOUBLED = f"""
    CREATE TABLE twice AS SELECT * FROM bank_entries
     WHERE account = '{OUR_ACCOUNT}' AND day = '{BANK_DAY}' LIMIT 1;
    UPDATE twice SET id = gen_random_uuid(), status = 'unmatched', matched_as = NULL,
           decided_by = NULL, decided_at = NULL;
    INSERT INTO bank_entries SELECT * FROM twice;
    DROP TABLE twice
"""  # noqa: S608 - our own names

BREAKS = [
    replaced(
        "no bank entry is of a day to come",
        "bank_entries",
        "UPDATE bank_entries SET day = '2131-01-01' WHERE purpose = 'Без номера'",
    ),
    replaced(LEADS, "bank_entries", DOUBLED),
    replaced(
        "entries that files of one period brought are what the fullest of them says",
        "bank_entries",
        DOUBLED,
    ),
    replaced(
        "what may be another spelling of stored money pays nothing by itself",
        "bank_entries",
        "UPDATE bank_entries SET repeats = (SELECT min(id::text)::uuid FROM bank_entries)"
        " WHERE status = 'matched'",
    ),
    Break(
        "money pays no invoice issued after it unless a person says so",
        "UPDATE invoices SET issued_on = issued_on + 3650",
        "UPDATE invoices SET issued_on = issued_on - 3650",
    ),
    replaced(
        "billing writes no transfer beside the bank's own of these days unless it says so",
        "payments",
        "INSERT INTO payments (id, invoice_number, method, amount_kopecks, received_at)"
        " SELECT 'phantom', invoice_number, method, 1, received_at FROM payments LIMIT 1",
    ),
]


@pytest_asyncio.fixture(scope="module", autouse=True)
async def played(books: Books, database: Database) -> AsyncIterator[None]:
    """The open and the final file of one day, and the file of the next."""
    money = IncomingMoney(books)
    purpose = f"Счёт {money.invoice()}"
    early = Row("7", purpose, inn=CLIENT_INN, bic="", kopecks=PRICE_KOPECKS)
    paying, other = Row("7", purpose, inn=CLIENT_INN, kopecks=PRICE_KOPECKS), Row("8", "Без номера")
    for day, opening, rows in (
        (BANK_DAY, 0, [early]),
        (BANK_DAY, 0, [paying, other]),
        (NEXT, paying.kopecks + other.kopecks, [Row("9", "Ещё")]),
    ):
        await imported(database, day_of(day, *rows, account=OUR_ACCOUNT, opening=opening))
    outcome = await ActivityEnvironment().run(MoneyActivities(database).match, NO_STATEMENT)
    assert (outcome.taken, outcome.held) == (1, 2)
    yield


async def imported(database: Database, content: bytes) -> None:
    steps = BankStatementActivities(database)
    statement_id = await kept(database, content)
    outcome = await ActivityEnvironment().run(steps.import_statement, statement_id)
    assert outcome.refusal is None


async def broken(database: Database) -> set[str]:
    found = {difference.invariant async for difference in differences(database)}
    return found & {invariant.name for invariant in STATEMENT_INVARIANTS}


async def test_files_of_one_bank_leave_the_books_right(database: Database) -> None:
    assert await broken(database) == set()


def test_every_truth_of_statements_is_broken_here() -> None:
    assert {one.invariant for one in BREAKS} == {
        invariant.name for invariant in STATEMENT_INVARIANTS
    }


@pytest.mark.parametrize("one", BREAKS, ids=lambda one: one.invariant)
async def test_a_broken_truth_is_named(database: Database, books: Books, one: Break) -> None:
    behind_the_back(books, one.spoil)
    found = await broken(database)
    behind_the_back(books, one.mend)
    assert one.invariant in found
    assert await broken(database) == set()


async def test_an_opening_balance_that_the_entries_do_not_lead_to_is_a_difference(
    database: Database,
) -> None:
    """Money that no file has brought, or that was counted twice, shows with the next file."""
    following: date = NEXT + timedelta(days=1)
    await imported(database, day_of(following, account=OUR_ACCOUNT, opening=1))
    assert await broken(database) == {LEADS}
