"""Workflows that do nothing: an empty one, and one in the shape of a straight refund."""

from datetime import timedelta
from typing import Any

from temporalio import activity, workflow
from temporalio.common import SearchAttributeKey

CASE_STATUS = SearchAttributeKey.for_keyword("CaseStatus")
WAITING_FOR = SearchAttributeKey.for_keyword("WaitingFor")
WAIT_UNTIL = SearchAttributeKey.for_datetime("WaitUntil")

PERSON_WAIT = timedelta(days=30)
CREDIT_WAIT = timedelta(days=14)
OPTIONS: dict[str, Any] = {"start_to_close_timeout": timedelta(seconds=15)}


@activity.defn(name="bench.nothing")
async def do_nothing(change: str) -> str:
    """Stands for every step, local or regular."""
    return change


@workflow.defn(name="bench-no-op")
class NoOpWorkflow:
    """The least that a workflow can cost."""

    @workflow.run
    async def run(self, case_id: str) -> str:
        """Ends at once."""
        return case_id


@workflow.defn(name="bench-skeleton")
class SkeletonWorkflow:
    """As many updates, activities of the same kinds, upserts and timers as a refund."""

    @workflow.init
    def __init__(self, case_id: str) -> None:
        self._case_id = case_id
        self._status = "calculating"
        self._heard: str | None = None

    @workflow.run
    async def run(self, case_id: str) -> str:
        """The straight refund, step by step, without anything in it."""
        self._status = await self._stored("awaiting_statement")
        await self._hear(PERSON_WAIT)
        await self._enter("under_review", PERSON_WAIT)
        self._heard = None
        await self._hear(PERSON_WAIT)
        self._status, self._heard = await self._stored("paying"), None
        await self._stored(await workflow.execute_activity(do_nothing, "send", **OPTIONS))
        await self._enter("completed", CREDIT_WAIT)
        await self._hear(CREDIT_WAIT)
        await self._stored("completed")
        await workflow.wait_condition(workflow.all_handlers_finished)
        return self._status

    @workflow.update(name="ask")
    async def ask(self, case_id: str) -> str:
        """Answers once the case is open."""
        await workflow.wait_condition(lambda: self._status != "calculating")
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

    async def _hear(self, at_most: timedelta) -> None:
        try:
            await workflow.wait_condition(lambda: self._heard is not None, timeout=at_most)
        except TimeoutError:
            return

    async def _enter(self, status: str, wait: timedelta | None) -> None:
        self._show(await self._stored(status), wait)

    async def _stored(self, status: str) -> str:
        return await workflow.execute_local_activity(do_nothing, status, **OPTIONS)

    def _show(self, status: str, wait: timedelta | None) -> None:
        self._status = status
        until = None if wait is None else workflow.now() + wait
        workflow.upsert_search_attributes(
            [
                CASE_STATUS.value_set(status),
                WAITING_FOR.value_unset() if wait is None else WAITING_FOR.value_set("nobody"),
                WAIT_UNTIL.value_unset() if until is None else WAIT_UNTIL.value_set(until),
            ]
        )
        workflow.set_current_details(status)
