"""The dispute: looked into, papers collected, decided, approved, performed, or decided outside."""

from collections.abc import Callable
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from temporalio import workflow
from temporalio.exceptions import ApplicationError

from workflows.case.command import CommandedCase, command
from workflows.case.resolution import CaseAborted
from workflows.case.retries import DATABASE, OUTSIDE
from workflows.case.waits import waiting_line

with workflow.unsafe.imports_passed_through():
    from activities.dispute.steps import DisputeActivities
    from domain.access.roles import SYSTEM
    from domain.case.decision import Decision
    from domain.case.recheck import RECHECK
    from domain.case.waiting import Reminder, Wait
    from domain.dispute.dispute import (
        DISPUTE_ACTIONS,
        ENDED_DISPUTES,
        DisputeAction,
        DisputeChange,
        DisputeOpening,
        DisputeOutcome,
        DisputeRefusal,
        DisputeRequest,
        DisputeStatus,
        DisputeTransitionResult,
    )
    from texts import translate

LONGEST_HISTORY = 400
"""Events after which a dispute goes on in a new run: people may write for ever."""

STEPS: MappingProxyType[DisputeAction, Callable[..., Any]] = MappingProxyType(
    {
        DisputeAction.REPLY: DisputeActivities.reply,
        DisputeAction.SUBMIT: DisputeActivities.submit,
        DisputeAction.HASTEN: DisputeActivities.hasten,
        DisputeAction.APPEAL: DisputeActivities.appeal,
        DisputeAction.WITHDRAW: DisputeActivities.withdraw,
        DisputeAction.ANSWER: DisputeActivities.answer,
        DisputeAction.ASK_PAPERS: DisputeActivities.ask_papers,
        DisputeAction.DECIDE: DisputeActivities.decide,
        DisputeAction.APPROVE: DisputeActivities.approve,
        DisputeAction.SEND_BACK: DisputeActivities.send_back,
        DisputeAction.RECEIVE_CLAIM: DisputeActivities.receive_claim,
        DisputeAction.GO_OUTSIDE: DisputeActivities.go_outside,
        DisputeAction.END_OUTSIDE: DisputeActivities.end_outside,
        DisputeAction.PERFORM: DisputeActivities.perform,
    }
)
"""The step that each command leads to."""
_DECIDED = (DisputeStatus.RESOLVED_CLIENT, DisputeStatus.RESOLVED_PARTLY)
_ENDED_OUTSIDE = (DisputeStatus.WON, DisputeStatus.LOST, DisputeStatus.SETTLED)


