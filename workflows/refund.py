"""The refund: from the request to the credited money, step by step."""

from collections.abc import Callable
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from temporalio import workflow
from temporalio.exceptions import ApplicationError, FailureError
from temporalio.workflow import ChildWorkflowCancellationType, ParentClosePolicy

from workflows.case.kernel import RECHECK, Case, CaseAborted, failure_of, not_taken
from workflows.payout import PayoutWorkflow

with workflow.unsafe.imports_passed_through():
    from activities.refund import RefundActivities
    from domain.access.roles import SYSTEM, is_same_person
    from domain.case.decision import NOT_ALLOWED_IN_STATUS, Decision
    from domain.case.waiting import Reminder, Wait
    from domain.payout.acquirer_refusal import WhoseMatter, whose_matter
    from domain.payout.payout import (
        Answer,
        Channel,
        PayoutRequest,
        PayoutReturn,
        PayoutStatus,
        payout_workflow_id,
    )
    from domain.refund.refund import (
        ACTIONS,
        UNPAID_ENDS,
        Action,
        Change,
        Opening,
        RefundOutcome,
        RefundRequest,
        RefundStatus,
        TransitionResult,
    )
    from texts import deadline, rubles, translate

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
    }
)
"""The step that each decision of a person leads to."""

SUMMARIES = MappingProxyType({Action.SIGN: "ui.step.record_statement"})
"""What a step is called where the action's own words would say too much: a scan is no code."""

ABORTED = "aborted"
"""Why a case is declined, or not opened, whose step the operator gave up (`error.aborted`)."""


