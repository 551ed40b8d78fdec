"""The renewal: one term of a subscription, from its first reminder to the next term."""

from collections.abc import Callable
from dataclasses import replace
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

from workflows.case.command import CommandedCase, command
from workflows.case.resolution import CaseAborted
from workflows.case.retries import LOCAL
from workflows.case.waits import waiting_line

with workflow.unsafe.imports_passed_through():
    from activities.renewal import RenewalActivities
    from domain.access.roles import SYSTEM
    from domain.card.card_payment import CardPaymentRequest, card_payment_workflow_id
    from domain.case.decision import Decision
    from domain.case.recheck import RECHECK
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
LONGEST_HISTORY = 400
"""Events after which a case goes on in a new run: one that is ordered and called off for ever."""

ENDS = (RenewalStatus.RENEWED, RenewalStatus.CLOSED)
OPEN_ORDERS = (RenewalStatus.AWAITING_PAYMENT, RenewalStatus.CHECKING_PAYMENT)

STEPS: MappingProxyType[RenewalAction, Callable[..., Any]] = MappingProxyType(
    {
        RenewalAction.ORDER: RenewalActivities.order,
        RenewalAction.CANCEL_ORDER: RenewalActivities.cancel_order,
        RenewalAction.CLAIM_PAYMENT: RenewalActivities.claim,
    }
)
"""The step that each command of a client leads to."""

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
class RenewalWorkflow(CommandedCase[RenewalAction, RenewalTransitionResult]):
    """One term of a subscription."""

    _aborting = "ui.can_abort_command"

    @workflow.init
    def __init__(self, request: RenewalRequest) -> None:
        super().__init__()
        self._request = request
        self._result = RenewalTransitionResult(RenewalStatus.WATCHING, 0)
        self._is_open = False
        self._given_up = False
        self._is_deciding = False
        self._recheck_requested = False
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
        if self._status not in ENDS:
            return True
        await workflow.wait_condition(lambda: self._is_called or workflow.all_handlers_finished())
        return self._is_called

    async def _while(self, status: RenewalStatus) -> None:
        """Stays in a status until a command, the money or the calendar leads out of it."""
        while self._status is status:
            await self._until_called()
            if self._is_called:
                await self._called()
            else:
                await self._change(STEPS_OF_TIME[status])
            self._begin_anew_if_long()

    async def _taken_up_again(self) -> None:
        """Handles updates and signals that reach a case which has ended."""
        if self._status in ENDS and self._is_called:
            await self._called()

    async def _called(self) -> None:
        """Reads the money first: it takes precedence over a command sent at the same time."""
        if self._recheck_requested:
            self._recheck_requested = False
            await self._change(RenewalActivities.recheck)
        elif self._heard is not None:
            self._refused = await self._decided(*self._heard)
            self._heard = None  # answered, and free for the next command, whatever the card does
            await self._follow_card()

    async def _decided(self, action: RenewalAction, decision: Decision) -> str | None:
        """Carries out a client's command; returns the refusal's code when it could not be done.

        Where the change's number was taken, by a step whose answer was lost with its worker, the
        command is judged again in the status that this step led to.
        """
        if action not in RENEWAL_ACTIONS.get(self._status, ()):
            return self._refusal(action, is_ordering=False)
        change = self._next_change(decision)
        self._is_deciding = True
        try:
            result: RenewalTransitionResult = await self._store(
                STEPS[action], change, translate(f"action.{action}")
            )
        except CaseAborted:
            return RenewalRefusal.ABORTED
        finally:
            self._is_deciding = False
        self._go_on(result)
        if (
            result.refusal == RenewalRefusal.NOT_ALLOWED_IN_STATUS
            and result.changes >= change.number
        ):
            return await self._decided(action, decision)
        return result.refusal

    async def _change(self, step: Callable[..., Any]) -> None:
        """Runs a step triggered by time or money; it may find nothing new."""
        change = self._next_change(Decision(SYSTEM))
        result = await self._store(step, change, translate(f"ui.step.{step.__name__}"))
        if result is not None:
            self._go_on(result)
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

    def _begin_anew_if_long(self) -> None:
        """Continues as new when the history is long; the state is in the database."""
        idle = not self._is_called and workflow.all_handlers_finished()
        if idle and workflow.info().get_current_history_length() > LONGEST_HISTORY:
            workflow.continue_as_new(self._request)

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

    @workflow.signal(name=RECHECK, description="the case must look again: money, a card, a term")
    def recheck(self) -> None:
        """Makes the case read its money, its term and its row again; the signal carries no data."""
        self._recheck_requested = True

    @workflow.signal(name="calendar_changed", description="bank days were overridden")
    def calendar_changed(self) -> None:
        """Recomputes the deadline of the open wait."""
        self._calendar_changed = True

    def _check(self, action: RenewalAction, decision: Decision) -> None:
        """Refuses a command that the status does not allow, or that comes while another is carried
        out. A case that is being opened is asked once it is open.
        """
        busy = self._heard is not None
        if self._is_open and (busy or action not in RENEWAL_ACTIONS.get(self._status, ())):
            is_ordering = self._heard is not None and self._heard[0] is RenewalAction.ORDER
            refusal = self._refusal(action, is_ordering=is_ordering)
            raise ApplicationError(str(self._status), type=refusal)

    def _refusal(self, action: RenewalAction, *, is_ordering: bool) -> RenewalRefusal:
        """Why a command is refused; `is_ordering`: another order is being carried out."""
        if action is RenewalAction.ORDER and (self._status in OPEN_ORDERS or is_ordering):
            return RenewalRefusal.ORDER_OPEN
        return RenewalRefusal.NOT_ALLOWED_IN_STATUS

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

    @property
    def _is_called(self) -> bool:
        return self._recheck_requested or self._heard is not None

    @property
    def _wait(self) -> Wait:
        if self._result.wait is None:
            raise RuntimeError(f"nobody is waited for in {self._status}")
        return self._result.wait

    def _next_change(self, decision: Decision) -> RenewalChange:
        return RenewalChange(
            self._request.renewal_id,
            self._result.changes + 1,
            workflow.now(),
            decision.by,
            decision.submission_id,
        )

    def _go_on(self, result: RenewalTransitionResult) -> None:
        """Takes over what is new in a step's result; a refusal carries the case's state too."""
        if result.changes > self._result.changes:
            self._transition(replace(result, refusal=None))

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
