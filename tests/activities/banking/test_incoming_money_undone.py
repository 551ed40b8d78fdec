"""Undoing the money of a term: what has not begun is the case's, what runs is stopped, what is over
stays.
"""

import asyncio
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from temporalio.testing import ActivityEnvironment

from activities.banking.incoming_money import MoneyActivities
from activities.renewal import RenewalActivities
from db.banking import entry_instruction
from db.database import Database
from domain.banking.incoming_money import EntryInstruction, EntrySettled, InstructionKind
from domain.banking.matching import Share
from domain.calendar.bank_calendar import moscow_date
from domain.renewal.renewal import RenewalOpening, RenewalStatus, next_request
from tests.activities.renewal_walk import RenewalWalk, opened
from tests.money import CLIENT_INN, NO_STATEMENT, IncomingMoney
from tests.renewal_books import PRICE_KOPECKS, RenewalBooks

NOW = datetime.now(UTC)
TODAY = moscow_date(NOW)


@pytest.fixture(scope="module")
def money(books: RenewalBooks) -> IncomingMoney:
    return IncomingMoney(books)


@pytest.fixture
def steps(database: Database) -> MoneyActivities:
    return MoneyActivities(database)


async def paid(walk: RenewalWalk, money: IncomingMoney, steps: MoneyActivities) -> UUID:
    """The order is paid by a transfer of this day; the entry."""
    await walk.ordered(payer_inn=CLIENT_INN)
    entry = money.entry(f"Счёт {walk.number}", PRICE_KOPECKS, day=walk.at.date())
    assert (await ActivityEnvironment().run(steps.match, NO_STATEMENT)).taken == 1
    assert (await walk.looked()).status is RenewalStatus.PAID
    return entry


async def said(
    database: Database, entry_id: UUID, kind: InstructionKind, *shares: Share
) -> EntryInstruction:
    instruction_id = uuid4()
    async with database.transaction() as transaction:
        entry_instruction.put(
            transaction,
            instruction_id,
            entry_id,
            kind,
            shares=shares,
            reason="не тот счёт",
            by="kuznetsova",
            at=NOW,
        )
    return EntryInstruction(str(instruction_id), str(entry_id), NOW)


async def undone(database: Database, steps: MoneyActivities, entry_id: UUID) -> EntrySettled:
    return await steps.settle(await said(database, entry_id, InstructionKind.UNDO))


async def test_a_term_that_has_not_begun_is_left_to_its_case(
    database: Database, books: RenewalBooks, money: IncomingMoney, steps: MoneyActivities
) -> None:
    walk = (await opened(database, books, ends_on=TODAY + timedelta(days=9))).on(TODAY)
    entry = await paid(walk, money, steps)
    assert await undone(database, steps, entry) == EntrySettled()
    assert stopped_on(books, walk.number) is None
    assert (await walk.looked()).status is RenewalStatus.AWAITING_PAYMENT


async def test_a_term_that_runs_is_stopped_and_its_case_closes(
    database: Database, books: RenewalBooks, money: IncomingMoney, steps: MoneyActivities
) -> None:
    walk = (await opened(database, books, ends_on=None)).on(TODAY)
    entry = await paid(walk, money, steps)
    begun = await walk.begun()
    assert begun.next_term is not None
    request = next_request(walk.request, begun.next_term)
    watched = await RenewalActivities(database).open(RenewalOpening(request, walk.at))
    watching = RenewalWalk(database, books, request, watched, walk.at)
    assert await undone(database, steps, entry) == EntrySettled()
    assert stopped_on(books, walk.number) == TODAY
    news = books.rows("SELECT FROM recheck_outbox WHERE renewal_id = %(id)s", id=request.renewal_id)
    assert len(news) == 1
    assert (await watching.looked()).status is RenewalStatus.CLOSED


async def test_a_term_that_is_over_keeps_its_money(
    database: Database, books: RenewalBooks, money: IncomingMoney, steps: MoneyActivities
) -> None:
    walk = (await opened(database, books, ends_on=None)).on(TODAY - timedelta(days=500))
    entry = await paid(walk, money, steps)
    await walk.begun()
    assert (await undone(database, steps, entry)).refusal == "term_served"
    assert money.paid(walk.number) == PRICE_KOPECKS


async def test_of_two_people_at_once_one_is_carried_out(
    database: Database, money: IncomingMoney, steps: MoneyActivities
) -> None:
    numbers = money.invoice(), money.invoice()
    entry = money.entry("Без номера", PRICE_KOPECKS)
    kind = InstructionKind.ALLOCATE
    words = [await said(database, entry, kind, Share(one, PRICE_KOPECKS)) for one in numbers]
    settled = await asyncio.gather(*map(steps.settle, words))
    assert sorted(one.refusal or "" for one in settled) == ["", "bank_entry_matched"]
    assert sum(money.paid(number) for number in numbers) == PRICE_KOPECKS


def stopped_on(books: RenewalBooks, number: str) -> date | None:
    row = books.row("SELECT stopped_on FROM terms WHERE invoice_number = %(n)s", n=number)
    day: date | None = row.stopped_on
    return day
