"""One stack for everything that is counted."""

import asyncio
import io
from collections.abc import AsyncIterator

import pytest_asyncio

from bench.fixture import Fixture, load_fixture
from bench.run import SAMPLE_RUN, SAMPLES
from simulation.terminal import Terminal
from stack.embedded import Stack

SINGLE_ORDER = 1
WAITING = 3
"""Cases that are opened and stay open."""


@pytest_asyncio.fixture(scope="package")
async def here() -> AsyncIterator[Fixture]:
    """A stack with an invoice for each refund that is played here."""
    stack = Stack.fresh()
    await asyncio.to_thread(stack.__enter__)
    paid = {"invoices": SAMPLES, "transferred": SAMPLE_RUN + SINGLE_ORDER + WAITING}
    try:
        silent = Terminal(io.StringIO())
        async with load_fixture(stack, silent, **paid) as loaded:
            await loaded.without_rounds()
            yield loaded
    finally:
        await asyncio.to_thread(stack.__exit__, None, None, None)