@workflow.defn(name="dispute")
class DisputeWorkflow(CommandedCase[DisputeAction, DisputeTransitionResult]):
    """One dispute of an order."""

    _aborting = "ui.can_abort_command"

    @workflow.init
    def __init__(self, request: DisputeRequest) -> None:
        super().__init__()
        self._request = request
        self._result = DisputeTransitionResult(DisputeStatus.OPENED, 0)
        self._is_open = False
        self._is_deciding = False
        self._is_behind = False

    @workflow.run
    async def run(self, request: DisputeRequest) -> DisputeOutcome:
        """The process: what the system does by itself is done at once, everybody else is waited
        for, until the dispute has ended.
        """
        await self._opened()
        while self._status not in ENDED_DISPUTES:
            if not await self._went_on():
                await self._waited()
            self._begin_anew_if_long()
        if self._heard is not None:  # taken while the dispute ended by itself
            self._heard, self._refused = None, DisputeRefusal.CLOSED
        await workflow.wait_condition(workflow.all_handlers_finished)
        return DisputeOutcome(self._status)

    # What the process does.

    async def _opened(self) -> None:
        opening = DisputeOpening(self._request, workflow.now())
        self._transition(
            await self._store(DisputeActivities.open, opening, translate("ui.step.open_dispute"))
        )
        self._is_open = True

    async def _went_on(self) -> bool:
        """Does what nobody is waited for; False where somebody is."""
        if self._status is DisputeStatus.OPENED:
            return await self._by_itself(DisputeActivities.begin, "ui.step.dispute.begin")
        if self._status in _DECIDED:
            return await self._began_performing()
        if self._status in _ENDED_OUTSIDE:
            return await self._by_itself(DisputeActivities.close, "ui.step.dispute.close")
        if self._status is DisputeStatus.PERFORMING:
            return await self._by_itself(DisputeActivities.performed, "ui.step.dispute.performed")
        return False

    async def _by_itself(self, step: Callable[..., Any], summary: str) -> bool:
        """Whether a step has led on."""
        before = self._result.changes
        self._took(await self._store(step, self._next_change(Decision(SYSTEM)), translate(summary)))
        return self._result.changes > before

    async def _began_performing(self) -> bool:
        """Begins another case, so it is a step that the history shows."""
        self._took(
            await self._step(
                DisputeActivities.begin_performing,
                self._next_change(Decision(SYSTEM)),
                translate("ui.step.dispute.begin_performing"),
                DATABASE,
            )
        )
        return True

    async def _waited(self) -> None:
        await self._wait_for(
            lambda: self._is_called,
            lambda: self._wait,
            translate(f"ui.timer.dispute.{self._status}"),
        )
        if self._is_called:
            await self._called()
        elif self._status is DisputeStatus.CHECKING:
            await self._looked()
        else:
            change = self._next_change(Decision(SYSTEM))
            self._took(
                await self._store(DisputeActivities.lapse, change, translate("ui.step.lapse"))
            )

    async def _looked(self) -> None:
        """Asks the acquirer too, so it is a step to the outside."""
        change = self._next_change(Decision(SYSTEM))
        self._took(
            await self._step(
                DisputeActivities.look, change, translate("ui.step.dispute.look"), OUTSIDE
            )
        )

    async def _called(self) -> None:
        """Reads the row first, where somebody said that it is ahead."""
        if self._is_behind:
            self._is_behind = False
            self._took(
                await self._store(
                    DisputeActivities.catch_up,
                    self._request.dispute_id,
                    translate("ui.step.catch_up"),
                )
            )
        elif self._heard is not None:
            self._refused = await self._decided(*self._heard)
            self._heard = None

    async def _decided(self, action: DisputeAction, decision: Decision) -> str | None:
        """Carries out a command; returns the refusal's code when it could not be done.

        Where the change's number was taken, by a step whose answer was lost with its worker, the
        command is judged again in the status that this step led to.
        """
        if action not in DISPUTE_ACTIONS[self._status]:
            return self._refusal()
        change = self._next_change(decision)
        self._is_deciding = True
        try:
            result: DisputeTransitionResult = await self._store(
                STEPS[action], change, translate(f"ui.step.dispute.{action}")
            )
        except CaseAborted:
            return DisputeRefusal.ABORTED
        finally:
            self._is_deciding = False
        self._took(result)
        is_taken = result.refusal == DisputeRefusal.NOT_ALLOWED_IN_STATUS
        if is_taken and self._result.changes >= change.number:
            return await self._decided(action, decision)
        return result.refusal

    def _begin_anew_if_long(self) -> None:
        """Continues as new when the history is long; the state is in the database."""
        idle = not self._is_called and workflow.all_handlers_finished()
        if idle and workflow.info().get_current_history_length() > LONGEST_HISTORY:
            workflow.continue_as_new(self._request)

    # How it waits.

    async def _move_deadline(self) -> None:
        change = self._next_change(Decision(SYSTEM))
        self._took(
            await self._store(
                DisputeActivities.move_deadline, change, translate("ui.step.move_deadline")
            )
        )

    def _reminding(self) -> Callable[..., Any]:
        return DisputeActivities.remind

    def _reminder_of(self, wait: Wait, *, escalate: bool) -> Reminder:
        """The occasion names the change that the wait began with: a new run counts anew."""
        return Reminder(
            self._request.dispute_id,
            f"reminder-{self._result.changes}-{self._reminders}",
            workflow.now(),
            wait.waiting_for,
            wait.until,
            escalate,
        )

    # What people say.

    @workflow.update(name="ask", description="opens the dispute")
    async def ask(self, request: DisputeRequest) -> DisputeTransitionResult:
        """Returns the opened dispute."""
        await workflow.wait_condition(lambda: self._is_open)
        return self._result

    @ask.validator
    def _check_request(self, request: DisputeRequest) -> None:
        """Refuses what another complaint about the same order asks: one is open at a time."""
        if request.opening_id != self._request.opening_id:
            raise ApplicationError("a dispute is open", type=DisputeRefusal.ALREADY_OPEN)

    reply = command(
        DisputeAction.REPLY, DisputeTransitionResult, "the client writes; by, submission_id"
    )
    submit = command(
        DisputeAction.SUBMIT, DisputeTransitionResult, "the papers are all there; by, submission_id"
    )
    hasten = command(DisputeAction.HASTEN, DisputeTransitionResult, "the client presses; by")
    appeal = command(
        DisputeAction.APPEAL, DisputeTransitionResult, "the client objects; by, submission_id"
    )
    withdraw = command(
        DisputeAction.WITHDRAW, DisputeTransitionResult, "the client takes it back; by"
    )
    answer = command(DisputeAction.ANSWER, DisputeTransitionResult, "we write; by, submission_id")
    ask_papers = command(
        DisputeAction.ASK_PAPERS, DisputeTransitionResult, "papers are missing; by, submission_id"
    )
    decide = command(DisputeAction.DECIDE, DisputeTransitionResult, "an outcome; by, submission_id")
    approve = command(DisputeAction.APPROVE, DisputeTransitionResult, "another lets it stand; by")
    send_back = command(
        DisputeAction.SEND_BACK, DisputeTransitionResult, "to be decided anew; by, submission_id"
    )
    receive_claim = command(
        DisputeAction.RECEIVE_CLAIM,
        DisputeTransitionResult,
        "a pre-trial claim has come; by, submission_id",
    )
    go_outside = command(
        DisputeAction.GO_OUTSIDE,
        DisputeTransitionResult,
        "a bank, an authority or a court decides; by, submission_id",
    )
    end_outside = command(
        DisputeAction.END_OUTSIDE, DisputeTransitionResult, "how it has ended; by, submission_id"
    )
    perform = command(
        DisputeAction.PERFORM, DisputeTransitionResult, "compensation is paid; by, submission_id"
    )

    @workflow.signal(name=RECHECK, description="the dispute must read its row again")
    def recheck(self) -> None:
        """Makes the dispute read its row again; the signal carries no data."""
        self._is_behind = True

    @workflow.signal(name="calendar_changed", description="bank days were overridden")
    def calendar_changed(self) -> None:
        """Recomputes the deadline of the open wait."""
        self._calendar_changed = True

    def _check(self, action: DisputeAction, decision: Decision) -> None:
        """Refuses a command that the status does not allow. A dispute that does something by itself
        is asked when that is done.
        """
        is_asked = self._is_open and self._heard is None and self._result.wait is not None
        if is_asked and action not in DISPUTE_ACTIONS[self._status]:
            raise ApplicationError(str(self._status), type=self._refusal())
        if self._status in ENDED_DISPUTES:
            raise ApplicationError(str(self._status), type=DisputeRefusal.CLOSED)

    async def _take(self, action: DisputeAction, decision: Decision) -> DisputeTransitionResult:
        """Hands a decision to `run` once the dispute is open and no other one is carried out."""
        while not self._is_open or self._heard is not None:  # one that waited longer may be first
            await workflow.wait_condition(lambda: self._is_open and self._heard is None)
        self._check(action, decision)
        return await super()._take(action, decision)

    def _refusal(self) -> DisputeRefusal:
        if self._status in ENDED_DISPUTES:
            return DisputeRefusal.CLOSED
        return DisputeRefusal.NOT_ALLOWED_IN_STATUS

    # What is known and shown.

    @property
    def _status(self) -> DisputeStatus:
        return self._result.status

    @property
    def _is_called(self) -> bool:
        return self._is_behind or self._heard is not None

    @property
    def _wait(self) -> Wait:
        if self._result.wait is None:
            raise RuntimeError(f"nobody is waited for in {self._status}")
        return self._result.wait

    def _next_change(self, decision: Decision) -> DisputeChange:
        return DisputeChange(
            self._request.dispute_id,
            self._result.changes + 1,
            workflow.now(),
            decision.by,
            decision.submission_id,
        )

    def _took(self, result: DisputeTransitionResult | None) -> None:
        """Takes over what is new in a step's result; a refusal carries the dispute's state too."""
        if result is not None and result.changes > self._result.changes:
            self._transition(replace(result, refusal=None))

    def _transition(self, result: DisputeTransitionResult) -> None:
        """The only place that changes the status here."""
        self._result = result
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
        title = f"### {translate(f'dispute.staff_status.{self._status}')}"
        return [title, *waiting_line(self._result.wait)]
