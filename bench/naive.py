"""A naive refund: every step a regular activity, in the default sandbox."""

from datetime import timedelta
from typing import Any

from temporalio import workflow

PERSON_WAIT = timedelta(days=30)
CREDIT_WAIT = timedelta(days=14)
OPTIONS: dict[str, Any] = {
    "start_to_close_timeout": timedelta(seconds=15),
    "result_type": str,
}
NAIVE_STEPS = (
    "naive.open",
    "naive.sign",
    "naive.accept",
    "naive.pay",
    "naive.complete",
    "naive.close",
)
"""Six steps; named, not imported: SQLAlchemy in the sandbox would cost half a second a case."""


@workflow.defn(name="bench-naive")
class NaiveWorkflow:
    """The updates and waits of a refund around six regular activities."""

    @workflow.init
    def __init__(self, case_id: str) -> None:
        self._case_id = case_id
        self._status = ""
        self._heard: str | None = None

    @workflow.run
    async def run(self, case_id: str) -> str:
        """Opened, signed, accepted, paid, completed, closed."""
        await self._step("naive.open")
        await self._decided("naive.sign")
        await self._decided("naive.accept")
        await self._step("naive.pay")
        await self._step("naive.complete")
        await self._hear(CREDIT_WAIT)
        await self._step("naive.close")
        await workflow.wait_condition(workflow.all_handlers_finished)
        return self._status

    @workflow.update(name="ask")
    async def ask(self, case_id: str) -> str:
        """Answers once the case is open."""
        await workflow.wait_condition(lambda: bool(self._status))
        return self._status

    @workflow.update(name="sign")
    async def sign(self, decision: str) -> str:
        """The client's word."""
        return await self._take(decision)

    @workflow.update(name="accept")
    async def accept(self, decision: str) -> str:
        """The specialist's word."""
        return await self._take(decision)

    async def _take(self, decision: str) -> str:
        self._heard = decision
        await workflow.wait_condition(lambda: self._heard is None)
        return self._status

    async def _decided(self, step: str) -> None:
        await self._hear(PERSON_WAIT)
        await self._step(step)
        self._heard = None

    async def _hear(self, at_most: timedelta) -> None:
        try:
            await workflow.wait_condition(lambda: self._heard is not None, timeout=at_most)
        except TimeoutError:
            return

    async def _step(self, step: str) -> None:
        self._status = await workflow.execute_activity(step, self._case_id, **OPTIONS)
