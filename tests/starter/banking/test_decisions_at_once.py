"""Two accountants decide about one entry in one moment: one decision, and one payout hears it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from activities.banking.entry_decision import EntryDecisionActivities
from db.banking import entry_decision
from domain.banking.entry_decision import (
    DecidedAs,
    DecisionRefusal,
    DecisionStored,
    EntryDecision,
    decision_workflow_id,
)
from domain.payout.payout import PayoutRequest
from tests.books import LICENCE_KOPECKS
from tests.patience import PATIENCE_SECONDS
from tests.starter.banking.statement_of import Moved, statement
from tests.starter.bookkeeping import Bookkeeping
from workflows.entry_decision import EntryDecisionWorkflow

ENTRIES = "/v1/bank-entries"


async def unclear_debit(bookkeeping: Bookkeeping, number: str) -> str:
    """A debit of the sum of every payout here, whose number names no order; its path."""
    found = await bookkeeping.imported(statement(Moved(number, LICENCE_KOPECKS)))
    answer = await bookkeeping.accountant.get(ENTRIES, statement_id=found["id"])
    (entry,) = answer.json()["items"]
    assert entry["status"] == "unmatched"
    return f"{ENTRIES}/{entry['id']}"


@asynccontextmanager
async def held(bookkeeping: Bookkeeping, entry_id: str) -> AsyncIterator[psycopg.Connection[Any]]:
    """The entry locked by somebody else's transaction."""
    connection = psycopg.connect(bookkeeping.books.connection.info.dsn)
    try:
        connection.execute("SELECT FROM bank_entries WHERE id = %s FOR UPDATE", [entry_id])
        yield connection
    finally:
        connection.close()


async def waiting_for_the_entry(bookkeeping: Bookkeeping, how_many: int) -> None:
    sql = (
        "SELECT count(*) AS n FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    async with asyncio.timeout(PATIENCE_SECONDS):
        while bookkeeping.books.row(sql).n != how_many:  # noqa: ASYNC110 - the server counts
            await asyncio.sleep(0.05)


async def put_down(
    bookkeeping: Bookkeeping, entry_id: str, named: PayoutRequest, by: str
) -> EntryDecision:
    """An accountant's decision as its command keeps it, before its process carries it out."""
    decision_id = uuid4()
    async with bookkeeping.database.transaction() as transaction:
        entry_decision.put(
            transaction,
            decision_id,
            UUID(entry_id),
            DecidedAs.PAYOUT,
            named,
            reason="похоже",
            by=by,
            at=datetime.now(UTC),
        )
    return EntryDecision(str(decision_id), entry_id, DecidedAs.PAYOUT)


@pytest.mark.parametrize("first", [0, 1], ids=["first", "second"])
async def test_two_decisions_about_one_entry(bookkeeping: Bookkeeping, first: int) -> None:
    """Whoever has locked the entry first; the other hears that it is matched, and the payout that
    the other named is not told that it is paid.
    """
    cases = [await bookkeeping.paying(), await bookkeeping.paying()]
    await bookkeeping.handed_over()
    path = await unclear_debit(bookkeeping, f"66{first}-Б")
    entry_id = path.rpartition("/")[2]
    decisions = [
        await put_down(bookkeeping, entry_id, PayoutRequest(case_id, 1), f"accountant-{place}")
        for place, case_id in enumerate(cases)
    ]
    steps, second = EntryDecisionActivities(bookkeeping.database), 1 - first
    async with held(bookkeeping, entry_id) as connection:
        winner = asyncio.create_task(steps.store(decisions[first]))
        await waiting_for_the_entry(bookkeeping, 1)
        loser = asyncio.create_task(steps.store(decisions[second]))
        await waiting_for_the_entry(bookkeeping, 2)
        connection.commit()
        won, lost = await winner, await loser
    assert (won, lost) == (DecisionStored(), DecisionStored(DecisionRefusal.MATCHED))
    for decision in decisions:  # their processes find what was stored, and tell what stands
        await bookkeeping.temporal.execute_workflow(
            EntryDecisionWorkflow.run,
            decision,
            id=decision_workflow_id(decision),
            task_queue=bookkeeping.settings.task_queue,
        )
    await bookkeeping.status(cases[first], "completed")
    await bookkeeping.payout(cases[second], 1, "sent")
    entry = (await bookkeeping.accountant.get(path)).json()
    assert (entry["refund_id"], entry["decided_by"]) == (cases[first], f"accountant-{first}")
