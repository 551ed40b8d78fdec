"""A case that its status says everything about: what it takes, whom it waits for, how it ends.

A process names what it is in a `CaseType`, its commands in lines `command(…)`, and in `_lapsed`
what the end of a wait means. How a case takes commands, waits and catches up stands here.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar, cast

from temporalio import workflow
from temporalio.exceptions import ApplicationError
from temporalio.workflow import UpdateMethodMultiParam

from workflows.case.command import ActionT, CommandedCase, ResultT
from workflows.case.resolution import CaseAborted
from workflows.case.waits import waiting_line

with workflow.unsafe.imports_passed_through():
    from domain.access.roles import SYSTEM
    from domain.case.decision import NOT_ALLOWED_IN_STATUS, Decision
    from domain.case.recheck import RECHECK
    from domain.case.waiting import Reminder, Wait
    from texts import translate

ABORTED = "aborted"
"""The refusal of a command whose step the operator gave up (`error.aborted`)."""
LONGEST_HISTORY = 400
"""Events after which a case goes on in a new run: people may write for ever."""

ChangeT = TypeVar("ChangeT")
Step = Callable[..., Any]
"""An activity's method."""


@dataclass(frozen=True)
class CaseType(Generic[ActionT, ChangeT]):
    """What a process says of itself: the keys of its texts, its steps, and its rules.

    `titles`, `timers` and `summaries` begin the keys of what the Web UI calls a status, the wait
    in it, and the step of an action. `open` takes an `opening`: the request and the instant;
    `commands` and what time does take a `change`, `catch_up` the case's id. `move_deadline` is None
    where no deadline is in bank days. `actions` are what each status takes; `ended` refuses what
    comes to a case in one of its `ends`, `not_allowed` what comes at another wrong time.
    """

    titles: str
    timers: str
    summaries: str
    opening_summary: str
    opening: Callable[[Any, datetime], Any]
    change: Callable[[str, int, datetime, str, str | None], ChangeT]
    open: Step
    catch_up: Step
    remind: Step
    commands: Mapping[ActionT, Step]
    actions: Mapping[Any, Collection[ActionT]]
    ends: Collection[StrEnum]
    ended: str
    not_allowed: str = NOT_ALLOWED_IN_STATUS
    move_deadline: Step | None = None


