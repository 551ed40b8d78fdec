"""The check of the books over the days of terms: silent, and it names every broken invariant."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
import pytest_asyncio

from db.database import Database
from db.invariants import differences
from db.invariants.terms import TERM_INVARIANTS
from tests.activities.renewal_walk import opened
from tests.renewal_books import RenewalBooks
from tests.starter.broken_invariants import Break, behind_the_back

TODAY = datetime.now(UTC).date()

STANDS = "UPDATE terms SET stopped_on = NULL, stop_reason = NULL, withdrawn_at = NULL"

BREAKS = [
    Break(
        "a term that was sold has its order's months, by the anchor of its chain",
        "UPDATE terms SET ends_on = ends_on + 1",
        "UPDATE terms SET ends_on = ends_on - 1",
    ),
    Break(
        "what was paid for a term has made it, or went back",
        "UPDATE terms SET stopped_on = starts_on, stop_reason = 'unpaid'",
        STANDS,
    ),
    Break(
        "a term loses the days that were signed for, and no other",
        "UPDATE terms SET stopped_on = ends_on, stop_reason = 'refunded'",
        STANDS,
    ),
    Break(
        "a case has sold a term that stands",
        "UPDATE terms SET withdrawn_at = now() - interval '2 hours'",
        STANDS,
    ),
]


@pytest_asyncio.fixture(scope="module", autouse=True)
async def played(books: RenewalBooks, database: Database) -> AsyncIterator[None]:
    """A first term that has begun."""
    walk = (await opened(database, books, ends_on=None)).on(TODAY)
    await walk.ordered()
    walk.paid()
    await walk.looked()
    await walk.followed()
    behind_the_back(books, "DELETE FROM recheck_outbox")
    behind_the_back(books, "UPDATE payments SET created_at = now() - interval '1 day'")
    yield


async def broken(database: Database) -> set[str]:
    return {difference.invariant async for difference in differences(database)}


async def test_terms_that_were_sold_leave_the_books_right(database: Database) -> None:
    assert await broken(database) & {invariant.name for invariant in TERM_INVARIANTS} == set()


def test_every_truth_of_terms_is_broken_here() -> None:
    assert {one.invariant for one in BREAKS} == {invariant.name for invariant in TERM_INVARIANTS}


@pytest.mark.parametrize("one", BREAKS, ids=lambda one: one.invariant)
async def test_a_broken_truth_is_named(database: Database, books: RenewalBooks, one: Break) -> None:
    before = await broken(database)
    behind_the_back(books, one.spoil)
    found = await broken(database)
    behind_the_back(books, one.mend)
    assert one.invariant in found - before
    assert await broken(database) == before
