"""The base of every case: waits with reminders, steps with retries, and the operator when a step
fails.

It knows no process: what differs is a method that the process's class overrides.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from temporalio import workflow
from temporalio.common import SearchAttributeKey, SearchAttributePair, TypedSearchAttributes
from temporalio.exceptions import (
    ApplicationError,
    FailureError,
    is_cancelled_exception,
)

from workflows.case.resolution import (
    CaseAborted,
    FailedStep,
    Resolution,
    ResolutionAction,
    RetryRequest,
)
from workflows.case.retries import DATABASE, LOCAL

with workflow.unsafe.imports_passed_through():
    from activities.case.operators import OperatorActivities
    from domain.access.roles import Role
    from domain.case.recheck import CASE_CHANGES
    from domain.case.waiting import OPERATOR_WAIT, Reminder, Wait, next_moment
    from domain.notification.notification import StepFailure
    from texts import translate

CASE_STATUS = SearchAttributeKey.for_keyword("CaseStatus")
WAITING_FOR = SearchAttributeKey.for_keyword("WaitingFor")
WAIT_UNTIL = SearchAttributeKey.for_datetime("WaitUntil")
NEEDS_OPERATOR = SearchAttributeKey.for_bool("NeedsOperator")
CHANGES = SearchAttributeKey.for_int(CASE_CHANGES)
SEARCH_ATTRIBUTES = (CASE_STATUS, WAITING_FOR, WAIT_UNTIL, NEEDS_OPERATOR, CHANGES)

FAILURE_LENGTH = 300
"""Characters of a failure that are shown."""
FORETOLD_WITHIN = timedelta(minutes=1)
"""How far the end of a first wait may be from what whoever started the case foretold."""


class Case:
    """What all cases have in common. A subclass describes itself for the Web UI in `_lines`."""

    _aborting: str | None = None
    """The key of the text that says what giving a step up leads to."""
    _tried_again_after = OPERATOR_WAIT
    """When a step that waits for the operator is tried again by itself."""

    def __init__(self) -> None:
        self._failure: str | None = None
        self._failed_step: str | None = None
        self._failed_at: datetime | None = None
        self._resolution: Resolution | None = None
        # Of a run that goes on from another, which has told the operators, it is true.
        self._needs_operator = workflow.info().typed_search_attributes.get(NEEDS_OPERATOR) is True
        self._calendar_changed = False
        self._reminders = 0
        self._shows_status = False

    @workflow.update(
        name="resolve_failed_step",
        description="retry | abort of the step that waits for the operator; by, reason",
    )
    def resolve_failed_step(self, resolution: Resolution) -> None:
        """Takes the operator's decision about the step that waits for it."""
        self._resolution = resolution

    @resolve_failed_step.validator
    def _check_resolution(self, resolution: Resolution) -> None:
        if self._failed_step is None or self._resolution is not None:
            raise ApplicationError("no step waits for the operator", type="no_failed_step")
        if not resolution.by.strip():
            raise ApplicationError("say who decides: by", type="by_missing")
        if resolution.action is ResolutionAction.ABORT and not self._may_abort():
            raise ApplicationError("money may be on its way: retry", type="not_abortable")

    @workflow.signal(name="retry_failed_step", description="retry what waits for the operator; by")
    def retry_failed_step(self, request: RetryRequest) -> None:
        """Retries the failed step; changes nothing when none waits."""
        if self._failed_step is not None and self._resolution is None:
            self._resolution = Resolution(ResolutionAction.RETRY, request.by)

    @workflow.query(name="failed_step", description="the step that waits for the operator, if any")
    def failed_step(self) -> FailedStep | None:
        """The step that waits for the operator's decision; None where none does."""
        if self._failed_step is None or self._failed_at is None or self._resolution is not None:
            return None
        return FailedStep(
            self._failed_step,
            self._failure or "",
            self._failed_at,
            self._failed_at + self._tried_again_after,
            self._more_ways(),
        )

    async def _store(self, step: Callable[..., Any], argument: Any, summary: str) -> Any:
        """Runs a database step: first as a local activity, and as a visible activity with longer
        retries when that fails.

        An update reaches the history only when its workflow task ends, and the step may be stored
        before that: a server and a worker that die in between forget the update. A step that an
        update asked for must be one whose repeat answers where the case is, of a case that a
        `recheck` catches up (`activities/case/behind.py`).
        """
        try:
            return await workflow.execute_local_activity_method(
                step, argument, summary=summary, **LOCAL
            )
        except FailureError as error:
            if is_cancelled_exception(error):
                raise
        return await self._step(step, argument, summary, DATABASE)

    async def _try(self, step: Callable[..., Any], argument: Any, summary: str) -> None:
        """Runs a database step whose failure does not stop the case, such as a reminder."""
        try:
            await workflow.execute_local_activity_method(step, argument, summary=summary, **LOCAL)
        except FailureError as error:
            if is_cancelled_exception(error):
                raise
            workflow.logger.warning("case.step_left_out", extra={"step": summary})

    async def _step(
        self, step: Callable[..., Any], argument: Any, summary: str, options: dict[str, Any]
    ) -> Any:
        """Runs a step with bounded retries, again each time the operator decides to retry."""
        failed_before = False
        while True:
            try:
                return await workflow.execute_activity_method(
                    step, argument, summary=summary, **options
                )
            except FailureError as error:
                if is_cancelled_exception(error):
                    raise
                await self._ask_operator(summary, failure_of(error), mail=not failed_before)
                failed_before = True

    async def _ask_operator(self, step: str, failure: str, *, mail: bool = True) -> None:
        """Waits for the operator's decision, or a day; raises `CaseAborted` when the step is given
        up. `mail`: no letter has notified the operators of this failure yet.
        """
        self._failed_step, self._failure, self._resolution = step, failure, None
        self._failed_at = workflow.now()
        self._show_operator(needed=True)
        if mail:
            await self._mail_operator(step, failure)
        try:
            await workflow.wait_condition(
                lambda: self._resolution is not None,
                timeout=self._tried_again_after,
                timeout_summary=translate("ui.timer.operator"),
            )
        except TimeoutError:
            workflow.logger.info("case.step_retried_by_itself")
        resolution, self._failed_step, self._resolution = self._resolution, None, None
        self._show_operator(needed=False)
        if resolution is not None and resolution.action is ResolutionAction.ABORT:
            raise CaseAborted(resolution.by)

    def _unask_operator(self) -> None:
        """Nobody decides any longer about a step that was stopped."""
        if self._failed_step is not None:
            self._failed_step, self._resolution = None, None
            self._show_operator(needed=False)

    async def _mail_operator(self, step: str, failure: str) -> None:
        """Sends the letter unless the database is what failed; the search attribute is set either
        way.
        """
        kind = failure.partition(":")[0]
        failed = StepFailure(workflow.info().workflow_id, step, kind, workflow.now())
        await self._try(OperatorActivities.notify, failed, translate("ui.step.tell_operator"))

    async def _wait_for(
        self, heard: Callable[[], bool], wait_now: Callable[[], Wait], summary: str
    ) -> None:
        """Waits, with reminders and an escalation, until a decision or signal arrives or the wait
        ends.

        `wait_now` returns the current wait: a change of the calendar may move it.
        """
        reminded_at = workflow.now()
        while not await self._is_done(heard, wait_now):
            wait = wait_now()
            at = self._next_moment(wait, reminded_at)
            try:
                await workflow.wait_condition(
                    lambda: heard() or self._calendar_changed,
                    timeout=max(at - workflow.now(), timedelta(0)),
                    timeout_summary=summary,
                )
            except TimeoutError:
                reminded_at = workflow.now()
                if not (heard() or self._is_over(wait)):
                    await self._remind(wait, at)

    async def _is_done(self, heard: Callable[[], bool], wait_now: Callable[[], Wait]) -> bool:
        """Whether the waiting is over; a changed calendar alone never ends a wait."""
        if self._calendar_changed:
            self._calendar_changed = False
            await self._move_deadline()
        return heard() or self._is_over(wait_now())

    async def _remind(self, wait: Wait, at: datetime) -> None:
        """Sends a reminder or an escalation; the end of a wait for our own people makes it an
        operator's task.
        """
        self._reminders += 1
        reminder = self._reminder_of(wait, escalate=at not in wait.remind_at)
        await self._try(self._reminding(), reminder, translate("ui.step.remind"))
        if at >= wait.until:
            self._show_operator(needed=True)

    def _next_moment(self, wait: Wait, after: datetime) -> datetime:
        """When to look at a wait next; a process may add moments of its own."""
        return next_moment(wait, after)

    def _is_over(self, wait: Wait) -> bool:
        return self._ends_by_itself(wait) and workflow.now() >= wait.until

    def _ends_by_itself(self, wait: Wait) -> bool:
        return wait.ends_in is not None

    async def _move_deadline(self) -> None:
        """Recomputes the open wait; without deadlines in bank days there is nothing to move."""

    def _reminding(self) -> Callable[..., Any]:
        """The step that sends reminders and escalations."""
        raise NotImplementedError

    def _reminder_of(self, wait: Wait, *, escalate: bool) -> Reminder:
        """The argument of that step."""
        raise NotImplementedError

    def _show_operator(self, *, needed: bool) -> None:
        self._needs_operator = needed
        attributes: list[Any] = [NEEDS_OPERATOR.value_set(needed)]
        if not self._shows_status:
            attributes += self._stuck_attributes() if needed else _NOT_STUCK
        workflow.upsert_search_attributes(attributes)
        self._show_details()

    def _stuck_attributes(self) -> list[Any]:
        """The search attributes of a case that waits for the operator."""
        return [
            WAITING_FOR.value_set(Role.OPERATOR),
            WAIT_UNTIL.value_set(workflow.now() + self._tried_again_after),
        ]

    def _show(
        self,
        status: str,
        waiting_for: Role | None,
        until: datetime | None,
        changes: int | None = None,
    ) -> None:
        """Sets a status's search attributes, in one upsert, and the details in the Web UI; whoever
        started the case may have foretold them.
        """
        is_first, self._shows_status = not self._shows_status, True
        if is_first and _is_foretold(status, waiting_for, until, changes):
            self._show_details()
            return
        attributes = [
            CASE_STATUS.value_set(status),
            _set_or_unset(WAITING_FOR, waiting_for),
            _set_or_unset(WAIT_UNTIL, until),
        ]
        if changes is not None:
            attributes.append(CHANGES.value_set(changes))
        if self._needs_operator:
            self._needs_operator = False
            attributes.append(NEEDS_OPERATOR.value_set(False))
        workflow.upsert_search_attributes(attributes)
        self._show_details()

    def _show_details(self) -> None:
        """Sets the details in the Web UI: the case's own lines, and while a failed step waits for
        the operator, the failure and the allowed actions.
        """
        lines = self._lines()
        if self._failure is not None and self._failed_step is not None:
            lines.append(translate("ui.failure", step=self._failed_step, failure=self._failure))
            lines += map(translate, ["ui.can_do", *self._more_ways()])
        workflow.set_current_details("\n\n".join(lines))

    def _lines(self) -> list[str]:
        """The case's own part of the details: paragraphs of Markdown."""
        raise NotImplementedError

    def _more_ways(self) -> list[str]:
        """Keys of texts: what the operator may do about the failed step besides a retry."""
        return [self._aborting] if self._aborting is not None and self._may_abort() else []

    def _may_abort(self) -> bool:
        """Whether the failed step can be given up without losing money."""
        return False


