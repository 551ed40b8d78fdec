"""A decision is stored, and server and worker die before the history has it: nobody asks again."""

import asyncio
import io
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable

import psycopg
import pytest
import pytest_asyncio

from bench.chaos.our_books import OurBooks
from bench.chaos.run import fresh_stack
from bench.driver import acceptance_of
from bench.fixture import Fixture, load_fixture
from simulation.api_client import Request
from simulation.people import SPECIALIST
from simulation.terminal import Terminal
from tests.patience import STORY_LIMIT_SECONDS
from tests.workflows.race import kinds

LOOK_SECONDS = 0.1
LIMIT_SECONDS = STORY_LIMIT_SECONDS / 2
"""A round begins every minute; starting the processes takes the rest of a slow machine's time."""
WAITING = "SELECT FROM pg_locks WHERE NOT granted"
STATUS = "SELECT status FROM refunds WHERE id = %(id)s"


@pytest_asyncio.fixture
async def here() -> AsyncIterator[Fixture]:
    """Fresh and durable."""
    stack = fresh_stack()
    await asyncio.to_thread(stack.__enter__)
    try:
        async with load_fixture(stack, Terminal(io.StringIO()), invoices=1) as loaded:
            yield loaded
    finally:
        await asyncio.to_thread(stack.__exit__, None, None, None)


@pytest.mark.timeout(STORY_LIMIT_SECONDS)
async def test_a_decision_that_only_the_database_knows_is_carried_out_unasked(
    here: Fixture,
) -> None:
    async with here.api(here.stack.api_url) as api:
        refund_id = await here.refunds(api).signed()
        ours = OurBooks(here.stack.database_url)
        holding = await psycopg.AsyncConnection.connect(here.stack.database_url)
        async with holding:  # the acceptance waits in the middle of its step
            await holding.execute("SELECT FROM refunds WHERE id = %s FOR UPDATE", (refund_id,))
            asked = asyncio.create_task(
                api.send(SPECIALIST, Request("POST", acceptance_of(refund_id)))
            )
            await _until(lambda: _any(ours, WAITING))
            _signal(here, "api", signal.SIGKILL)  # it would repeat the update
            _signal(here, "temporal", signal.SIGSTOP)  # the server hears no more
        await _until(lambda: _is(ours, refund_id, "paying"))
        _signal(here, "worker", signal.SIGKILL)
        _signal(here, "temporal", signal.SIGKILL)
        await asyncio.gather(asked, return_exceptions=True)

        await _until(lambda: _is(ours, refund_id, "completed"))
        found = await kinds(here.client.get_workflow_handle(refund_id))
    assert found.count("WORKFLOW_EXECUTION_UPDATE_ACCEPTED") == 2  # asked and signed
    assert found.count("WORKFLOW_EXECUTION_SIGNALED") >= 1  # a slow case is signalled again
    payouts = await ours.rows("SELECT attempt, status FROM payouts")
    assert [(row.attempt, row.status) for row in payouts] == [(1, "paid")]


async def _until(question: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(LIMIT_SECONDS):
        while not await question():  # noqa: ASYNC110 - other processes answer
            await asyncio.sleep(LOOK_SECONDS)


async def _any(ours: OurBooks, query: str) -> bool:
    return bool(await ours.rows(query))


async def _is(ours: OurBooks, refund_id: str, status: str) -> bool:
    return [row.status for row in await ours.rows(STATUS, id=refund_id)] == [status]


def _signal(here: Fixture, name: str, what: signal.Signals) -> None:
    os.kill(here.stack.processes[name].pid, what)
