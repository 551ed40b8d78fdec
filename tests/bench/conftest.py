"""One stack for everything that is counted."""

import asyncio
import io
from collections.abc import AsyncIterator

import pytest_asyncio

from bench.fixture import Fixture, load_fixture
from bench.run import SAMPLE_RUN, SAMPLES
from simulation.terminal import Terminal
from stack.embedded import Stack
from workflows.behind import BEHIND_SCHEDULE_ID
from workflows.collections_round import COLLECTIONS_SCHEDULE_ID

SINGLE_ORDER = 1
WAITING = 3
"""Cases that are opened and stay open."""
MEDDLING = (BEHIND_SCHEDULE_ID, COLLECTIONS_SCHEDULE_ID)
"""Schedules whose rounds signal a case that a busy machine lists late, and begin the case of a debt
at the full hour.
"""


@pytest_asyncio.fixture(scope="session")
async def here() -> AsyncIterator[Fixture]:
    """A stack with an invoice for each refund that is played here."""
    stack = Stack.fresh()
    await asyncio.to_thread(stack.__enter__)
    paid = {"invoices": SAMPLES, "transferred": SAMPLE_RUN + SINGLE_ORDER + WAITING}
    try:
        silent = Terminal(io.StringIO())
        async with load_fixture(stack, silent, **paid) as loaded:
            for rounds in MEDDLING:
                await loaded.client.get_schedule_handle(rounds).pause()
            yield loaded
    finally:
        await asyncio.to_thread(stack.__exit__, None, None, None)
