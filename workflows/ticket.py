"""The ticket: our turn by the clocks, the client's turn, resolved with days to reopen, closed."""

from collections.abc import Callable
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from temporalio import workflow
from temporalio.exceptions import ApplicationError

from workflows.case.command import CommandedCase, command
from workflows.case.resolution import CaseAborted
from workflows.case.waits import waiting_line

with workflow.unsafe.imports_passed_through():
    from activities.ticket.steps import TicketActivities
    from domain.access.roles import SYSTEM
    from domain.case.decision import Decision
    from domain.case.recheck import RECHECK
    from domain.case.waiting import Reminder, Wait
    from domain.ticket.ticket import (
        TICKET_ACTIONS,
        TicketAction,
        TicketChange,
        TicketOpening,
        TicketOutcome,
        TicketRefusal,
        TicketRequest,
        TicketStatus,
        TicketTransitionResult,
    )
    from texts import translate

LONGEST_HISTORY = 400
"""Events after which a ticket goes on in a new run: people may write for ever."""

STEPS: MappingProxyType[TicketAction, Callable[..., Any]] = MappingProxyType(
    {
        TicketAction.REPLY: TicketActivities.reply,
        TicketAction.HASTEN: TicketActivities.hasten,
        TicketAction.ARCHIVE: TicketActivities.archive,
        TicketAction.ANSWER: TicketActivities.answer,
        TicketAction.TAKE: TicketActivities.take,
        TicketAction.TRANSFER: TicketActivities.transfer,
        TicketAction.ESCALATE: TicketActivities.escalate,
        TicketAction.RESOLVE: TicketActivities.resolve,
        TicketAction.AWAIT_THIRD_PARTY: TicketActivities.await_third_party,
        TicketAction.MERGE: TicketActivities.merge,
        TicketAction.UNMERGE: TicketActivities.unmerge,
        TicketAction.MARK_SPAM: TicketActivities.mark_spam,
        TicketAction.UNMARK_SPAM: TicketActivities.unmark_spam,
    }
)
"""The step that each command leads to."""


