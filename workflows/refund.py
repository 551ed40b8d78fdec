"""The refund: from the request to the credited money, step by step."""

import asyncio
from collections.abc import Callable
from types import MappingProxyType
from typing import Any

from temporalio import workflow
from temporalio.exceptions import ApplicationError, FailureError, is_cancelled_exception

from workflows.case.command import command
from workflows.case.kernel import CASE_STATUS
from workflows.case.resolution import CaseAborted
from workflows.case.retries import DATABASE, LOCAL
from workflows.case.waits import waiting_line
from workflows.payout import FIRST_ATTEMPT, PayingCase

with workflow.unsafe.imports_passed_through():
    from activities.refund import RefundActivities
    from domain.access.roles import SYSTEM, is_same_person
    from domain.case.decision import NOT_ALLOWED_IN_STATUS, Decision
    from domain.case.recheck import RECHECK
    from domain.case.waiting import Reminder, Wait
    from domain.payout.acquirer_refusal import WhoseMatter, whose_matter
    from domain.payout.payout import (
        Answer,
        Channel,
        PayoutRequest,
        PayoutReturn,
        PayoutStatus,
    )
    from domain.refund.inquiry import InquiryRefusal
    from domain.refund.refund import (
        ACTIONS,
        OPENS_INQUIRY,
        PAID,
        UNPAID_ENDS,
        Action,
        Change,
        Opening,
        RefundOutcome,
        RefundRequest,
        RefundStatus,
        TransitionResult,
        stays_open,
    )
    from texts import rubles, translate

STEPS: MappingProxyType[Action, Callable[..., Any]] = MappingProxyType(
    {
        Action.CALCULATE: RefundActivities.record_calculation,
        Action.DECLINE: RefundActivities.decline,
        Action.SIGN: RefundActivities.record_statement,
        Action.ACCEPT: RefundActivities.accept,
        Action.RETURN_STATEMENT: RefundActivities.return_statement,
        Action.RECALCULATE: RefundActivities.recalculate,
        Action.APPROVE: RefundActivities.approve,
        Action.RETRY_PAYOUT: RefundActivities.retry_payout,
        Action.PAY_BY_BANK: RefundActivities.pay_by_bank,
        Action.BOOK_GIVEN_BACK: RefundActivities.book_given_back,
        Action.WITHDRAW: RefundActivities.withdraw,
        Action.OPEN_INQUIRY: RefundActivities.open_inquiry,
        Action.WITHDRAW_INQUIRY: RefundActivities.withdraw_inquiry,
        Action.ANSWER_INQUIRY: RefundActivities.answer_inquiry,
        Action.BOOK_RETURN: RefundActivities.book_return,
    }
)
"""The step that each decision of a person leads to."""

BY_ANOTHER_PERSON = (Action.APPROVE, Action.PAY_BY_BANK, Action.BOOK_GIVEN_BACK)
"""What whoever calculated the sum may not decide."""

SUMMARIES = MappingProxyType({Action.SIGN: "ui.step.record_statement"})
"""What a step is called where the action's own words would say too much: a scan is no code."""

ABORTED = "aborted"
"""Why a case is declined, or not opened, whose step the operator gave up (`error.aborted`)."""
CONTACT_NOT_STORED = "contact_not_stored"
"""The refusal of another address for letters that the database has not taken."""


