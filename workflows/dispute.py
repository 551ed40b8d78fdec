"""The dispute: looked into, papers collected, decided, approved, performed, or decided outside."""

from collections.abc import Callable
from typing import Any

from temporalio import workflow
from temporalio.exceptions import ApplicationError

from workflows.case.command import command
from workflows.case.retries import OUTSIDE
from workflows.case.status_case import CaseType, StatusCase

with workflow.unsafe.imports_passed_through():
    from activities.dispute.steps import DisputeActivities
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

DISPUTE = CaseType(
    titles="dispute.staff_status",
    timers="ui.timer.dispute",
    summaries="ui.step.dispute",
    opening_summary="ui.step.open_dispute",
    opening=DisputeOpening,
    change=DisputeChange,
    open=DisputeActivities.open,
    catch_up=DisputeActivities.catch_up,
    remind=DisputeActivities.remind,
    move_deadline=DisputeActivities.move_deadline,
    commands={action: getattr(DisputeActivities, action) for action in DisputeAction},
    actions=DISPUTE_ACTIONS,
    ends=ENDED_DISPUTES,
    ended=DisputeRefusal.CLOSED,
)
"""What a dispute is; the step of each command has its name."""
_DECIDED = (DisputeStatus.RESOLVED_CLIENT, DisputeStatus.RESOLVED_PARTLY)
_ENDED_OUTSIDE = (DisputeStatus.WON, DisputeStatus.LOST, DisputeStatus.SETTLED)


@workflow.defn(name="dispute")
class DisputeWorkflow(StatusCase[DisputeAction, DisputeTransitionResult, DisputeChange]):
    """One dispute of an order."""

    @workflow.init
    def __init__(self, request: DisputeRequest) -> None:
        result = DisputeTransitionResult(DisputeStatus.OPENED, 0)
        super().__init__(DISPUTE, request, request.dispute_id, result)

    @workflow.run
    async def run(self, request: DisputeRequest) -> DisputeOutcome:
        """The process: what the system does by itself is done at once, everybody else is waited
        for, until the dispute has ended.
        """
        await self._opened()
        while not self._has_ended:
            if not await self._went_on():
                await self._waited()
        await self._answered_all()
        return DisputeOutcome(self._result.status)

    # What the process does.

    async def _went_on(self) -> bool:
        """Does what nobody is waited for; False where somebody is."""
        status = self._result.status
        if status is DisputeStatus.OPENED:
            return await self._by_itself(DisputeActivities.begin, "ui.step.dispute.begin")
        if status in _DECIDED:
            return await self._outside(
                DisputeActivities.begin_performing, "ui.step.dispute.begin_performing"
            )
        if status in _ENDED_OUTSIDE:
            return await self._by_itself(DisputeActivities.close, "ui.step.dispute.close")
        if status is DisputeStatus.PERFORMING:
            return await self._by_itself(DisputeActivities.performed, "ui.step.dispute.performed")
        return False

    async def _lapsed(self) -> None:
        if self._result.status is DisputeStatus.CHECKING:
            look, summary = DisputeActivities.look, translate("ui.step.dispute.look")
            await self._unless_called(self._step(look, self._next_change(), summary, OUTSIDE))
        else:
            await self._by_itself(DisputeActivities.lapse, "ui.step.lapse")

    async def _outside(self, step: Callable[..., Any], summary: str) -> bool:
        """Runs a step that the history shows: it asks the acquirer, or begins another case."""
        self._go_on(await self._step(step, self._next_change(), translate(summary), OUTSIDE))
        return True

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
    correct = command(
        DisputeAction.CORRECT, DisputeTransitionResult, "it is put right; by, submission_id"
    )
    perform = command(
        DisputeAction.PERFORM, DisputeTransitionResult, "compensation is paid; by, submission_id"
    )