@workflow.defn(name="ticket")
class TicketWorkflow(CommandedCase[TicketAction, TicketTransitionResult]):
    """One ticket."""

    _aborting = "ui.can_abort_command"

    @workflow.init
    def __init__(self, request: TicketRequest) -> None:
        super().__init__()
        self._request = request
        self._result = TicketTransitionResult(TicketStatus.NEW, 0)
        self._is_open = False
        self._is_deciding = False
        self._is_behind = False

    @workflow.run
    async def run(self, request: TicketRequest) -> TicketOutcome:
        """The process: whoever's turn it is is waited for, until the ticket is closed."""
        await self._opened()
        while self._status is not TicketStatus.CLOSED:
            await self._wait_for(
                lambda: self._is_called,
                lambda: self._wait,
                translate(f"ui.timer.ticket.{self._status}"),
            )
            if self._is_called:
                await self._called()
            else:
                await self._lapsed()
            self._begin_anew_if_long()
        self._heard, self._refused = None, TicketRefusal.CLOSED
        await workflow.wait_condition(workflow.all_handlers_finished)
        return TicketOutcome(self._status)

    # What the process does.

    async def _opened(self) -> None:
        opening = TicketOpening(self._request, workflow.now())
        self._transition(
            await self._store(TicketActivities.open, opening, translate("ui.step.open_ticket"))
        )
        self._is_open = True

    async def _called(self) -> None:
        """Reads the row first, where somebody said that it is ahead."""
        if self._is_behind:
            self._is_behind = False
            self._go_on(
                await self._store(
                    TicketActivities.catch_up,
                    self._request.ticket_id,
                    translate("ui.step.catch_up"),
                )
            )
        elif self._heard is not None:
            self._refused = await self._decided(*self._heard)
            self._heard = None

    async def _decided(self, action: TicketAction, decision: Decision) -> str | None:
        """Carries out a command; returns the refusal's code when it could not be done.

        Where the change's number was taken, by a step whose answer was lost with its worker, the
        command is judged again in the status that this step led to.
        """
        if action not in TICKET_ACTIONS[self._status]:
            return self._refusal()
        change = self._next_change(decision)
        self._is_deciding = True
        try:
            result: TicketTransitionResult = await self._store(
                STEPS[action], change, translate(f"ui.step.ticket.{action}")
            )
        except CaseAborted:
            return TicketRefusal.ABORTED
        finally:
            self._is_deciding = False
        self._go_on(result)
        if result.refusal == TicketRefusal.NOT_ALLOWED_IN_STATUS and self._is_ahead_of(change):
            return await self._decided(action, decision)
        return result.refusal

    def _is_ahead_of(self, change: TicketChange) -> bool:
        return self._result.changes >= change.number

    async def _lapsed(self) -> None:
        change = self._next_change(Decision(SYSTEM))
        result = await self._store(TicketActivities.lapse, change, translate("ui.step.lapse"))
        if result is not None:
            self._go_on(result)

    def _begin_anew_if_long(self) -> None:
        """Continues as new when the history is long; the state is in the database."""
        idle = not self._is_called and workflow.all_handlers_finished()
        if idle and workflow.info().get_current_history_length() > LONGEST_HISTORY:
            workflow.continue_as_new(self._request)

    # How it waits.

    async def _move_deadline(self) -> None:
        change = self._next_change(Decision(SYSTEM))
        result = await self._store(
            TicketActivities.move_deadline, change, translate("ui.step.move_deadline")
        )
        if result is not None:
            self._go_on(result)

    def _reminding(self) -> Callable[..., Any]:
        return TicketActivities.remind

    def _reminder_of(self, wait: Wait, *, escalate: bool) -> Reminder:
        """The occasion names the change that the wait began with: a new run counts anew."""
        return Reminder(
            self._request.ticket_id,
            f"reminder-{self._result.changes}-{self._reminders}",
            workflow.now(),
            wait.waiting_for,
            wait.until,
            escalate,
        )

    # What people say.

    @workflow.update(name="ask", description="opens the ticket")
    async def ask(self) -> TicketTransitionResult:
        """Returns the opened ticket."""
        await workflow.wait_condition(lambda: self._is_open)
        return self._result

    reply = command(
        TicketAction.REPLY, TicketTransitionResult, "the client writes; by, submission_id"
    )
    hasten = command(TicketAction.HASTEN, TicketTransitionResult, "the client presses; by")
    archive = command(TicketAction.ARCHIVE, TicketTransitionResult, "the client puts it away; by")
    answer = command(TicketAction.ANSWER, TicketTransitionResult, "we answer; by, submission_id")
    take = command(TicketAction.TAKE, TicketTransitionResult, "one takes it; by, submission_id")
    transfer = command(
        TicketAction.TRANSFER, TicketTransitionResult, "to a department; by, submission_id"
    )
    escalate = command(
        TicketAction.ESCALATE, TicketTransitionResult, "to the operators; by, submission_id"
    )
    resolve = command(TicketAction.RESOLVE, TicketTransitionResult, "we hold it for settled; by")
    await_third_party = command(
        TicketAction.AWAIT_THIRD_PARTY,
        TicketTransitionResult,
        "somebody outside has to answer first; by, submission_id",
    )
    merge = command(
        TicketAction.MERGE, TicketTransitionResult, "into another ticket; by, submission_id"
    )
    unmerge = command(TicketAction.UNMERGE, TicketTransitionResult, "a merge is undone; by")
    mark_spam = command(
        TicketAction.MARK_SPAM, TicketTransitionResult, "put aside as spam; by, submission_id"
    )
    unmark_spam = command(TicketAction.UNMARK_SPAM, TicketTransitionResult, "no spam; by")

    @workflow.signal(name=RECHECK, description="the ticket must read its row again")
    def recheck(self) -> None:
        """Makes the ticket read its row again; the signal carries no data."""
        self._is_behind = True

    @workflow.signal(name="calendar_changed", description="bank days were overridden")
    def calendar_changed(self) -> None:
        """Recomputes the deadline of the open wait."""
        self._calendar_changed = True

    def _check(self, action: TicketAction, decision: Decision) -> None:
        """Refuses a command that the status does not allow. A ticket that is being opened is asked
        once it is open.
        """
        if self._is_open and self._heard is None and action not in TICKET_ACTIONS[self._status]:
            raise ApplicationError(str(self._status), type=self._refusal())

    async def _take(self, action: TicketAction, decision: Decision) -> TicketTransitionResult:
        """Hands a decision to `run` once the ticket is open and no other one is carried out."""
        while not self._is_open or self._heard is not None:  # one that waited longer may be first
            await workflow.wait_condition(lambda: self._is_open and self._heard is None)
        self._check(action, decision)
        return await super()._take(action, decision)

    def _refusal(self) -> TicketRefusal:
        if self._status is TicketStatus.CLOSED:
            return TicketRefusal.CLOSED
        return TicketRefusal.NOT_ALLOWED_IN_STATUS

    # What is known and shown.

    @property
    def _status(self) -> TicketStatus:
        return self._result.status

    @property
    def _is_called(self) -> bool:
        return self._is_behind or self._heard is not None

    @property
    def _wait(self) -> Wait:
        if self._result.wait is None:
            raise RuntimeError(f"nobody is waited for in {self._status}")
        return self._result.wait

    def _next_change(self, decision: Decision) -> TicketChange:
        return TicketChange(
            self._request.ticket_id,
            self._result.changes + 1,
            workflow.now(),
            decision.by,
            decision.submission_id,
        )

    def _go_on(self, result: TicketTransitionResult) -> None:
        """Takes over what is new in a step's result; a refusal carries the ticket's state too."""
        if result.changes > self._result.changes:
            self._transition(replace(result, refusal=None))

    def _transition(self, result: TicketTransitionResult) -> None:
        """The only place that changes the status here. The last one is shown by the run's end."""
        self._result = result
        if result.status is TicketStatus.CLOSED and not self._needs_operator:
            self._show_details()
            return
        wait = result.wait
        self._show(
            result.status,
            wait.waiting_for if wait else None,
            wait.until if wait else None,
            result.changes,
        )

    def _may_abort(self) -> bool:
        """A command may be given up; an opening and what time does may not."""
        return self._is_deciding

    def _lines(self) -> list[str]:
        title = f"### {translate(f'ticket.status.{self._status}')}"
        return [title, *waiting_line(self._result.wait)]