@workflow.defn(name="refund")
class RefundWorkflow(PayingCase[Action, TransitionResult]):
    """One refund case."""

    _aborting = "ui.can_abort"

    @workflow.init
    def __init__(self, request: RefundRequest) -> None:
        super().__init__()
        self._request = request
        self._result = TransitionResult(RefundStatus.CALCULATING)
        self._question: frozenset[Action] = frozenset()
        self._returns: dict[int, PayoutReturn] = {}
        self._given_up = False
        self._is_unshown = False
        self._changing = asyncio.Lock()

    @workflow.run
    async def run(self, request: RefundRequest) -> RefundOutcome:
        """The process: calculated, signed, reviewed, approved, paid, credited."""
        await self._opened()
        while not await self._has_ended():  # again after remarks, a rejection, a return
            await self._decided(RefundStatus.AWAITING_SPECIALIST)
            await self._decided(RefundStatus.AWAITING_STATEMENT)
            await self._decided(RefundStatus.UNDER_REVIEW)
            await self._decided(RefundStatus.AWAITING_APPROVAL)
            await self._paid()
            await self._credited()
            await self._decided(RefundStatus.INQUIRY)
            await self._reopened()
        return RefundOutcome(self._status, self._result.sum_kopecks, self._result.refusal)

    # What the process does.

    async def _opened(self) -> None:
        """Opens the case, or continues from its state in the database: after a reset, or when the
        money of a closed case came back.
        """
        opening = Opening(self._request, workflow.now())
        try:
            opened = await self._store(
                RefundActivities.open, opening, translate("ui.step.calculate")
            )
        except CaseAborted as aborted:
            self._given_up = True
            self._refuse(ABORTED)
            await workflow.wait_condition(workflow.all_handlers_finished)
            # No row was stored: only a case that failed leaves its id to the client's next request.
            raise ApplicationError(str(aborted), type=ABORTED, non_retryable=True) from None
        self._transition(opened)

    async def _decided(self, status: RefundStatus) -> None:
        """Waits in this status until a decision, or the end of the wait, leads to another one."""
        while self._status is status:
            await self._until_answered(status)
            async with self._changing:
                if self._status is not status or self._came_back:  # or the database was ahead
                    self._refuse(NOT_ALLOWED_IN_STATUS)
                    return
                await self._carried_out()

    async def _carried_out(self) -> None:
        """Does what a person decided, or what the end of the wait means."""
        step, decision, summary = self._answer()
        if step is RefundActivities.open_inquiry and self._status is not RefundStatus.COMPLETED:
            self._refuse(NOT_ALLOWED_IN_STATUS)  # taken before this run had read its case
            return
        change = self._next_change(
            decision.by, decision.submission_id, attempt=self._result.attempt
        )
        before = self._status
        try:
            result = await self._store(step, change, summary)
        except CaseAborted as aborted:
            result = await self._declined(str(aborted), step, change, summary)
        self._go_on(result)
        if not self._is_judged_again(before, change, result):
            self._refused, self._heard = result.refusal, None

    def _is_judged_again(
        self, before: RefundStatus, change: Change, result: TransitionResult
    ) -> bool:
        """Whether a command was taken in a state that was over: its number was taken by a change
        whose answer was lost with its worker. What is as open to whoever decided where the case is
        now is carried out there.
        """
        return (
            self._heard is not None
            and _came_late(change, result)
            and stays_open(self._heard[0], before, self._status)
        )

    def _refuse(self, code: str) -> None:
        """Answers a command that waits to be carried out; changes nothing when none does."""
        if self._heard is not None:
            self._refused, self._heard = code, None

    async def _declined(
        self, by: str, step: Callable[..., Any], change: Change, summary: str
    ) -> TransitionResult:
        """Declines a case whose step the operator gave up. When that step was stored and only its
        answer was lost, the case continues from it.
        """
        self._given_up = True
        ending = self._next_change(by, reason=ABORTED)
        # Regular from the beginning: nobody makes a case look that waits for the operator.
        result: TransitionResult = await self._step(
            RefundActivities.decline, ending, translate("action.decline"), DATABASE
        )
        if result.refusal is not None:
            result = await self._step(step, change, summary, DATABASE)
        self._given_up = False
        return result

    async def _paid(self) -> None:
        """Pays attempts out until one is paid or new requisites are needed. A payout rejected for a
        reason on our side waits for an accountant's decision."""
        while self._status in (RefundStatus.PAYING, RefundStatus.PAYOUT_HELD):
            if self._status is RefundStatus.PAYING:
                attempt, channel = self._result.attempt, self._channel
                answer = await self._payout(
                    PayoutRequest(
                        self._request.refund_id, attempt, channel, to_clear=self._result.to_clear
                    )
                )
                await self._change(_step_after(answer, channel), attempt=attempt)
            else:
                await self._decided(RefundStatus.PAYOUT_HELD)
            await self._signal_renewal(self._result.stopped_renewal)

    async def _signal_renewal(self, renewal_id: str | None) -> None:
        """Signals the renewal whose term was refunded; a case that has ended needs no signal."""
        if renewal_id is None:
            return
        try:
            await workflow.get_external_workflow_handle(renewal_id).signal(RECHECK)
        except ApplicationError:
            workflow.logger.info("refund.renewal_had_ended")

    async def _credited(self) -> None:
        """Waits for the bank days of crediting and asks for feedback, unless the money comes back
        or the client says that it has not come.
        """
        if self._status is not RefundStatus.COMPLETED:
            return
        if self._is_being_credited:
            await self._wait_for(
                lambda: self._came_back or self._heard is not None or not self._is_being_credited,
                lambda: self._wait,
                translate(f"ui.timer.{self._status}"),
            )
        if self._heard is not None and not self._came_back:
            async with self._changing:
                await self._carried_out()
        elif self._is_being_credited and not self._came_back:
            await self._change(RefundActivities.close)

    async def _reopened(self) -> None:
        """Asks for new requisites when the money came back, also while the case was being closed
        or an inquiry was being answered.
        """
        returned = self._returned
        if returned is None or not self._came_back:
            return
        self._refuse(NOT_ALLOWED_IN_STATUS)
        await self._change(
            RefundActivities.reopen, attempt=returned.attempt, reason=returned.reason
        )

    async def _change(
        self, step: Callable[..., Any], *, attempt: int = 0, reason: str | None = None
    ) -> None:
        """Runs a step that always changes the case, and takes over its result."""
        async with self._changing:
            change = self._next_change(attempt=attempt, reason=reason)
            self._go_on(await self._store(step, change, translate(f"ui.step.{step.__name__}")))

    async def _take(self, action: Action, decision: Decision) -> TransitionResult:
        """Hands a decision to `run`, but for another address for letters: that is stored beside it,
        since the case writes on while it pays, or waits for the bank or the operator.
        """
        if action is not Action.CORRECT_CONTACT:
            return await super()._take(action, decision)
        async with self._changing:
            result = await self._contact_corrected(decision)
        if result.refusal is not None:
            raise ApplicationError(str(result.status), type=result.refusal)
        return result

    async def _contact_corrected(self, decision: Decision) -> TransitionResult:
        """Again where the number was taken by a change that the case had not heard of."""
        self._check_contact()
        change = self._next_change(
            decision.by, decision.submission_id, attempt=self._result.attempt
        )
        result = await self._contact_stored(change)
        self._go_on(result)
        return await self._contact_corrected(decision) if _came_late(change, result) else result

    async def _contact_stored(self, change: Change) -> TransitionResult:
        """The step has tries of its own: what the operator decides is about the step of `run`."""
        summary = translate("action.correct_contact")
        step: Callable[..., Any] = RefundActivities.correct_contact
        result: TransitionResult
        try:
            try:
                result = await workflow.execute_local_activity_method(
                    step, change, summary=summary, **LOCAL
                )
            except FailureError as error:
                if is_cancelled_exception(error):
                    raise
                result = await workflow.execute_activity_method(
                    step, change, summary=summary, **DATABASE
                )
        except FailureError as error:
            if is_cancelled_exception(error):
                raise
            raise ApplicationError(str(self._status), type=CONTACT_NOT_STORED) from error
        return result

    # How it waits.

    async def _until_answered(self, status: RefundStatus) -> None:
        """Waits for a person's decision, for the end of the wait, or until the database shows
        another status.
        """
        self._question = frozenset(
            action for actions in ACTIONS[status].values() for action in actions
        ) & frozenset(STEPS)
        await self._wait_for(
            lambda: self._heard is not None or self._status is not status or self._came_back,
            lambda: self._wait,
            translate(f"ui.timer.{self._status}"),
        )
        self._question = frozenset()

    def _answer(self) -> tuple[Callable[..., Any], Decision, str]:
        """The step that a person's decision leads to, or the step of a wait that ended first."""
        if self._heard is None:
            return RefundActivities.expire, Decision(SYSTEM), translate("ui.step.expire")
        action, decision = self._heard
        return STEPS[action], decision, translate(SUMMARIES.get(action, f"action.{action}"))

    def _ends_by_itself(self, wait: Wait) -> bool:
        return wait.ends_in is not None or self._status is RefundStatus.COMPLETED

    def _reminding(self) -> Callable[..., Any]:
        return RefundActivities.remind

    def _reminder_of(self, wait: Wait, *, escalate: bool) -> Reminder:
        return Reminder(
            self._request.refund_id,
            f"reminder-{self._reminders}",
            workflow.now(),
            wait.waiting_for,
            wait.until,
            escalate,
        )

    async def _move_deadline(self) -> None:
        async with self._changing:
            change = self._next_change()
            try:
                moved = await self._store(
                    RefundActivities.move_deadline, change, translate("ui.step.move_deadline")
                )
            except CaseAborted:
                return  # the operator lets the deadline stay where it is
            if moved is not None:
                self._go_on(moved)

    # What people and the calendar say.

    @workflow.update(name="ask", description="the request that opens the case")
    async def ask(self, request: RefundRequest) -> TransitionResult:
        """Returns the opened case; an equal request returns the same case."""
        await workflow.wait_condition(
            lambda: self._given_up or self._status is not RefundStatus.CALCULATING
        )
        if self._status is RefundStatus.CALCULATING:
            raise ApplicationError("the operator gave the opening up", type=ABORTED)
        return self._result

    @ask.validator
    def _check_request(self, request: RefundRequest) -> None:
        if not request.asks_the_same_as(self._request):
            raise ApplicationError("another refund is open", type="refund_already_open")

    calculate = command(
        Action.CALCULATE, TransitionResult, "a specialist's calculation; by, submission_id"
    )
    decline = command(
        Action.DECLINE, TransitionResult, "no refund; by, submission_id of the remark"
    )
    sign = command(
        Action.SIGN, TransitionResult, "a signed statement; by, submission_id of the signature"
    )
    accept = command(Action.ACCEPT, TransitionResult, "the statement is right; by")
    return_statement = command(
        Action.RETURN_STATEMENT, TransitionResult, "back to the client; by, submission_id"
    )
    recalculate = command(
        Action.RECALCULATE, TransitionResult, "the sum is not right; by, submission_id"
    )
    approve = command(Action.APPROVE, TransitionResult, "an accountant lets the money go; by")
    retry_payout = command(
        Action.RETRY_PAYOUT, TransitionResult, "the acquirer once more; by, submission_id"
    )
    pay_by_bank = command(
        Action.PAY_BY_BANK, TransitionResult, "by the signed requisites; by, submission_id"
    )
    book_given_back = command(
        Action.BOOK_GIVEN_BACK, TransitionResult, "the client has it already; by, submission_id"
    )
    withdraw = command(Action.WITHDRAW, TransitionResult, "the client takes the request back; by")
    open_inquiry = command(
        Action.OPEN_INQUIRY, TransitionResult, "the money has not come; by, submission_id"
    )
    withdraw_inquiry = command(
        Action.WITHDRAW_INQUIRY, TransitionResult, "the client has found the money; by"
    )
    answer_inquiry = command(
        Action.ANSWER_INQUIRY, TransitionResult, "the money was paid; by, submission_id"
    )
    book_return = command(
        Action.BOOK_RETURN, TransitionResult, "the acquirer has it back; by, submission_id"
    )

    correct_contact = command(
        Action.CORRECT_CONTACT, TransitionResult, "letters go elsewhere; by, submission_id"
    )

    @workflow.signal(name="calendar_changed", description="bank days were overridden")
    def calendar_changed(self) -> None:
        """Recomputes the deadline of the open wait."""
        self._calendar_changed = True

    @workflow.signal(name=RECHECK, description="the case must look where the database has it")
    def recheck(self) -> None:
        """Makes the case go on from its last stored change; its open wait is recomputed, too."""
        self._calendar_changed = True

    @workflow.signal(name="payout_returned", description="the money came back after the debit")
    def payout_returned(self, returned: PayoutReturn) -> None:
        """Reopens the case: the client is asked for other requisites.

        May be repeated: only the attempt that is under way or paid can come back.
        """
        self._returns[returned.attempt] = returned

    def _check(self, action: Action, decision: Decision) -> None:
        """Refuses a command that the status does not allow, or that comes while another is carried
        out; and the person who calculated the sum, where another one must decide. An inquiry may
        be what begins the run of a closed case; what the case is, its step judges.
        """
        if action is Action.OPEN_INQUIRY:
            self._check_inquiry()
        elif action is Action.CORRECT_CONTACT:
            self._check_contact()
        elif action not in self._question or self._heard is not None:
            raise ApplicationError(str(self._status), type=NOT_ALLOWED_IN_STATUS)
        if action in BY_ANOTHER_PERSON and is_same_person(
            decision.by, self._result.calculated_by or ""
        ):
            raise ApplicationError("whoever calculated may not let it go", type="same_person")

    def _check_inquiry(self) -> None:
        if self._status is RefundStatus.INQUIRY:
            raise ApplicationError(str(self._status), type=InquiryRefusal.OPEN)
        if self._heard is not None or self._status not in OPENS_INQUIRY:
            raise ApplicationError(str(self._status), type=NOT_ALLOWED_IN_STATUS)

    def _check_contact(self) -> None:
        """A case that has ended, or whose run has not read it yet, takes no other address."""
        if self._status is RefundStatus.CALCULATING or self._is_ended():
            raise ApplicationError(str(self._status), type=NOT_ALLOWED_IN_STATUS)

    # What is known and shown.

    @property
    def _status(self) -> RefundStatus:
        return self._result.status

    @property
    def _channel(self) -> Channel:
        return Channel(self._result.channel or Channel.ACQUIRER)

    def _payout_wait(self) -> Wait:
        return self._wait

    @property
    def _returned(self) -> PayoutReturn | None:
        """Whether the bank returned the present attempt. The return signal can arrive before the
        transition that records the attempt.
        """
        return self._returns.get(self._result.attempt)

    @property
    def _came_back(self) -> bool:
        """Whether the money of a payout that was made came back, and the case does not say so."""
        return self._returned is not None and self._status in PAID

    @property
    def _is_being_credited(self) -> bool:
        """Whether the bank days of a payout that was made are passing."""
        return self._status is RefundStatus.COMPLETED and self._result.wait is not None

    async def _has_ended(self) -> bool:
        """Whether the run can end: the case has ended, and everybody who asked was answered."""
        if self._status in UNPAID_ENDS:
            self._refuse(NOT_ALLOWED_IN_STATUS)
        if self._is_ended():
            await workflow.wait_condition(
                lambda: workflow.all_handlers_finished() or not self._is_ended()
            )
        return self._is_ended()

    def _is_ended(self) -> bool:
        """Final without a payment, or completed with no wait left, no returned money and no
        inquiry.
        """
        return self._status in UNPAID_ENDS or (
            self._status is RefundStatus.COMPLETED
            and self._result.wait is None
            and self._returned is None
            and self._heard is None
        )

    def _next_change(
        self,
        by: str = SYSTEM,
        submission_id: str | None = None,
        *,
        attempt: int = 0,
        reason: str | None = None,
    ) -> Change:
        number = self._result.changes + 1
        return Change(
            self._request.refund_id, number, workflow.now(), by, submission_id, attempt, reason
        )

    def _transition(self, result: TransitionResult) -> None:
        """The only place that changes the status here.

        Money that is being credited waits for nobody, so what lists show of it is true of a closed
        case too. A payout that the acquirer makes at once is never shown as under way.
        """
        is_closed = self._is_being_credited and result.wait is None
        self._result = result
        self._is_unshown = self._is_to_be_asked_first()
        if (is_closed and result.status is RefundStatus.COMPLETED) or self._is_unshown:
            self._show_details()
        else:
            self._show_status()

    def _show_operator(self, *, needed: bool) -> None:
        self._show_under_way()
        super()._show_operator(needed=needed)

    def _show_under_way(self) -> None:
        if self._is_unshown:
            self._is_unshown = False
            self._show_status()

    def _is_to_be_asked_first(self) -> bool:
        """Whether the acquirer is about to be asked for the first time: it mostly answers within
        milliseconds.
        """
        result = self._result
        return (
            result.status is RefundStatus.PAYING
            and self._channel is Channel.ACQUIRER
            and result.attempt == FIRST_ATTEMPT
            and not result.to_clear
        )

    def _show_status(self) -> None:
        result = self._result
        wait = None if result.status is RefundStatus.COMPLETED else result.wait
        waiting_for, until = (wait.waiting_for, wait.until) if wait else (None, None)
        self._show(result.status, waiting_for, until, result.changes)

    def _stuck_attributes(self) -> list[Any]:
        return [CASE_STATUS.value_set(self._status), *super()._stuck_attributes()]

    def _may_abort(self) -> bool:
        return not self._given_up and self._status not in (
            RefundStatus.PAYING,
            RefundStatus.PAYOUT_HELD,
            *PAID,
        )

    def _lines(self) -> list[str]:
        lines = [f"### {translate(f'refund.staff_status.{self._status}')}"]
        if self._result.sum_kopecks:
            lines.append(f"**{rubles(self._result.sum_kopecks)}**")
        return lines + waiting_line(self._result.wait)


def _came_late(change: Change, result: TransitionResult) -> bool:
    """Whether another change has the number of this one."""
    return result.refusal == NOT_ALLOWED_IN_STATUS and result.changes >= change.number


def _step_after(answer: Answer, channel: Channel) -> Callable[..., Any]:
    """The step that follows a settled payout."""
    if answer.status is PayoutStatus.PAID:
        return RefundActivities.complete
    return _AFTER_REJECTION[whose_matter(channel, answer.reason)]


_AFTER_REJECTION: MappingProxyType[WhoseMatter, Callable[..., Any]] = MappingProxyType(
    {
        WhoseMatter.RECIPIENT: RefundActivities.ask_again,
        WhoseMatter.ANOTHER_WAY: RefundActivities.pay_by_bank,
        WhoseMatter.OURS: RefundActivities.hold_payout,
    }
)
"""The step that each kind of rejection leads to."""