class StatusCase(CommandedCase[ActionT, ResultT], Generic[ActionT, ResultT, ChangeT]):
    """A case of a `CaseType`.

    `run` opens it, waits until it has ended, and answers whoever still asks:

        await self._opened()
        while not self._has_ended:
            await self._waited()
        await self._answered_all()
    """

    _aborting = "ui.can_abort_command"

    def __init__(
        self, case_type: CaseType[ActionT, ChangeT], request: Any, case_id: str, result: ResultT
    ) -> None:
        """`result` is what the case is before it has been opened."""
        super().__init__()
        self._type = case_type
        self._request = request
        self._case_id = case_id
        self._result = result
        self._is_open = False
        self._is_deciding = False
        self._is_behind = False

    # What the process does.

    async def _opened(self) -> None:
        """Opens the case, or goes on from its state in the database."""
        opening = self._type.opening(self._request, workflow.now())
        summary = translate(self._type.opening_summary)
        self._transition(await self._store(self._type.open, opening, summary))
        self._is_open = True

    async def _waited(self) -> None:
        """Waits for whoever's turn it is, and does what was said, or what time does. A deadline
        that is moved may find the row ahead: then `run` goes on where it is.
        """
        await self._begin_anew_if_long()
        status = self._status
        await self._wait_for(
            lambda: self._is_called or self._is_due or self._status is not status,
            lambda: self._wait,
            translate(f"{self._type.timers}.{self._status}"),
        )
        if self._status is not status:
            return
        if self._is_called:
            await self._called()
        else:
            await self._lapsed()

    async def _called(self) -> None:
        """Reads the row first, where somebody said that it is ahead."""
        if self._is_behind:
            self._is_behind = False
            await self._caught_up()
        elif self._heard is not None:
            self._refused = await self._decided(*self._heard)
            self._heard = None

    async def _caught_up(self) -> None:
        """Reads where the case is."""
        step, summary = self._type.catch_up, translate("ui.step.catch_up")
        self._go_on(await self._store(step, self._case_id, summary))

    async def _lapsed(self) -> None:
        """Does what the end of the wait means, or what is due."""
        raise NotImplementedError

    async def _by_itself(self, step: Step, summary: str) -> bool:
        """Runs a step that nobody has asked for; whether it has led on, since there may be nothing
        to do. `summary` is the key of a text.
        """
        before = self._result.changes
        self._go_on(await self._store(step, self._next_change(), translate(summary)))
        return self._result.changes > before

    async def _decided(self, action: ActionT, decision: Decision) -> str | None:
        """Carries out a command; returns the refusal's code when it could not be done.

        Where the change's number was taken, by a step whose answer was lost with its worker, the
        command is judged again in the status that this step led to.
        """
        if not self._allows(action):
            return self._refusal(action)
        known = self._result.changes
        self._is_deciding = True
        try:
            result = await self._carried_out(action, decision)
        except CaseAborted:
            return ABORTED
        finally:
            self._is_deciding = False
        self._go_on(result)
        if result.refusal != NOT_ALLOWED_IN_STATUS:
            return result.refusal
        is_taken = self._result.changes > known
        return await self._decided(action, decision) if is_taken else self._refusal(action)

    async def _carried_out(self, action: ActionT, decision: Decision) -> ResultT:
        """Runs a command's step."""
        summary = translate(f"{self._type.summaries}.{action}")
        step, change = self._type.commands[action], self._next_change(decision)
        result: ResultT = await self._store(step, change, summary)
        return result

    async def _begin_anew_if_long(self) -> None:
        """Continues as new when the history is long, nobody is being answered and no signal is
        still to be heard; the state is in the database.
        """
        if workflow.info().get_current_history_length() <= LONGEST_HISTORY:
            return
        await workflow.wait_condition(lambda: self._is_called or workflow.all_handlers_finished())
        if not (self._is_called or self._calendar_changed):
            workflow.continue_as_new(self._request)

    async def _answered_all(self) -> None:
        """Refuses what was said while the case ended by itself, and lets every answer go out."""
        if self._heard is not None:
            self._refused = self._refusal(self._heard[0])
            self._heard = None
        await workflow.wait_condition(workflow.all_handlers_finished)

    # How it waits.

    @property
    def _is_due(self) -> bool:
        """Whether something is to be done before the wait has ended."""
        return False

    async def _move_deadline(self) -> None:
        if self._type.move_deadline is not None:
            await self._by_itself(self._type.move_deadline, "ui.step.move_deadline")

    def _reminding(self) -> Step:
        return self._type.remind

    def _reminder_of(self, wait: Wait, *, escalate: bool) -> Reminder:
        """The occasion names the change that the wait began with, and the second: a number would
        begin anew in a new run, which would be taken for a repeat.
        """
        now = workflow.now()
        return Reminder(
            self._case_id,
            f"reminder-{self._result.changes}-{int(now.timestamp())}",
            now,
            wait.waiting_for,
            wait.until,
            escalate,
        )

    # What is said to it.

    @workflow.signal(name=RECHECK, description="the case must read its row again")
    def recheck(self) -> None:
        """Makes the case read its row again; the signal carries no data."""
        self._is_behind = True

    @workflow.signal(name="calendar_changed", description="bank days were overridden")
    def calendar_changed(self) -> None:
        """Recomputes the deadline of the open wait."""
        self._calendar_changed = True

    def _check(self, action: ActionT, decision: Decision) -> None:
        """Refuses a command that the status does not allow. A case that is being opened, or does
        something by itself, is asked when that is done.
        """
        is_asked = self._is_open and self._heard is None and self._result.wait is not None
        if (is_asked or self._has_ended) and not self._allows(action):
            raise ApplicationError(str(self._status), type=self._refusal(action))

    async def _take(self, action: ActionT, decision: Decision) -> ResultT:
        """Hands a decision to `run` once the case is open and no other one is carried out."""
        while not self._is_open or self._heard is not None:  # one that waited longer may be first
            await workflow.wait_condition(lambda: self._is_open and self._heard is None)
        self._check(action, decision)
        return await super()._take(action, decision)

    def _allows(self, action: ActionT) -> bool:
        return action in self._type.actions.get(self._status, ())

    def _refusal(self, action: ActionT) -> str:
        """Why the case does not take an action now."""
        return self._type.ended if self._has_ended else self._type.not_allowed

    # What is known and shown.

    @property
    def _has_ended(self) -> bool:
        return self._status in self._type.ends

    @property
    def _is_called(self) -> bool:
        return self._is_behind or self._heard is not None

    def _next_change(self, decision: Decision | None = None) -> ChangeT:
        """The next change, by a person, or else by time."""
        by, submission_id = (SYSTEM, None)
        if decision is not None:
            by, submission_id = decision.by, decision.submission_id
        number = self._result.changes + 1
        return self._type.change(self._case_id, number, workflow.now(), by, submission_id)

    def _transition(self, result: ResultT) -> None:
        self._result = result
        wait = result.wait
        self._show(
            result.status,
            wait.waiting_for if wait else None,
            wait.until if wait else None,
            result.changes,
        )

    def _may_abort(self) -> bool:
        """A command may be given up; an opening, money and what time does may not."""
        return self._is_deciding

    def _lines(self) -> list[str]:
        title = f"### {translate(f'{self._type.titles}.{self._status}')}"
        return [title, *waiting_line(self._result.wait)]


def asking(result: type[ResultT], description: str) -> UpdateMethodMultiParam[[Any], ResultT]:
    """The update `ask`, which a case is started with: an attribute of a `StatusCase`. It answers
    with the opened case. `description` is for the Web UI.
    """

    async def ask(self: StatusCase[Any, ResultT, Any]) -> ResultT:
        await workflow.wait_condition(lambda: self._is_open)
        return self._result

    ask.__annotations__ = {"return": result}
    update = workflow.update(name="ask", description=description)(ask)
    return cast("UpdateMethodMultiParam[[Any], ResultT]", update)
