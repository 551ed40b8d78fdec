"""An unpaid order: looked for, written about by a ladder, promised, claimed, sued for, or paid."""

from collections.abc import Callable
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from temporalio import workflow
from temporalio.exceptions import ApplicationError

from workflows.case.command import CommandedCase, command
from workflows.case.resolution import CaseAborted
from workflows.case.retries import OUTSIDE, SIGNALLING
from workflows.case.waits import waiting_line

with workflow.unsafe.imports_passed_through():
    from activities.banking.incoming_money import MoneyActivities
    from activities.collection.looking import LookingActivities
    from activities.collection.steps import CollectionActivities
    from domain.access.roles import SYSTEM
    from domain.banking.statement_import import MoneyOutcome
    from domain.case.decision import Decision
    from domain.case.recheck import RECHECK
    from domain.case.waiting import Reminder, Wait
    from domain.collection.collection import (
        COLLECTION_ACTIONS,
        ENDS,
        CollectionAction,
        CollectionChange,
        CollectionLook,
        CollectionOpening,
        CollectionOutcome,
        CollectionRefusal,
        CollectionRequest,
        CollectionStatus,
        CollectionTransitionResult,
        invoice_of,
    )
    from texts import translate

STEPS: MappingProxyType[CollectionAction, Callable[..., Any]] = MappingProxyType(
    {
        CollectionAction.GIVE_REASON: CollectionActivities.give_reason,
        CollectionAction.PROMISE: CollectionActivities.promise_payment,
        CollectionAction.PAUSE: CollectionActivities.pause_collection,
        CollectionAction.SEND_CLAIM: CollectionActivities.send_claim,
        CollectionAction.TO_LAWYER: CollectionActivities.to_lawyer,
        CollectionAction.RECORD_COURT: CollectionActivities.record_court,
        CollectionAction.SETTLE: CollectionActivities.settle_debt,
        CollectionAction.PROPOSE_WRITE_OFF: CollectionActivities.propose_write_off,
        CollectionAction.CONFIRM_WRITE_OFF: CollectionActivities.confirm_write_off,
        CollectionAction.DECLINE_WRITE_OFF: CollectionActivities.decline_write_off,
        CollectionAction.CANCEL: CollectionActivities.cancel_collection,
    }
)
"""The step that each command leads to."""
LOOKING = frozenset({CollectionAction.GIVE_REASON, CollectionAction.SEND_CLAIM})
"""Commands before which the money is looked for: a client that says it has paid may be right, and
nobody gets a claim after it has.
"""


