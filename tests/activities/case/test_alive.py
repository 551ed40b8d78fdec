"""A step that waits for the outside is heard of for as long as it waits, and no longer."""

import asyncio

import pytest
from temporalio.testing import ActivityEnvironment

from activities.case.alive import SIGN_OF_LIFE_SECONDS, alive
from workflows.case.retries import OUTSIDE

SOON = 0.001
ENOUGH = 3


async def test_heartbeats_go_on_while_the_step_waits_and_end_with_it() -> None:
    environment, heard, enough = ActivityEnvironment(), 0, asyncio.Event()

    def hear(*_: object) -> None:
        nonlocal heard
        heard += 1
        if heard == ENOUGH:
            enough.set()

    async def waiting() -> None:
        async with alive(SOON):
            await enough.wait()

    environment.on_heartbeat = hear
    await environment.run(waiting)
    at_the_end = heard
    await asyncio.sleep(ENOUGH * SOON)
    assert heard == at_the_end >= ENOUGH


async def test_heartbeats_end_with_a_step_that_fails() -> None:
    environment, heard = ActivityEnvironment(), 0

    def hear(*_: object) -> None:
        nonlocal heard
        heard += 1

    async def failing() -> None:
        async with alive(SOON):
            await asyncio.sleep(0)
            raise ConnectionError

    environment.on_heartbeat = hear
    with pytest.raises(ConnectionError):
        await environment.run(failing)
    at_the_end = heard
    await asyncio.sleep(ENOUGH * SOON)
    assert heard == at_the_end


def test_several_heartbeats_may_be_lost_before_a_try_is_given_to_another_worker() -> None:
    assert OUTSIDE["heartbeat_timeout"].total_seconds() >= ENOUGH * SIGN_OF_LIFE_SECONDS
