"""The heartbeat of a step that waits for the outside."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from temporalio import activity

SIGN_OF_LIFE_SECONDS = 5.0
"""Between two heartbeats: a quarter of the time after which a silent try is another worker's."""


@asynccontextmanager
async def alive(every_seconds: float = SIGN_OF_LIFE_SECONDS) -> AsyncIterator[None]:
    """While it lasts the server hears of this try every few seconds; when the worker dies, it hears
    nothing, and another worker takes over without waiting for the whole time of a try.
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