@workflow.defn(name="collection")
class CollectionWorkflow(CommandedCase[CollectionAction, CollectionTransitionResult]):
    """The case of one unpaid order."""

    _aborting = "ui.can_abort_command"

    @workflow.init
    def __init__(self, request: CollectionRequest) -> None:
        super().__init__()
        self._request = request
        self._result = CollectionTransitionResult(CollectionStatus.DUE, 0)
        self._is_open = False
        self._is_deciding = False
        self._has_news = False

    @workflow.run
    async def run(self, request: CollectionRequest) -> CollectionOutcome:
        """The process: whatever time brings is done once the money was looked for, until the order
        is paid or nobody asks for it any longer.
        """
        await self._opened()
        while self._status not in ENDS:
            await self._wait_for(
                lambda: self._is_called,
                lambda: self._wait,
                translate(f"ui.timer.collection.{self._status}"),
            )
            if self._is_called:
                await self._called()
            else:
                await self._advanced()
        if self._heard is not None:  # it came behind the one that has ended the case
            self._heard, self._refused = None, self._refusal()
        await workflow.wait_condition(workflow.all_handlers_finished)
        return CollectionOutcome(self._status)

    # What the process does.

    async def _opened(self) -> None:
        opening = CollectionOpening(self._request, workflow.now())
        self._transition(
            await self._store(
                CollectionActivities.open, opening, translate("ui.step.open_collection")
            )
        )
        self._is_open = True

    async def _called(self) -> None:
        """Reads the money first, where somebody said that it has changed."""
        if self._has_news:
            await self._rechecked()
        elif self._heard is not None:
            self._refused = await self._decided(*self._heard)
            self._heard = None

    async def _rechecked(self) -> None:
        self._has_news = False
        self._take_over(
            await self._store(
                CollectionActivities.recheck,
                self._next_change(Decision(SYSTEM)),
                translate("ui.step.recheck_debt"),
            )
        )

    async def _advanced(self) -> None:
        """Looks for the money, and goes on with what was found."""
        look = await self._looked()
        change = replace(self._next_change(Decision(SYSTEM)), look=look)
        self._take_over(
            await self._store(
                CollectionActivities.advance, change, translate("ui.step.advance_collection")
            )
        )

    async def _looked(self) -> CollectionLook:
        """Asks the acquirer by our key, and has held entries of the bank judged anew."""
        acquirer = await self._step(
            LookingActivities.ask_acquirer,
            self._request.collection_id,
            translate("ui.step.ask_acquirer"),
            OUTSIDE,
        )
        money: MoneyOutcome = await self._step(
            MoneyActivities.look_for,
            invoice_of(self._request.collection_id),
            translate("ui.step.look_for_money"),
            SIGNALLING,
        )
        return CollectionLook(acquirer, money.taken)

    async def _decided(self, action: CollectionAction, decision: Decision) -> str | None:
        """Carries out a command; returns the refusal's code when it could not be done.

        Where the change's number was taken, by a step whose answer was lost with its worker, the
        command is judged again in the status that this step led to.
        """
        if action not in COLLECTION_ACTIONS[self._status]:
            return self._refusal()
        self._is_deciding = True
        try:
            if action in LOOKING:
                await self._looked()
            change = self._next_change(decision)
            result: CollectionTransitionResult = await self._store(
                STEPS[action], change, translate(f"ui.step.collection.{action}")
            )
        except CaseAborted:
            return CollectionRefusal.ABORTED
        finally:
            self._is_deciding = False
        self._take_over(result)
        if result.refusal == CollectionRefusal.PAID:
            await self._rechecked()
        taken = self._result.changes >= change.number
        if result.refusal == CollectionRefusal.NOT_ALLOWED_IN_STATUS and taken:
            return await self._decided(action, decision)
        return result.refusal

    # How it waits.

    async def _move_deadline(self) -> None:
        self._take_over(
            await self._store(
                CollectionActivities.move_deadline,
                self._next_change(Decision(SYSTEM)),
                translate("ui.step.move_deadline"),
            )
        )

    def _reminding(self) -> Callable[..., Any]:
        return CollectionActivities.remind

    def _reminder_of(self, wait: Wait, *, escalate: bool) -> Reminder:
        """The occasion names the change that the wait began with."""
        return Reminder(
            self._request.collection_id,
            f"reminder-{self._result.changes}-{self._reminders}",
            workflow.now(),
            wait.waiting_for,
            wait.until,
            escalate,
        )

    # What people say.

    @workflow.update(name="ask", description="opens the case")
    async def ask(self) -> CollectionTransitionResult:
        """Returns the opened case."""
        await workflow.wait_condition(lambda: self._is_open)
        return self._result

    give_reason = command(
        CollectionAction.GIVE_REASON,
        CollectionTransitionResult,
        "why it is not paid; by, submission_id",
    )
    promise_payment = command(
        CollectionAction.PROMISE, CollectionTransitionResult, "a day; by, submission_id"
    )
    pause_collection = command(
        CollectionAction.PAUSE, CollectionTransitionResult, "until a day; by, submission_id"
    )
    send_claim = command(
        CollectionAction.SEND_CLAIM, CollectionTransitionResult, "претензия; by, submission_id"
    )
    to_lawyer = command(
        CollectionAction.TO_LAWYER, CollectionTransitionResult, "why; by, submission_id"
    )
    record_court = command(
        CollectionAction.RECORD_COURT,
        CollectionTransitionResult,
        "an order to pay or a suit; by, submission_id",
    )
    settle_debt = command(
        CollectionAction.SETTLE, CollectionTransitionResult, "agreed otherwise; by, submission_id"
    )
    propose_write_off = command(
        CollectionAction.PROPOSE_WRITE_OFF, CollectionTransitionResult, "one; by, submission_id"
    )
    confirm_write_off = command(
        CollectionAction.CONFIRM_WRITE_OFF, CollectionTransitionResult, "another; by, submission_id"
    )
    decline_write_off = command(
        CollectionAction.DECLINE_WRITE_OFF, CollectionTransitionResult, "either; by, submission_id"
    )
    cancel_collection = command(
        CollectionAction.CANCEL, CollectionTransitionResult, "nothing is owed; by, submission_id"
    )

    @workflow.signal(name=RECHECK, description="money or the invoice has changed")
    def recheck(self) -> None:
        """Makes the case read its row and its money again; the signal carries no data."""
        self._has_news = True

    @workflow.signal(name="calendar_changed", description="bank days were overridden")
    def calendar_changed(self) -> None:
        """Recomputes the deadline of the open wait."""
        self._calendar_changed = True

    def _check(self, action: CollectionAction, decision: Decision) -> None:
        """Refuses a command that the status does not allow. A case that is being opened is asked
        once it is open.
        """
        if self._is_open and self._heard is None and action not in COLLECTION_ACTIONS[self._status]:
            raise ApplicationError(str(self._status), type=self._refusal())

    async def _take(
        self, action: CollectionAction, decision: Decision
    ) -> CollectionTransitionResult:
        """Hands a decision to `run` once the case is open and no other one is carried out."""
        while not self._is_open or self._heard is not None:  # one that waited longer may be first
            await workflow.wait_condition(lambda: self._is_open and self._heard is None)
        self._check(action, decision)
        return await super()._take(action, decision)

    def _refusal(self) -> CollectionRefusal:
        if self._status is CollectionStatus.PAID:
            return CollectionRefusal.PAID
        if self._status in ENDS:
            return CollectionRefusal.ENDED
        return CollectionRefusal.NOT_ALLOWED_IN_STATUS

    # What is known and shown.

    @property
    def _status(self) -> CollectionStatus:
        return self._result.status

    @property
    def _is_called(self) -> bool:
        return self._has_news or self._heard is not None

    @property
    def _wait(self) -> Wait:
        if self._result.wait is None:
            raise RuntimeError(f"nobody is waited for in {self._status}")
        return self._result.wait

    def _next_change(self, decision: Decision) -> CollectionChange:
        return CollectionChange(
            self._request.collection_id,
            self._result.changes + 1,
            workflow.now(),
            decision.by,
            decision.submission_id,
        )

    def _take_over(self, result: CollectionTransitionResult | None) -> None:
        """Takes over what is new in a step's result; a refusal carries the case's state too."""
        if result is not None and result.changes > self._result.changes:
            self._transition(replace(result, refusal=None))

    def _transition(self, result: CollectionTransitionResult) -> None:
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
        title = f"### {translate(f'collection.status.{self._status}')}"
        return [title, *waiting_line(self._result.wait)]
