"""Sends commands to cases, and repeats an update while a case is behind its row."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

from temporalio.workflow import UpdateMethodMultiParam

from db.case.case_store import AnswerRow
from db.query import Query
from domain.case.decision import Decision
from domain.case.recheck import RECHECK
from starter.commands.refusal import LookAt, Noun, Refusal, RefusalKind, case_closed, unavailable
from starter.commands.services import Services

BEHIND_SECONDS = 5.0
"""How long a command waits for a case to know its own last step; then the caller repeats."""
BEHIND_PAUSE_SECONDS = 0.1

Answer = TypeVar("Answer")


class Versioned(Protocol):
    """A case's row: `version` is the number of its last change."""

    @property
    def version(self) -> int: ...


@dataclass(frozen=True)
class CaseClient(Generic[Answer]):
    """The cases of one process. `head` reads a case's row by its id, `version` with it; `decision`
    reads the change that a submission made, and `result_in` makes a result of what it reads.
    """

    noun: Noun
    head: Callable[[str], Query[Versioned]]
    decision: Callable[[str, UUID], Query[AnswerRow]]
    result_in: Callable[[Sequence[AnswerRow]], Answer | None]

    async def decide(
        self,
        services: Services,
        case_id: str,
        update: UpdateMethodMultiParam[[Any, Decision], Answer],
        decision: Decision,
        command_id: UUID,
    ) -> Answer:
        """Sends a command to a case that runs: who decides and the submission's id, no content.

        A case that the database has and Temporal does not has just ended (`case_closed`).
        """
        look_at = self.look_at(case_id)

        async def ask() -> Answer:
            try:
                answer: Answer = await services.cases.update(
                    case_id, update, decision, command_id, look_at=look_at
                )
            except Refusal as refusal:
                if refusal.kind is RefusalKind.NOT_FOUND:
                    raise case_closed() from None
                raise
            return answer

        return await self.until_current(services, case_id, decision, ask)

    async def until_current(
        self,
        services: Services,
        case_id: str,
        decision: Decision,
        ask: Callable[[], Awaitable[Answer]],
    ) -> Answer:
        """The answer of a case once its status is current; `ask` must be safe to repeat.

        A case whose worker died, or whose run was reset, refuses by a state before its last change.
        While its row has more changes than the case knew of, the update is repeated, after one
        signal that makes the case read the row. What a case refuses after it has taken the command
        is its answer, whatever its status becomes; but for a decision that is stored: its update
        was forgotten after its step, and its repeat came to a case that had gone on from it.
        """
        patient_until, is_told = monotonic() + BEHIND_SECONDS, False
        while True:
            try:
                return await ask()
            except Refusal as refusal:
                if not await self._is_behind(services, case_id, refusal):
                    stored = await self._stored(services, case_id, decision, refusal)
                    if stored is None:
                        raise
                    return stored
                if monotonic() > patient_until:
                    raise unavailable("case_behind") from None
            if not is_told:
                is_told = await services.cases.signal(case_id, RECHECK)
            await asyncio.sleep(BEHIND_PAUSE_SECONDS)

    def look_at(self, case_id: str) -> LookAt:
        """Where the caller looks when nobody knows the outcome."""
        return LookAt(self.noun, case_id)

    async def _stored(
        self, services: Services, case_id: str, decision: Decision, refusal: Refusal
    ) -> Answer | None:
        """What the database has of a decision that its case refuses now; None where it has none."""
        if refusal.kind is not RefusalKind.CONFLICT or decision.submission_id is None:
            return None
        (rows,) = await services.database.read(self.decision(case_id, UUID(decision.submission_id)))
        return self.result_in(rows)

    async def _is_behind(self, services: Services, case_id: str, refusal: Refusal) -> bool:
        """Whether a case refuses by fewer changes than the database has of it."""
        if refusal.known_changes is None:
            return False
        (rows,) = await services.database.read(self.head(case_id))
        return any(row.version > refusal.known_changes for row in rows)
