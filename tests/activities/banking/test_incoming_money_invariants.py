"""The check of the books over money that came in: silent, and it names every broken invariant."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
from temporalio.testing import ActivityEnvironment

from activities.banking.incoming_money import MoneyActivities
from activities.refund import RefundActivities
from db.banking import entry_instruction
from db.billing import surplus
from db.database import Database
from db.invariants import differences
from db.invariants.money import MONEY_INVARIANTS
from domain.banking.incoming_money import EntryInstruction, EntrySettled, InstructionKind
from domain.calendar.bank_calendar import moscow_date
from domain.refund.refund import Opening, RefundKind
from tests.activities.renewal_walk import opened
from tests.books import AT
from tests.money import (
    BANK_DAY,
    CLIENT_INN,
    NO_STATEMENT,
    OUR_ACCOUNT,
    PRICE_KOPECKS,
    IncomingMoney,
)
from tests.renewal_books import PRICE_KOPECKS as TERM_KOPECKS
from tests.renewal_books import RenewalBooks
from tests.starter.broken_invariants import Break, behind_the_back, changed, replaced

SURPLUS_KOPECKS = 150_00
NOW = datetime.now(UTC)
TODAY = moscow_date(NOW)

BREAKS = [
    replaced(
        "an entry that pays is allocated whole, and no other is allocated",
        "allocations",
        "DELETE FROM allocations WHERE undone_at IS NULL",
    ),
    replaced(
        "an allocation is a payment by transfer, taken back when it is undone",
        "payment_reversals",
        "DELETE FROM payment_reversals",
    ),
    replaced(
        "what the ledger has of the bank's entries is what they pay",
        "ledger_transfers",
        "DELETE FROM ledger_transfers WHERE kind = 'payment_reversed'",
    ),
    replaced(
        "what a bank statement says came in is there",
        "bank_entries",
        "DELETE FROM bank_entries WHERE status = 'unmatched'",
    ),
    replaced(
        "a surplus is what came above what is due, and the ledger holds what is not promised",
        "ledger_transfers",
        "DELETE FROM ledger_transfers WHERE kind = 'surplus_held'",
    ),
    replaced(
        "what is promised of a surplus is the sum of its cases",
        "refunds",
        "UPDATE refunds SET kind = 'invoice'",
    ),
    changed("our invoices are numbered without gaps", "invoice_counters", "last", "+ 1"),
    Break(
        "a term that has begun is paid",
        "UPDATE invoices SET paid_kopecks = 0 WHERE number LIKE 'KP-%'",
        "UPDATE invoices SET paid_kopecks = total_kopecks WHERE number LIKE 'KP-%'",
    ),
    replaced(
        "a term that runs is watched by its case",
        "renewals",
        "DELETE FROM renewals WHERE term_id IS NOT NULL",
    ),
    Break(
        "no case waits to hear of its money",
        "INSERT INTO recheck_outbox SELECT id, now() - interval '2 hours' FROM renewals",
        "DELETE FROM recheck_outbox",
    ),
    Break(
        "no client waits to hear of a surplus",
        "UPDATE invoices SET surplus_notified_kopecks = 0",
        "UPDATE invoices SET surplus_notified_kopecks = surplus_kopecks",
    ),
]
LONG_AGO = "; ".join(
    f"UPDATE {table} SET {column} = {column} - interval '1 day'"  # noqa: S608 - our own names
    for table, column in (("ledger_transfers", "recorded_at"), ("terms", "created_at"))
)


@pytest_asyncio.fixture(scope="module", autouse=True)
async def played(books: RenewalBooks, database: Database) -> AsyncIterator[None]:
    """A surplus that is being given back, an allocation that was undone, a term that was bought."""
    money, steps = IncomingMoney(books), MoneyActivities(database)
    await bought(books, database, money, steps)
    overpaid, wrong = money.invoice(), money.invoice()
    money.entry(f"Счёт {overpaid}", PRICE_KOPECKS + SURPLUS_KOPECKS)
    undone = money.entry(f"Счёт {wrong}", day=BANK_DAY + timedelta(days=1))
    money.entry("Без номера")
    assert (await ActivityEnvironment().run(steps.match, NO_STATEMENT)).taken == 2
    assert await take_back(database, steps, undone) == EntrySettled()
    request = books.request(overpaid, kind=RefundKind.SURPLUS)
    await RefundActivities(database).open(Opening(request, AT))
    for number in await surplus.unnotified(database, 100):
        assert await surplus.notify(database, number, NOW)
    imported(books)
    behind_the_back(books, "DELETE FROM recheck_outbox")
    behind_the_back(books, LONG_AGO)
    yield


async def bought(
    books: RenewalBooks, database: Database, money: IncomingMoney, steps: MoneyActivities
) -> None:
    """A first term, paid by a transfer and begun; and another subscription whose term runs."""
    walk = (await opened(database, books, ends_on=None)).on(TODAY)
    await walk.ordered(payer_inn=CLIENT_INN)
    money.entry(f"Счёт {walk.number}", TERM_KOPECKS, day=TODAY)
    await ActivityEnvironment().run(steps.match, NO_STATEMENT)
    await walk.looked()
    await walk.begun()
    await opened(database, books, ends_on=TODAY + timedelta(days=100))


async def take_back(database: Database, steps: MoneyActivities, entry_id: UUID) -> EntrySettled:
    instruction_id = uuid4()
    async with database.transaction() as transaction:
        entry_instruction.put(
            transaction,
            instruction_id,
            entry_id,
            InstructionKind.UNDO,
            reason="не тот счёт",
            by="kuznetsova",
            at=NOW,
        )
    return await steps.settle(EntryInstruction(str(instruction_id), str(entry_id), NOW))


def imported(books: RenewalBooks) -> None:
    """A bank statement that brought all of it."""
    came = books.row("SELECT sum(amount_kopecks) AS kopecks FROM bank_entries").kopecks
    section = {
        "account": OUR_ACCOUNT,
        "first_day": BANK_DAY.isoformat(),
        "last_day": max(TODAY, BANK_DAY + timedelta(days=1)).isoformat(),
        "credited_kopecks": int(came),
    }
    statement_id = uuid4()
    books.put(
        "bank_statements",
        id=statement_id,
        sha256=statement_id.hex * 2,
        size_bytes=1,
        uploaded_by="kuznetsova",
        uploaded_at=NOW,
        status="imported",
        imported_at=NOW,
        encoding="cp1251",
        accounts=[section],
        entries_total=4,
        entries_new=0,
    )


async def broken(database: Database) -> set[str]:
    return {difference.invariant async for difference in differences(database)}


async def test_money_that_came_in_leaves_the_books_right(database: Database) -> None:
    assert await broken(database) & {invariant.name for invariant in MONEY_INVARIANTS} == set()


def test_every_truth_of_money_is_broken_here() -> None:
    assert {one.invariant for one in BREAKS} == {invariant.name for invariant in MONEY_INVARIANTS}


@pytest.mark.parametrize("one", BREAKS, ids=lambda one: one.invariant)
async def test_a_broken_truth_is_named(database: Database, books: RenewalBooks, one: Break) -> None:
    before = await broken(database)
    behind_the_back(books, one.spoil)
    found = await broken(database)
    behind_the_back(books, one.mend)
    assert one.invariant in found - before
    assert await broken(database) == before
