"""Commands of people to a case: an update with its validator each; a case takes one at a time."""

import asyncio
from collections.abc import Coroutine
from dataclasses import replace
from enum import StrEnum
from typing import Any, ClassVar, Generic, Protocol, TypeVar, cast

from temporalio import workflow
from temporalio.exceptions import ApplicationError, is_cancelled_exception
from temporalio.workflow import UpdateMethodMultiParam

from workflows.case.kernel import Case

with workflow.unsafe.imports_passed_through():
    from domain.case.decision import Decision
    from domain.case.waiting import Wait


class HasStatus(Protocol):
    """What a step answers says at least where the case is now, or why it was refused; a
    dataclass.
    """

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def status(self) -> StrEnum:
        """The status."""

    @property
    def changes(self) -> int:
        """The number of its last change."""

    @property
    def wait(self) -> Wait | None:
        """Whom it waits for."""

    @property
    def refusal(self) -> str | None:
        """The refusal's code; None for a step that was done."""


ActionT = TypeVar("ActionT", bound=StrEnum)
ResultT = TypeVar("ResultT", bound=HasStatus)


class CommandedCase(Case, Generic[ActionT, ResultT]):
    """A case that people's commands lead on.

    A subclass sets `_result`, says in `_check` what it takes now, and does what `_heard` holds;
    then it sets `_refused`, None where the command was done, and `_heard` to None.
    """

    _result: ResultT

    def __init__(self) -> None:
        super().__init__()
        self._heard: tuple[ActionT, Decision] | None = None
        self._refused: str | None = None

    def _check(self, action: ActionT, decision: Decision) -> None:
        """Raises `ApplicationError` of the refusal's type for what the case does not take now."""
        raise NotImplementedError

    async def _take(self, action: ActionT, decision: Decision) -> ResultT:
        """Hands a decision to `run` and returns its result."""
        taken = (action, decision)
        self._heard = taken
        await workflow.wait_condition(lambda: self._heard is not taken)
        if self._refused is not None:
            raise ApplicationError(str(self._result.status), type=self._refused)
        return self._result

    async def _unless_called(self, step: Coroutine[Any, Any, ResultT | None]) -> None:
        """Runs a step that may take hours; what somebody says meanwhile stops it, also where it
        waits for the operator. Then `run` hears that, and begins the step again if it still should.

        A try that was stopped may have been stored: the step of what was said finds its number
        taken, as of any step whose answer was lost.
        """
        running = asyncio.ensure_future(step)
        await workflow.wait_condition(lambda: running.done() or self._heard is not None)
        if not running.done():
            running.cancel()
            await workflow.wait_condition(running.done)
            self._unask_operator()
        if not _is_stopped(running):
            self._go_on(running.result())

    @property
    def _status(self) -> StrEnum:
        return self._result.status

    @property
    def _wait(self) -> Wait:
        if self._result.wait is None:
            raise RuntimeError(f"nobody is waited for in {self._status}")
        return self._result.wait

    def _go_on(self, result: ResultT | None) -> None:
        """Takes over what is new in a step's result; a refusal carries the case's state too, and
        None says that there was nothing to do.
        """
        if result is not None and result.changes > self._result.changes:
            self._transition(replace(result, refusal=None))

    def _transition(self, result: ResultT) -> None:
        """The only place that changes the status here."""
        raise NotImplementedError


def command(
    action: ActionT, result: type[ResultT], description: str
) -> UpdateMethodMultiParam[[Any, Decision], ResultT]:
    """The update of an action, by the action's own name, with its validator: an attribute of a
    `CommandedCase`. `description` is for the Web UI.

    A refusal of the validator carries the number of changes that the case knows of: the command is
    not in the history, and a repeat is judged anew. What the update itself refuses is for good.
    """

    async def take(self: CommandedCase[ActionT, ResultT], decision: Decision) -> ResultT:
        return await self._take(action, decision)

    def check(self: CommandedCase[ActionT, ResultT], decision: Decision) -> None:
        try:
            self._check(action, decision)
        except ApplicationError as refusal:
            known = self._result.changes
            raise ApplicationError(refusal.message, known, type=refusal.type) from None

    # What the SDK decodes to; it takes an annotated `self` for an argument of the update.
    check.__annotations__ = {"decision": Decision, "return": None}
    take.__annotations__ = {"decision": Decision, "return": result}
    update = workflow.update(name=str(action), description=description)(take)
    update.validator(check)
    return cast("UpdateMethodMultiParam[[Any, Decision], ResultT]", update)


def _is_stopped(running: "asyncio.Future[Any]") -> bool:
    """Whether a task that is done was cancelled before it had a result."""
    if running.cancelled():
        return True
    failure = running.exception()
    return failure is not None and is_cancelled_exception(failure)