@workflow.defn(name="refund")
class RefundWorkflow(Case):
    """One refund case."""

    @workflow.init
    def __init__(self, request: RefundRequest) -> None:
        super().__init__()
        self._request = request
        self._result = TransitionResult(RefundStatus.CALCULATING)
        self._question: frozenset[Action] = frozenset()
        self._heard: tuple[Action, Decision] | None = None
        self._refused: str | None = None
        self._returns: dict[int, PayoutReturn] = {}
        self._given_up = False

    @workflow.run
    async def run(self, request: RefundRequest) -> RefundOutcome:
        """The process: calculated, signed, reviewed, approved, paid, credited."""
        await self._opened()
        while not self._is_ended():  # again after remarks, a rejection or a return of the money
            await self._decided(RefundStatus.AWAITING_SPECIALIST)
            await self._decided(RefundStatus.AWAITING_STATEMENT)
            await self._decided(RefundStatus.UNDER_REVIEW)
            await self._decided(RefundStatus.AWAITING_APPROVAL)
            await self._paid()
            await self._credited()
        await workflow.wait_condition(workflow.all_handlers_finished)
        return RefundOutcome(self._status, self._result.sum_kopecks, self._result.refusal)

    # What the process does.

    async def _opened(self) -> None:
        """Opens the case, or takes it up where the database has it: after a reset, or when money of
        a closed case came back.
        """
        opening = Opening(self._request, workflow.now())
        try:
            opened = await self._store(
                RefundActivities.open, opening, translate("ui.step.calculate")
            )
        except CaseAborted as aborted:
            self._given_up = True
            await workflow.wait_condition(workflow.all_handlers_finished)
            # No row was stored: only a case that failed leaves its id to the client's next request.
            raise ApplicationError(str(aborted), type=ABORTED, non_retryable=True) from None
        self._transition(opened)

    async def _decided(self, status: RefundStatus) -> None:
        """Waits in this status until somebody's decision, or the end of the wait, leads out
        of it.
        """
        while self._status is status:
            await self._until_answered(status)
            if self._status is not status:  # the database was ahead of the case
                self._refused, self._heard = NOT_ALLOWED_IN_STATUS, None
                return
            step, decision, summary = self._answer()
            store = self._store if self._heard is None else self._store_decision
            change = self._next_change(decision.by, decision.submission_id)
            try:
                result = await store(step, change, summary)
            except CaseAborted as aborted:
                result = await self._declined(str(aborted), step, change, summary)
            self._go_on(result)
            self._refused, self._heard = result.refusal, None

    async def _declined(
        self, by: str, step: Callable[..., Any], change: Change, summary: str
    ) -> TransitionResult:
        """Ends a case whose step the operator gave up. Where the step had been stored, and only its
        answer was lost, the case goes on from it.
        """
        self._given_up = True
        ending = self._next_change(by, reason=ABORTED)
        result: TransitionResult = await self._store_decision(
            RefundActivities.decline, ending, translate("action.decline")
        )
        if result.refusal is not None:
            result = await self._store_decision(step, change, summary)
        self._given_up = False
        return result

    async def _paid(self) -> None:
        """Runs payouts as cases of their own until one is paid or the client must say where to.
        One that is refused for a reason of ours waits for an accountant's word.
        """
        while self._status in (RefundStatus.PAYING, RefundStatus.PAYOUT_HELD):
            if self._status is RefundStatus.PAYING:
                attempt, channel = self._result.attempt, self._channel
                answer = await self._payout(attempt, channel)
                step = _step_after(answer, channel)
                await self._change(step, self._next_change(attempt=attempt))
            else:
                await self._decided(RefundStatus.PAYOUT_HELD)
            await self._signal_renewal(self._result.stopped_renewal)

    async def _signal_renewal(self, renewal_id: str | None) -> None:
        """Has the case of a term that was refunded look at it; one that has ended need not."""
        if renewal_id is None:
            return
        try:
            await workflow.get_external_workflow_handle(renewal_id).signal(RECHECK)
        except ApplicationError:
            workflow.logger.info("refund.renewal_had_ended")

    async def _payout(self, attempt: int, channel: Channel) -> Answer:
        """Waits for a payout attempt. One that was ended by hand runs again when the operator
        retries: it looks before it asks.
        """
        failed_before = False
        while True:
            try:
                answer: Answer = await workflow.execute_child_workflow(
                    PayoutWorkflow.run,
                    PayoutRequest(
                        self._request.refund_id,
                        attempt,
                        channel,
                        self._wait,
                        self._result.to_clear,
                    ),
                    id=payout_workflow_id(self._request.refund_id, attempt),
                    cancellation_type=ChildWorkflowCancellationType.ABANDON,
                    parent_close_policy=ParentClosePolicy.ABANDON,
                    static_summary=translate("ui.payout", amount=rubles(self._result.sum_kopecks)),
                )
            except FailureError as error:
                if workflow.cancellation_reason() is not None:
                    raise
                failure = failure_of(error)
                await self._ask_operator(translate("ui.step.pay"), failure, mail=not failed_before)
                failed_before = True
            else:
                return answer

    async def _credited(self) -> None:
        """Lets the bank days pass and asks for feedback, unless the money comes back first."""
        if self._status is not RefundStatus.COMPLETED:
            return
        await self._wait_for(
            lambda: self._returned is not None or not self._is_being_credited,
            lambda: self._wait,
            translate(f"ui.timer.{self._status}"),
        )
        if self._returned is None and self._is_being_credited:
            await self._change(RefundActivities.close, self._next_change())
        returned = self._returned
        if returned is None or self._status is not RefundStatus.COMPLETED:
            return  # nor did it come back while the case was being closed
        change = self._next_change(attempt=returned.attempt, reason=returned.reason)
        await self._change(RefundActivities.reopen, change)

    async def _change(self, step: Callable[..., Any], change: Change) -> None:
        """Runs a step that is sure to change the case, and takes over what it answers."""
        self._go_on(await self._store(step, change, translate(f"ui.step.{step.__name__}")))

    # How it waits.

    async def _until_answered(self, status: RefundStatus) -> None:
        """Waits for somebody's decision, for the end of the wait, or until a look at the database
        finds the case elsewhere.
        """
        self._question = frozenset(
            action for actions in ACTIONS[status].values() for action in actions
        ) & frozenset(STEPS)
        await self._wait_for(
            lambda: self._heard is not None or self._status is not status,
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
        """Answers with the opened case; an equal request is answered with the same case."""
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

    @workflow.update(name="calculate", description="a specialist's calculation; by, submission_id")
    async def calculate(self, decision: Decision) -> TransitionResult:
        """Takes a specialist's calculation."""
        return await self._take(Action.CALCULATE, decision)

    @calculate.validator
    def _check_calculate(self, decision: Decision) -> None:
        self._check(Action.CALCULATE)

    @workflow.update(name="decline", description="no refund; by, submission_id of the remark")
    async def decline(self, decision: Decision) -> TransitionResult:
        """Refuses the refund."""
        return await self._take(Action.DECLINE, decision)

    @decline.validator
    def _check_decline(self, decision: Decision) -> None:
        self._check(Action.DECLINE)

    @workflow.update(
        name="sign", description="a signed statement; by, submission_id of the signature"
    )
    async def sign(self, decision: Decision) -> TransitionResult:
        """Takes the client's signed statement."""
        return await self._take(Action.SIGN, decision)

    @sign.validator
    def _check_sign(self, decision: Decision) -> None:
        self._check(Action.SIGN)

    @workflow.update(name="accept", description="the statement is right; by")
    async def accept(self, decision: Decision) -> TransitionResult:
        """Accepts the statement."""
        return await self._take(Action.ACCEPT, decision)

    @accept.validator
    def _check_accept(self, decision: Decision) -> None:
        self._check(Action.ACCEPT)

    @workflow.update(name="return_statement", description="back to the client; by, submission_id")
    async def return_statement(self, decision: Decision) -> TransitionResult:
        """Returns the statement with remarks."""
        return await self._take(Action.RETURN_STATEMENT, decision)

    @return_statement.validator
    def _check_return_statement(self, decision: Decision) -> None:
        self._check(Action.RETURN_STATEMENT)

    @workflow.update(name="recalculate", description="the sum is not right; by, submission_id")
    async def recalculate(self, decision: Decision) -> TransitionResult:
        """Sends the sum back to a specialist."""
        return await self._take(Action.RECALCULATE, decision)

    @recalculate.validator
    def _check_recalculate(self, decision: Decision) -> None:
        self._check(Action.RECALCULATE)

    @workflow.update(name="approve", description="an accountant lets the money go; by")
    async def approve(self, decision: Decision) -> TransitionResult:
        """Approves the payout."""
        return await self._take(Action.APPROVE, decision)

    @approve.validator
    def _check_approve(self, decision: Decision) -> None:
        self._check_other_person(Action.APPROVE, decision)

    @workflow.update(name="retry_payout", description="the acquirer once more; by, submission_id")
    async def retry_payout(self, decision: Decision) -> TransitionResult:
        """Has the payout's way chosen anew, once the cause of its delay is gone."""
        return await self._take(Action.RETRY_PAYOUT, decision)

    @retry_payout.validator
    def _check_retry_payout(self, decision: Decision) -> None:
        self._check(Action.RETRY_PAYOUT)

    @workflow.update(name="pay_by_bank", description="by the signed requisites; by, submission_id")
    async def pay_by_bank(self, decision: Decision) -> TransitionResult:
        """Pays by the requisites, whatever the acquirer has said."""
        return await self._take(Action.PAY_BY_BANK, decision)

    @pay_by_bank.validator
    def _check_pay_by_bank(self, decision: Decision) -> None:
        self._check_other_person(Action.PAY_BY_BANK, decision)

    @workflow.update(
        name="book_given_back", description="the client has it already; by, submission_id"
    )
    async def book_given_back(self, decision: Decision) -> TransitionResult:
        """Takes what was given back in the acquirer's cabinet for this payout."""
        return await self._take(Action.BOOK_GIVEN_BACK, decision)

    @book_given_back.validator
    def _check_book_given_back(self, decision: Decision) -> None:
        self._check_other_person(Action.BOOK_GIVEN_BACK, decision)

    @workflow.update(name="withdraw", description="the client takes the request back; by")
    async def withdraw(self, decision: Decision) -> TransitionResult:
        """Withdraws the request."""
        return await self._take(Action.WITHDRAW, decision)

    @withdraw.validator
    def _check_withdraw(self, decision: Decision) -> None:
        self._check(Action.WITHDRAW)

    @workflow.signal(name="calendar_changed", description="bank days were overridden")
    def calendar_changed(self) -> None:
        """Makes the open wait recompute its deadline."""
        self._calendar_changed = True

    @workflow.signal(name=RECHECK, description="the case must look where the database has it")
    def recheck(self) -> None:
        """Makes the case go on from its last stored change; its open wait is recomputed, too."""
        self._calendar_changed = True

    @workflow.signal(name="payout_returned", description="the money came back after the debit")
    def payout_returned(self, returned: PayoutReturn) -> None:
        """Reopens the case: the client is asked where the money shall go.

        A bank may say it twice: only the attempt that is under way or paid can come back.
        """
        self._returns[returned.attempt] = returned

    def _check(self, action: Action) -> None:
        """Refuses what the open question does not ask for; a decision in progress closes it."""
        if action not in self._question or self._heard is not None:
            raise not_taken(NOT_ALLOWED_IN_STATUS, self._status, self._result.changes)

    def _check_other_person(self, action: Action, decision: Decision) -> None:
        """Refuses as `_check` does, and whoever calculated the sum."""
        self._check(action)
        if is_same_person(decision.by, self._result.calculated_by or ""):
            raise not_taken(
                "same_person", "whoever calculated may not let it go", self._result.changes
            )

    async def _take(self, action: Action, decision: Decision) -> TransitionResult:
        """Hands a decision to the process and answers what came of it."""
        taken = (action, decision)
        self._heard = taken
        await workflow.wait_condition(lambda: self._heard is not taken)
        if self._refused is not None:
            raise ApplicationError(str(self._status), type=self._refused)
        return self._result

    # What is known and shown.

    @property
    def _status(self) -> RefundStatus:
        return self._result.status

    @property
    def _channel(self) -> Channel:
        return Channel(self._result.channel or Channel.ACQUIRER)

    @property
    def _wait(self) -> Wait:
        if self._result.wait is None:
            raise RuntimeError(f"nobody is waited for in {self._status}")
        return self._result.wait

    @property
    def _returned(self) -> PayoutReturn | None:
        """What the bank said of the present attempt: a word may come before the case knows where it
        is.
        """
        return self._returns.get(self._result.attempt)

    @property
    def _is_being_credited(self) -> bool:
        """Whether the bank days of a payout that was made are passing."""
        return self._status is RefundStatus.COMPLETED and self._result.wait is not None

    def _is_ended(self) -> bool:
        """Final without money, or completed with nothing to wait for and nothing come back."""
        return self._status in UNPAID_ENDS or (
            self._status is RefundStatus.COMPLETED
            and self._result.wait is None
            and self._returned is None
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

    def _go_on(self, result: TransitionResult) -> None:
        """Takes over what is new in a step's answer; also a refusal says where the case is."""
        if result.changes > self._result.changes:
            self._transition(replace(result, refusal=None))

    def _transition(self, result: TransitionResult) -> None:
        """The only place that changes the status."""
        self._result = result
        wait = result.wait
        self._show(result.status, wait.waiting_for if wait else None, wait.until if wait else None)

    def _may_abort(self) -> bool:
        return not self._given_up and self._status not in (
            RefundStatus.PAYING,
            RefundStatus.PAYOUT_HELD,
            RefundStatus.COMPLETED,
        )

    def _describe(self) -> str:
        """Markdown for the Web UI: status, who is waited for, until when, failure, what can be
        done.
        """
        lines = [f"### {translate(f'refund.status.{self._status}')}"]
        if self._result.sum_kopecks:
            lines.append(f"**{rubles(self._result.sum_kopecks)}**")
        wait = self._result.wait
        if wait is not None:
            who = translate(f"role.{wait.waiting_for}")
            lines.append(translate("ui.waiting", who=who, until=deadline(wait.until)))
        if self._failure is not None and self._failed_step is not None:
            lines.append(translate("ui.failure", step=self._failed_step, failure=self._failure))
            lines.append(translate("ui.can_do"))
            if self._may_abort():
                lines.append(translate("ui.can_abort"))
        return "\n\n".join(lines)


def _step_after(answer: Answer, channel: Channel) -> Callable[..., Any]:
    """Where a settled payout leads."""
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
