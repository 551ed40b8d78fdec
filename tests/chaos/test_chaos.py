"""Refunds, renewals, debts, disputes, returns and messages to support in a storm: all is killed,
the outside misbehaves, and no kopeck and no message is lost.
"""

import asyncio
import io
import os
import secrets
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bench.chaos.__main__ import report
from bench.chaos.renewal_scenarios import Course
from bench.chaos.run import Size, fresh_stack, run
from bench.chaos.storm import EVERY_ROUND
from simulation.terminal import Terminal
from stack.embedded import Stack

SEED_VARIABLE = "KOPEYKA_CHAOS_SEED"
SEEDS = 1_000_000
INVOICES = 24
RENEWALS = len(Course)
"""Each of their courses once."""
WRITERS = 50
"""To support, by three ways."""
ORDERS = 3
"""Unpaid, disputed and returned ones, of each so many; which, the seed decides."""
MIN_KILLS = 10
STORM_LIMIT_SECONDS = 35.0
LIMIT_SECONDS = 900
"""Far beyond what it takes: a slow machine is no failure, a case that stands still is one."""


@pytest_asyncio.fixture
async def stack() -> AsyncIterator[Stack]:
    """Fresh and durable, with a mail catcher that forgets nothing."""
    stack = fresh_stack()
    await asyncio.to_thread(stack.__enter__)
    try:
        yield stack
    finally:
        await asyncio.to_thread(stack.__exit__, None, None, None)


@pytest.mark.timeout(LIMIT_SECONDS)
async def test_one_debit_and_every_payment_in_its_place_whatever_dies(stack: Stack) -> None:
    seed = int(os.environ.get(SEED_VARIABLE) or secrets.randbelow(SEEDS))
    size = Size(
        INVOICES,
        seed,
        RENEWALS,
        WRITERS,
        ORDERS,
        min_kills=MIN_KILLS,
        storm_limit_seconds=STORM_LIMIT_SECONDS,
    )
    said = io.StringIO()
    outcome = await run(stack, Terminal(said), size)
    report(outcome, Terminal(said))
    print(said.getvalue())  # noqa: T201 - the seed and the figures, shown when it fails
    assert outcome.wrong == [], f"{SEED_VARIABLE}={seed} repeats it\n{said.getvalue()}"
    assert outcome.storm.kills.total() >= MIN_KILLS
    assert set(EVERY_ROUND) <= set(outcome.storm.kills)
