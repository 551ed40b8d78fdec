"""Steps that run for as long as there is work: in shifts, each begun again by a workflow
(`workflows/shifts.py`).
"""

import asyncio
from datetime import timedelta

from temporalio import activity

from db.database import Announced

SHIFT = timedelta(hours=1)
"""How long one run lasts before the workflow starts the next."""
IDLE_SECONDS = 15
"""The longest sleep between two looks at what is due; an announcement ends it earlier."""


def end_of_shift() -> float:
    """When a shift ends that begins now, by the loop's clock."""
    return asyncio.get_running_loop().time() + SHIFT.total_seconds()


def goes_on(ends_at: float) -> bool:
    """Whether the shift is neither over nor ended by a worker that stops."""
    return asyncio.get_running_loop().time() < ends_at and not activity.is_worker_shutdown()


async def woken(announced: Announced) -> bool:
    """Sleeps until something is announced, or may be due; a second at a time, so that a stopping
    worker is not delayed. Whether it was announced.
    """
    for _ in range(IDLE_SECONDS):
        if activity.is_worker_shutdown():
            return False
        if await announced(1.0):
            return True
    return False
