"""The renewal: one term of a subscription, from its first reminder to the next term."""

from collections.abc import Callable
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from temporalio import workflow
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import (
    ApplicationError,
    FailureError,
    WorkflowAlreadyStartedError,
    is_cancelled_exception,
)
from temporalio.workflow import ParentClosePolicy

from workflows.case.command import command
from workflows.case.resolution import CaseAborted
from workflows.case.retries import LOCAL
from workflows.case.status_case import CaseType, StatusCase
from workflows.case.waits import waiting_line

with workflow.unsafe.imports_passed_through():
    from activities.renewal import RenewalActivities
    from domain.card.card_payment import CardPaymentRequest, card_payment_workflow_id
    from domain.case.decision import Decision
    from domain.case.waiting import Wait
    from domain.renewal.renewal import (
        RENEWAL_ACTIONS,
        RenewalAction,
        RenewalChange,
        RenewalOpening,
        RenewalOutcome,
        RenewalRefusal,
        RenewalReminding,
        RenewalRequest,
        RenewalStatus,
        RenewalTransitionResult,
        next_request,
    )
    from texts import rubles, translate

CARD_PAYMENT = "card_payment"
"""The process of an order that is paid by card."""
STOP = "stop"
"""Its signal: nobody waits for the payment any longer."""
REMIND_AGAIN = timedelta(hours=1)
"""A reminder whose step failed is tried again after this time."""
ENDS = (RenewalStatus.RENEWED, RenewalStatus.CLOSED)
OPEN_ORDERS = (RenewalStatus.AWAITING_PAYMENT, RenewalStatus.CHECKING_PAYMENT)

RENEWAL = CaseType(
    titles="renewal.staff_status",
    timers="ui.timer",
    summaries="action",
    opening_summary="ui.step.open_renewal",
    opening=RenewalOpening,
    change=RenewalChange,
    open=RenewalActivities.open,
    catch_up=RenewalActivities.recheck,
    remind=RenewalActivities.remind,
    move_deadline=RenewalActivities.move_deadline,
    commands={action: getattr(RenewalActivities, action) for action in RenewalAction},
    actions=RENEWAL_ACTIONS,
    ends=ENDS,
    ended=RenewalRefusal.NOT_ALLOWED_IN_STATUS,
)
"""What a term of a subscription is; the step of each command has its name."""
STEPS_OF_TIME: MappingProxyType[RenewalStatus, Callable[..., Any]] = MappingProxyType(
    {
        RenewalStatus.WATCHING: RenewalActivities.lapse,
        RenewalStatus.AWAITING_PAYMENT: RenewalActivities.check_payment,
        RenewalStatus.CHECKING_PAYMENT: RenewalActivities.lapse,
        RenewalStatus.PAID: RenewalActivities.begin,
        RenewalStatus.LAPSED: RenewalActivities.lapse,
    }
)
"""The step that the end of each status's wait leads to."""


