"""The heartbeat of a step that waits for another system."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from temporalio import activity

SIGN_OF_LIFE_SECONDS = 5.0
"""Between two heartbeats: a quarter of the time after which a silent try is another worker's."""


@asynccontextmanager
async def alive(every_seconds: float = SIGN_OF_LIFE_SECONDS) -> AsyncIterator[None]:
    """Heartbeats every few seconds while the block runs. When the worker dies, the server notices
    by the missing heartbeat and retries on another worker before the step's time-out.
    """
    heartbeats = asyncio.create_task(_heartbeat(every_seconds))
    try:
        yield
    finally:
        heartbeats.cancel()
        await asyncio.gather(heartbeats, return_exceptions=True)


async def _heartbeat(every_seconds: float) -> None:
    while True:
        activity.heartbeat()
        await asyncio.sleep(every_seconds)