_NOT_STUCK = [key.value_unset() for key in (CASE_STATUS, WAITING_FOR, WAIT_UNTIL)]


def foretold(
    status: str, waiting_for: Role, until: datetime, changes: int
) -> TypedSearchAttributes:
    """What a case shows first, as search attributes to start it with."""
    return TypedSearchAttributes(
        [
            SearchAttributePair(CASE_STATUS, status),
            SearchAttributePair(WAITING_FOR, waiting_for),
            SearchAttributePair(WAIT_UNTIL, until),
            SearchAttributePair(CHANGES, changes),
        ]
    )


def _is_foretold(
    status: str, waiting_for: Role | None, until: datetime | None, changes: int | None
) -> bool:
    """Whether the case shows all of this already, its last instant nearly."""
    shown = workflow.info().typed_search_attributes
    known = (shown.get(CASE_STATUS), shown.get(WAITING_FOR), shown.get(CHANGES))
    if until is None or known != (status, waiting_for, changes):
        return False
    shown_until = shown.get(WAIT_UNTIL)
    return shown_until is not None and abs(shown_until - until) < FORETOLD_WITHIN


def _set_or_unset(key: SearchAttributeKey[Any], value: Any) -> Any:
    return key.value_unset() if value is None else key.value_set(value)


def failure_of(error: FailureError) -> str:
    """The failure as text: the type and message of the innermost cause."""
    cause: BaseException | None = error
    while isinstance(cause, FailureError) and cause.cause is not None:
        cause = cause.cause
    text = cause.message if isinstance(cause, ApplicationError) else str(cause or error)
    kind = f"{cause.type}: " if isinstance(cause, ApplicationError) and cause.type else ""
    return f"{kind}{text}"[:FAILURE_LENGTH]