@workflow.defn(name="renewal")
class RenewalWorkflow(StatusCase[RenewalAction, RenewalTransitionResult, RenewalChange]):
    """One term of a subscription."""

    @workflow.init
    def __init__(self, request: RenewalRequest) -> None:
        result = RenewalTransitionResult(RenewalStatus.WATCHING, 0)
        super().__init__(RENEWAL, request, request.renewal_id, result)
        self._given_up = False
        self._remind_later_at: datetime | None = None
        self._card_order_id: str | None = None

    @workflow.run
    async def run(self, request: RenewalRequest) -> RenewalOutcome:
        """The process: watched, ordered, paid, and the next term begun; or lapsed and closed."""
        await self._opened()
        next_case = await self._ended()
        while self._is_called:  # something was said while the case of the next term was started
            next_case = await self._ended()
        return RenewalOutcome(self._status, next_case)

    # What the process does.

    async def _ended(self) -> str | None:
        """Runs the case to its end, and starts the case of the next term; returns that case's
        id.
        """
        while await self._goes_on():
            await self._while(
                RenewalStatus.WATCHING
            )  # reminds until somebody orders, or the term is over
            await self._while(
                RenewalStatus.AWAITING_PAYMENT
            )  # until the money is there, or the time is over
            await self._while(
                RenewalStatus.CHECKING_PAYMENT
            )  # a fresh bank statement is asked for first
            await self._while(RenewalStatus.PAID)  # until the first day of the next term
            await self._while(RenewalStatus.LAPSED)  # the service goes on for the grace
            await self._taken_up_again()  # late money, or an order after all
        return await self._followed()

    async def _opened(self) -> None:
        opening = RenewalOpening(self._request, workflow.now())
        try:
            opened = await self._store(
                RenewalActivities.open, opening, translate("ui.step.open_renewal")
            )
        except CaseAborted as aborted:
            self._given_up = True
            await workflow.wait_condition(workflow.all_handlers_finished)
            # No row was stored: only a case that failed leaves its id to the next command.
            raise ApplicationError(
                str(aborted), type=RenewalRefusal.ABORTED, non_retryable=True
            ) from None
        self._transition(opened)
        await self._follow_card()
        self._is_open = True

    async def _goes_on(self) -> bool:
        """Whether the case still has something to do; an ended case still answers updates."""
        if not self._has_ended:
            return True
        await workflow.wait_condition(lambda: self._is_called or workflow.all_handlers_finished())
        return self._is_called

    async def _while(self, status: RenewalStatus) -> None:
        """Stays in a status until a command, the money or the calendar leads out of it."""
        while self._status is status:
            await self._begin_anew_if_long()
            await self._until_called()
            if self._is_called:
                await self._called()
            else:
                await self._change(STEPS_OF_TIME[status])

    async def _taken_up_again(self) -> None:
        """Handles updates and signals that reach a case which has ended."""
        if self._has_ended and self._is_called:
            await self._called()

    async def _called(self) -> None:
        """Reads the money first: it takes precedence over a command sent at the same time. What is
        answered is answered, and free for the next command, whatever the card does.
        """
        await super()._called()
        await self._follow_card()

    async def _caught_up(self) -> None:
        await self._change(RenewalActivities.recheck)

    async def _change(self, step: Callable[..., Any]) -> None:
        """Runs a step triggered by time or money; it may find nothing new."""
        await self._by_itself(step, f"ui.step.{step.__name__}")
        await self._follow_card()

    async def _follow_card(self) -> None:
        """Starts the card payment of a new order, and stops that of an order that is no longer
        open.
        """
        followed, order_id = self._card_order_id, self._result.card_order_id
        self._card_order_id = order_id
        if followed is not None and followed != order_id:
            await self._stop_card(followed)
        if order_id is not None and followed != order_id:
            await self._pay_by_card(order_id)

    async def _stop_card(self, order_id: str) -> None:
        card = workflow.get_external_workflow_handle(card_payment_workflow_id(order_id))
        try:
            await card.signal(STOP)
        except ApplicationError:  # it has ended by itself
            workflow.logger.info("renewal.card_payment_ended_already")

    async def _pay_by_card(self, order_id: str) -> None:
        """Starts the card payment as a workflow of its own; a second start changes nothing."""
        try:
            await workflow.start_child_workflow(
                CARD_PAYMENT,
                CardPaymentRequest(
                    order_id, self._result.invoice_number or "", self._result.amount_kopecks
                ),
                id=card_payment_workflow_id(order_id),
                id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
                parent_close_policy=ParentClosePolicy.ABANDON,
            )
        except WorkflowAlreadyStartedError:
            workflow.logger.info("renewal.card_payment_runs_already")

    async def _followed(self) -> str | None:
        """Starts the case of the next term, which runs on its own; returns its id."""
        if self._status is not RenewalStatus.RENEWED or self._result.next_term is None:
            return None
        request = next_request(self._request, self._result.next_term)
        try:
            await workflow.start_child_workflow(
                RenewalWorkflow.run,
                request,
                id=request.renewal_id,
                parent_close_policy=ParentClosePolicy.ABANDON,
            )
        except WorkflowAlreadyStartedError:
            workflow.logger.info("renewal.next_case_runs_already")
        return request.renewal_id

    # How it waits.

    async def _until_called(self) -> None:
        summary = translate(f"ui.timer.{self._status}")
        if self._result.wait is not None:
            await self._wait_for(lambda: self._is_called, lambda: self._wait, summary)
        elif self._result.next_term is not None:
            await self._until(self._result.next_term.starts_at, summary)

    async def _until(self, at: datetime, summary: str) -> None:
        """Waits for the moment of a wait that only the calendar ends."""
        try:
            await workflow.wait_condition(
                lambda: self._is_called,
                timeout=max(at - workflow.now(), timedelta(0)),
                timeout_summary=summary,
            )
        except TimeoutError:
            return

    async def _remind(self, wait: Wait, at: datetime) -> None:
        """Sends a reminder, or returns when to try again: not at night, and not right after a
        failure.
        """
        reminding = RenewalReminding(self._request.renewal_id, workflow.now())
        try:
            self._remind_later_at = await workflow.execute_local_activity_method(
                RenewalActivities.remind, reminding, summary=translate("ui.step.remind"), **LOCAL
            )
        except FailureError as error:
            if is_cancelled_exception(error):
                raise
            self._remind_later_at = workflow.now() + REMIND_AGAIN

    def _next_moment(self, wait: Wait, after: datetime) -> datetime:
        planned = super()._next_moment(wait, after)
        later = self._remind_later_at
        return planned if later is None or later <= after else min(planned, later)

    async def _move_deadline(self) -> None:
        await self._change(RenewalActivities.move_deadline)

    # What people and the money say.

    @workflow.update(name="ask", description="opens the case of a term that was registered")
    async def ask(self, request: RenewalRequest) -> RenewalTransitionResult:
        """Returns the opened case; an equal request returns the same case."""
        await self._known()
        return self._result

    order = command(
        RenewalAction.ORDER,
        RenewalTransitionResult,
        "the client orders; by, submission_id of the order",
    )
    cancel_order = command(
        RenewalAction.CANCEL_ORDER,
        RenewalTransitionResult,
        "the client calls the open order off; by",
    )
    claim_payment = command(
        RenewalAction.CLAIM_PAYMENT,
        RenewalTransitionResult,
        "the payment is on its way; by, submission_id of the claim",
    )

    def _check(self, action: RenewalAction, decision: Decision) -> None:
        """Refuses a command that the status does not allow, or that comes while another is carried
        out. A case that is being opened is asked once it is open.
        """
        ahead = None if self._heard is None else self._heard[0]
        if self._is_open and (ahead is not None or not self._allows(action)):
            is_ordering = action is RenewalAction.ORDER and ahead is RenewalAction.ORDER
            refusal = RenewalRefusal.ORDER_OPEN if is_ordering else self._refusal(action)
            raise ApplicationError(str(self._status), type=refusal)

    def _refusal(self, action: RenewalAction) -> str:
        if action is RenewalAction.ORDER and self._status in OPEN_ORDERS:
            return RenewalRefusal.ORDER_OPEN
        return super()._refusal(action)

    async def _known(self) -> None:
        await workflow.wait_condition(lambda: self._is_open or self._given_up)
        if self._given_up:
            raise ApplicationError("the operator gave the opening up", type=RenewalRefusal.ABORTED)

    async def _take(self, action: RenewalAction, decision: Decision) -> RenewalTransitionResult:
        """Hands a decision to `run` once the case is open, and checks it again before that."""
        await self._known()
        self._check(action, decision)
        return await super()._take(action, decision)

    # What is known and shown.

    @property
    def _status(self) -> RenewalStatus:
        return self._result.status

    def _transition(self, result: RenewalTransitionResult) -> None:
        """The only place that changes the status here."""
        self._result = result
        wait, term = result.wait, result.next_term
        until = wait.until if wait else term.starts_at if term else None
        self._show(result.status, wait.waiting_for if wait else None, until, result.changes)

    def _may_abort(self) -> bool:
        """A client's command and an opening may be given up; a step that time or money led to may
        not.
        """
        return self._is_deciding or not self._is_open

    def _lines(self) -> list[str]:
        lines = [f"### {translate(f'renewal.staff_status.{self._status}')}"]
        if self._result.invoice_number is not None:
            amount = rubles(self._result.amount_kopecks)
            lines.append(f"**{self._result.invoice_number}, {amount}**")
        return lines + waiting_line(self._result.wait)
