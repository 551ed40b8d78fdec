"""Asking a case that may not have heard yet of what its own step has stored."""

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import TypeVar

from db.database import Query
from starter.commands.refusal import Refusal, unavailable
from starter.commands.services import Services
from workflows.case.kernel import RECHECK

BEHIND_SECONDS = 5.0
"""How long a command waits for a case to hear of its own last step; then the caller repeats."""
BEHIND_PAUSE_SECONDS = 0.1

Answer = TypeVar("Answer")


async def asked_until_heard(
    services: Services, case_id: str, head: Query, ask: Callable[[], Awaitable[Answer]]
) -> Answer:
    """What a case answers once it knows where it is; `ask` must be safe to repeat.

    A case whose worker died, or whose run was reset, refuses by the state that it knew. `head` is
    its row: where that has more changes, the case is told to look, once, and asked again. What a
    case refuses after it has taken the command is its answer, wherever it goes from there.
    """
    patient_until, is_told = monotonic() + BEHIND_SECONDS, False
    while True:
        try:
            return await ask()
        except Refusal as refusal:
            if not await _is_behind(services, head, refusal):
                raise
            if monotonic() > patient_until:
                raise unavailable("case_behind") from None
        if not is_told:
            is_told = await services.cases.signal(case_id, RECHECK)
        await asyncio.sleep(BEHIND_PAUSE_SECONDS)


async def _is_behind(services: Services, head: Query, refusal: Refusal) -> bool:
    """Whether a case refuses by fewer changes than the database has of it."""
    if refusal.known_changes is None:
        return False
    (rows,) = await services.database.read(head)
    return any(row.version > refusal.known_changes for row in rows)
