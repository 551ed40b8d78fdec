"""Repeats an update while the case's worker has not yet replayed the last stored step."""

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import TypeVar

from starter.commands.refusal import Refusal, unavailable

BEHIND_SECONDS = 5.0
"""How long a command waits for a case to hear of its own last step; then the caller repeats."""
BEHIND_PAUSE_SECONDS = 0.1

Answer = TypeVar("Answer")


async def asked_until_heard(
    ask: Callable[[], Awaitable[Answer]], is_behind: Callable[[Refusal], Awaitable[bool]]
) -> Answer:
    """The answer of a case once its status is current; `ask` must be safe to repeat.

    A case whose worker died refuses by its status before the crash: `is_behind` tells such a
    refusal from a valid one.
    """
    patient_until = monotonic() + BEHIND_SECONDS
    while True:
        try:
            return await ask()
        except Refusal as refusal:
            if not await is_behind(refusal):
                raise
            if monotonic() > patient_until:
                raise unavailable("no_worker") from None
        await asyncio.sleep(BEHIND_PAUSE_SECONDS)
