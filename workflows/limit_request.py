"""A request for a higher limit: specialists are notified, one answers, the client is notified."""

from collections.abc import Callable
from typing import Any

from temporalio import workflow
from temporalio.exceptions import ApplicationError

from workflows.case.kernel import Case
from workflows.case.retries import DATABASE
from workflows.case.waits import waiting_line

with workflow.unsafe.imports_passed_through():
    from activities.subscription.limit_request import LimitRequestActivities
    from domain.case.waiting import Reminder, Wait
    from domain.subscription.limit_request import (
        LimitAnswer,
        LimitOpening,
        LimitRequest,
        LimitRequestStatus,
        LimitState,
        limit_request_workflow_id,
    )
    from texts import translate

ANSWERED = "limit_request_answered"
"""Why a second answer is refused (`error.limit_request_answered`)."""


@workflow.defn(name="limit-request")
class LimitRequestWorkflow(Case):
    """One request for a higher limit."""

    @workflow.init
    def __init__(self, request: LimitRequest) -> None:
        super().__init__()
        self._request = request
        self._state: LimitState | None = None
        self._heard: str | None = None

    @workflow.run
    async def run(self, request: LimitRequest) -> LimitState:
        """Waits for a specialist without an end; a long wait is escalated to the operator."""
        await self._opened()
        while self._waits:
            await self._wait_for(
                lambda: self._heard is not None,
                lambda: self._wait,
                translate("ui.timer.limit_request"),
            )
            await self._answered()
        await workflow.wait_condition(workflow.all_handlers_finished)
        return self._result

    async def _opened(self) -> None:
        opening = LimitOpening(self._request.request_id, workflow.now())
        self._transition(
            await self._store(
                LimitRequestActivities.open, opening, translate("ui.step.open_limit_request")
            )
        )

    async def _answered(self) -> None:
        answer = LimitAnswer(self._request.request_id, self._answer_id, workflow.now())
        self._transition(
            # The answer came by an update, and nothing makes this case look again: see `_store`.
            await self._step(
                LimitRequestActivities.answer,
                answer,
                translate("ui.step.answer_limit_request"),
                DATABASE,
            )
        )

    @workflow.update(name="ask", description="the request that opens the case")
    async def ask(self) -> LimitState:
        """Returns the opened case."""
        await workflow.wait_condition(lambda: self._state is not None)
        return self._result

    @workflow.update(name="answer", description="a specialist's answer; the id of its row")
    async def answer(self, answer_id: str) -> LimitState:
        """Takes the specialist's answer."""
        self._heard = answer_id
        await workflow.wait_condition(lambda: self._state is not None and not self._waits)
        return self._result

    @answer.validator
    def _check_answer(self, answer_id: str) -> None:
        """Refuses a second answer."""
        if self._heard is not None or (self._state is not None and not self._waits):
            raise ApplicationError("it is answered already", type=ANSWERED)

    @property
    def _answer_id(self) -> str:
        if self._heard is None:
            raise RuntimeError("nobody has answered yet")
        return self._heard

    @property
    def _result(self) -> LimitState:
        if self._state is None:
            raise RuntimeError("the case has not been opened yet")
        return self._state

    @property
    def _waits(self) -> bool:
        return self._result.status is LimitRequestStatus.AWAITING_ANSWER

    @property
    def _wait(self) -> Wait:
        if self._result.wait is None:
            raise RuntimeError("nobody is waited for")
        return self._result.wait

    def _transition(self, state: LimitState) -> None:
        self._state = state
        wait = state.wait
        self._show(state.status, wait.waiting_for if wait else None, wait.until if wait else None)

    def _reminding(self) -> Callable[..., Any]:
        return LimitRequestActivities.remind

    def _reminder_of(self, wait: Wait, *, escalate: bool) -> Reminder:
        return Reminder(
            limit_request_workflow_id(self._request.request_id),
            f"reminder-{self._reminders}",
            workflow.now(),
            wait.waiting_for,
            wait.until,
            escalate,
        )

    def _lines(self) -> list[str]:
        status = LimitRequestStatus.AWAITING_ANSWER if self._state is None else self._state.status
        title = f"### {translate(f'limit_request.status.{status}')}"
        return [title, *waiting_line(self._state.wait if self._state else None)]
