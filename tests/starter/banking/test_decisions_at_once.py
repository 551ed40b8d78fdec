"""Two accountants decide about one entry in one moment: one decision, and one payout hears it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import httpx2
import psycopg
import pytest

from domain.access.roles import Role
from tests.books import LICENCE_KOPECKS
from tests.starter.banking.statement_of import Moved, statement
from tests.starter.bookkeeping import Bookkeeping
from tests.starter.refund.shop import PATIENCE_SECONDS, Person, code_of

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


async def answered(person: Person, path: str, body: dict[str, Any]) -> httpx2.Response:
    """The final answer to a command: repeated with its key while nobody knows the outcome."""
    key = uuid4().hex
    while (answer := await person.post(path, body, key=key)).status_code == 202:
        await asyncio.sleep(0.05)
    return answer


@pytest.mark.parametrize("first", [0, 1], ids=["first", "second"])
async def test_two_decisions_about_one_entry(bookkeeping: Bookkeeping, first: int) -> None:
    """Whoever has locked the entry first; the other hears that it is matched, and the payout that
    the other named is not told that it is paid.
    """
    cases = [await bookkeeping.paying(), await bookkeeping.paying()]
    await bookkeeping.handed_over()
    path = await unclear_debit(bookkeeping, f"66{first}-Б")
    people = [bookkeeping.person(Role.ACCOUNTANT, f"accountant-{one}") for one in (1, 2)]

    def decided(which: int) -> "asyncio.Task[httpx2.Response]":
        body = {"as": "payout", "case_id": cases[which], "attempt": 1, "reason": "похоже"}
        return asyncio.create_task(answered(people[which], f"{path}/decision", body))

    second = 1 - first
    async with held(bookkeeping, path.rpartition("/")[2]) as connection:
        winner = decided(first)
        await waiting_for_the_entry(bookkeeping, 1)
        loser = decided(second)
        await waiting_for_the_entry(bookkeeping, 2)
        connection.commit()
        won, lost = await winner, await loser
    assert (won.status_code, won.json()["refund_id"]) == (200, cases[first])
    assert (lost.status_code, code_of(lost)) == (409, "bank_entry_matched")
    await bookkeeping.status(cases[first], "completed")
    await bookkeeping.payout(cases[second], 1, "sent")


async def test_a_decision_and_the_matching_of_an_import_in_one_moment(
    bookkeeping: Bookkeeping,
) -> None:
    """The person's decision is stored; an import that comes meanwhile leaves the entry alone."""
    case_id = await bookkeeping.paying()
    await bookkeeping.handed_over()
    path = await unclear_debit(bookkeeping, "77-Б")
    body = {"as": "ignored", "reason": "не наше"}
    async with held(bookkeeping, path.rpartition("/")[2]) as connection:
        deciding = asyncio.create_task(answered(bookkeeping.accountant, f"{path}/decision", body))
        await waiting_for_the_entry(bookkeeping, 1)
        await bookkeeping.imported(statement(Moved("78-Б", LICENCE_KOPECKS)))
        connection.commit()
        answer = await deciding
    assert (answer.status_code, answer.json()["status"]) == (200, "ignored")
    await bookkeeping.payout(case_id, 1, "sent")
