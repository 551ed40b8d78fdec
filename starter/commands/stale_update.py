"""Repeats an update while the case's worker has not yet replayed the last stored step."""

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Protocol, TypeVar

from db.query import Query
from starter.commands.refusal import Refusal, unavailable
from starter.commands.services import Services
from workflows.case.command import RECHECK

BEHIND_SECONDS = 5.0
"""How long a command waits for a case to hear of its own last step; then the caller repeats."""
BEHIND_PAUSE_SECONDS = 0.1

Answer = TypeVar("Answer")


class Versioned(Protocol):
    """A case's row: `version` is the number of its last change."""

    @property
    def version(self) -> int: ...


async def asked_until_heard(
    services: Services, case_id: str, head: Query[Versioned], ask: Callable[[], Awaitable[Answer]]
) -> Answer:
    """The answer of a case once its status is current; `ask` must be safe to repeat.

    A case whose worker died, or whose run was reset, refuses by a state before its last change.
    `head` reads its row: while that has more changes than the case knew of, the update is repeated,
    after one signal that makes the case read the row. What a case refuses after it has taken the
    command is its answer, whatever its status becomes.
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


async def _is_behind(services: Services, head: Query[Versioned], refusal: Refusal) -> bool:
    """Whether a case refuses by fewer changes than the database has of it."""
    if refusal.known_changes is None:
        return False
    (rows,) = await services.database.read(head)
    return any(row.version > refusal.known_changes for row in rows)
