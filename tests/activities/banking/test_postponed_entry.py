"""A postponed decision about an entry: it leaves the queue, and better evidence still wins."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from temporalio.testing import ActivityEnvironment

from activities.banking.entry_decision import EntryDecisionActivities
from activities.banking.incoming_money import MoneyActivities
from db.banking import entry_decision, entry_list
from db.banking.entry_list import EntryFilter
from db.case.desk_work import waiting_work
from db.database import Database
from domain.banking.entry_decision import (
    DecidedAs,
    DecisionRefusal,
    DecisionStored,
    EntryDecision,
)
from domain.calendar.bank_calendar import moscow_date
from tests.books import Books
from tests.money import NO_STATEMENT, PRICE_KOPECKS, IncomingMoney
from tests.patience import PATIENCE_SECONDS

NOW = datetime.now(UTC)
SOON = timedelta(days=7)
LOCKED = (
    "SELECT count(*) AS n FROM pg_stat_activity"
    " WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


@pytest.fixture(scope="module")
def money(books: Books) -> IncomingMoney:
    return IncomingMoney(books)


@pytest.fixture
def steps(database: Database) -> EntryDecisionActivities:
    return EntryDecisionActivities(database)


async def put_down(
    database: Database,
    entry_id: UUID,
    decided_as: DecidedAs = DecidedAs.POSTPONED,
    *,
    at: datetime = NOW,
    within: timedelta | None = SOON,
) -> EntryDecision:
    decision_id = uuid4()
    async with database.transaction() as transaction:
        entry_decision.put(
            transaction,
            decision_id,
            entry_id,
            decided_as,
            None,
            reason="ждём письмо",
            by="kuznetsova",
            at=at,
            until=None if within is None else moscow_date(at) + within,
        )
    return EntryDecision(str(decision_id), str(entry_id), decided_as)


async def is_listed(database: Database, entry_id: UUID, *, postponed: bool) -> bool:
    narrowed = EntryFilter(status="unmatched", is_postponed=postponed)
    return entry_id in [row.id for row in await database.rows(entry_list.listed(narrowed, 1_000))]


async def counts(database: Database) -> tuple[int, int]:
    """Entries that wait, and those that are postponed, as the desk counts them."""
    found = {row.kind: row.waiting for row in await database.rows(waiting_work())}
    return found["entries"], found["postponed"]


@contextmanager
def held(books: Books, entry_id: UUID) -> Iterator[psycopg.Connection[Any]]:
    """The entry locked by somebody else's transaction."""
    with psycopg.connect(books.connection.info.dsn) as connection:
        connection.execute("SELECT FROM bank_entries WHERE id = %s FOR UPDATE", [entry_id])
        yield connection


async def waiting(books: Books, how_many: int) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while books.row(LOCKED).n != how_many:  # noqa: ASYNC110 - the server counts
            await asyncio.sleep(0.05)


async def test_a_postponed_entry_leaves_the_queue_for_its_own_and_is_resumed_by_hand(
    database: Database, money: IncomingMoney, steps: EntryDecisionActivities
) -> None:
    entry = money.entry("Без номера")
    before = await counts(database)
    postponing = await put_down(database, entry)
    assert await steps.store(postponing) == DecisionStored()
    assert await counts(database) == (before[0] - 1, before[1] + 1)
    assert await is_listed(database, entry, postponed=True)
    assert not await is_listed(database, entry, postponed=False)
    row = money.of(entry)
    assert (row.status, row.decided_by, row.postponed_by, row.postponed_why) == (
        "unmatched",
        None,
        "kuznetsova",
        "ждём письмо",
    )
    resuming = await put_down(database, entry, DecidedAs.RESUMED, within=None)
    assert await steps.store(resuming) == DecisionStored()
    assert await steps.store(postponing) == DecisionStored()  # a repeat that comes late
    assert await counts(database) == before
    assert await is_listed(database, entry, postponed=False)
    again = await put_down(database, entry, DecidedAs.RESUMED, within=None)
    assert await steps.store(again) == DecisionStored(DecisionRefusal.NOT_POSTPONED)
    past = await database.rows(entry_decision.of_entry(entry, 10))
    assert sorted(one.decided_as for one in past) == ["postponed", "resumed"]


async def test_an_entry_waits_again_on_its_day(
    database: Database, money: IncomingMoney, steps: EntryDecisionActivities
) -> None:
    entry = money.entry("Без номера")
    long_ago = await put_down(database, entry, at=NOW - SOON)  # until today
    await steps.store(long_ago)
    assert await is_listed(database, entry, postponed=False)
    assert not await is_listed(database, entry, postponed=True)
    await steps.store(await put_down(database, entry, within=timedelta(days=2)))
    assert await is_listed(database, entry, postponed=True)


async def test_a_postponed_entry_is_decided_directly_and_nothing_is_postponed_any_more(
    database: Database, money: IncomingMoney, steps: EntryDecisionActivities
) -> None:
    entry = money.entry("Проценты")
    await steps.store(await put_down(database, entry, within=None))
    ignoring = await put_down(database, entry, DecidedAs.IGNORED, within=None)
    assert await steps.store(ignoring) == DecisionStored()
    row = money.of(entry)
    assert (row.status, row.postponed_at, row.postponed_why) == ("ignored", None, None)
    late = await put_down(database, entry)
    assert await steps.store(late) == DecisionStored(DecisionRefusal.NOT_UNMATCHED)


@pytest.mark.parametrize("postponed_first", [True, False])
async def test_postponing_meets_an_invoice_that_the_money_is_for(
    database: Database,
    books: Books,
    money: IncomingMoney,
    steps: EntryDecisionActivities,
    postponed_first: bool,
) -> None:
    number = money.invoice()
    entry = money.entry(f"Счёт {number}")
    postponing = await put_down(database, entry)
    matching = MoneyActivities(database)

    async def postpone() -> DecisionStored:
        return await steps.store(postponing)

    async def match() -> None:
        await ActivityEnvironment().run(matching.match, NO_STATEMENT)

    order = (postpone, match) if postponed_first else (match, postpone)
    with held(books, entry) as connection:
        first = asyncio.create_task(order[0]())
        await waiting(books, 1)
        second = asyncio.create_task(order[1]())
        await waiting(books, 2)
        connection.commit()
        results = await asyncio.gather(first, second)
    stored = results[0 if postponed_first else 1]
    refusal = None if postponed_first else DecisionRefusal.MATCHED
    assert stored == DecisionStored(refusal)
    row = money.of(entry)
    assert (row.status, row.postponed_at) == ("matched", None)
    assert money.paid(number) == PRICE_KOPECKS
    past = await database.rows(entry_decision.of_entry(entry, 10))
    assert [one.decided_as for one in past] == (["postponed"] if postponed_first else [])
