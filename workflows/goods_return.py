"""The return of goods: asked for, allowed, sent, inspected, decided, settled. Its money starts when
it is decided, or on the day of the law, whichever comes first.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from temporalio import workflow
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.workflow import ParentClosePolicy

from workflows.case.command import CommandedCase, command
from workflows.case.resolution import CaseAborted
from workflows.case.waits import waiting_line

with workflow.unsafe.imports_passed_through():
    from activities.goods_return.steps import GoodsReturnActivities
    from activities.refund import RefundActivities
    from domain.access.roles import SYSTEM
    from domain.case.decision import NOT_ALLOWED_IN_STATUS, Decision
    from domain.case.recheck import RECHECK
    from domain.case.waiting import Reminder, Wait
    from domain.goods_return.goods_return import (
        ENDED,
        TAKEN_BACK,
        GoodsReturnAction,
        GoodsReturnChange,
        GoodsReturnOpening,
        GoodsReturnOutcome,
        GoodsReturnRefusal,
        GoodsReturnRequest,
        GoodsReturnResult,
        GoodsReturnStatus,
        RefundDue,
        takes,
    )
    from domain.refund.refund import Opening, RefundRequest
    from texts import translate

REFUND = "refund"
"""The process of a refund case."""
LOOK_AGAIN = timedelta(hours=1)
"""How soon it is tried again to settle a return: another refund of the invoice has to be paid
first, or the price of an exchange is not paid any more.
"""

STEPS: MappingProxyType[GoodsReturnAction, Callable[..., Any]] = MappingProxyType(
    {action: getattr(GoodsReturnActivities, action) for action in GoodsReturnAction}
)
"""The step that each command leads to, of the same name."""


@workflow.defn(name="goods-return")
class GoodsReturnWorkflow(CommandedCase[GoodsReturnAction, GoodsReturnResult]):
    """One return of goods."""

    _aborting = "ui.can_abort_command"

    @workflow.init
    def __init__(self, request: GoodsReturnRequest) -> None:
        super().__init__()
        self._request = request
        self._result = GoodsReturnResult(GoodsReturnStatus.REQUESTED, 0)
        self._is_open = False
        self._is_deciding = False
        self._is_behind = False
        self._look_again: datetime | None = None

    @workflow.run
    async def run(self, request: GoodsReturnRequest) -> GoodsReturnOutcome:
        """The process: whoever's turn it is is waited for, until the return has ended."""
        await self._opened()
        while self._status not in ENDED:
            if not self._settles_now or not await self._settled():
                await self._waited()
        if self._heard is not None:
            self._heard, self._refused = None, GoodsReturnRefusal.CLOSED
        await workflow.wait_condition(workflow.all_handlers_finished)
        return GoodsReturnOutcome(self._status)

    # What the process does.

    async def _opened(self) -> None:
        opening = GoodsReturnOpening(self._request, workflow.now())
        self._transition(
            await self._store(
                GoodsReturnActivities.open, opening, translate("ui.step.goods_return.open")
            )
        )
        self._is_open = True

    async def _waited(self) -> None:
        """Waits for whoever's turn it is, and does what was said or what time does."""
        await self._wait_for(
            lambda: self._is_called or self._is_due,
            lambda: self._wait,
            translate(f"ui.timer.goods_return.{self._status}"),
        )
        if self._is_called:
            await self._called()
        elif self._is_due and self._status not in TAKEN_BACK:
            await self._paid_by_law()
        elif not self._is_due:
            await self._ended_wait()

    async def _called(self) -> None:
        """Reads the row first, where somebody said that it is ahead."""
        if self._is_behind:
            self._is_behind = False
            self._go_on(
                await self._store(
                    GoodsReturnActivities.catch_up,
                    self._request.return_id,
                    translate("ui.step.catch_up"),
                )
            )
        elif self._heard is not None:
            self._refused = await self._decided(*self._heard)
            self._heard = None

    async def _decided(self, action: GoodsReturnAction, decision: Decision) -> str | None:
        """Carries out a command; returns the refusal's code when it could not be done.

        Where the change's number was taken, by a step whose answer was lost with its worker, the
        command is judged again in the status that this step led to.
        """
        if not takes(self._status, action):
            return self._refusal()
        change = self._next_change(decision)
        self._is_deciding = True
        try:
            result: GoodsReturnResult = await self._store(
                STEPS[action], change, translate(f"ui.step.goods_return.{action}")
            )
        except CaseAborted:
            return GoodsReturnRefusal.ABORTED
        finally:
            self._is_deciding = False
        self._go_on(result)
        if result.refusal != NOT_ALLOWED_IN_STATUS:
            return result.refusal
        if self._result.changes >= change.number:
            return await self._decided(action, decision)
        return GoodsReturnRefusal.NOT_ALLOWED

    async def _settled(self) -> bool:
        """Does what was decided, without waiting for anybody; whether it could be done."""
        before = self._result.changes
        if self._status in TAKEN_BACK:
            await self._with_money(GoodsReturnActivities.settle, needs=self._result.takes_money)
        else:
            await self._by_itself(GoodsReturnActivities.close)
        return self._result.changes > before

    async def _paid_by_law(self) -> None:
        await self._with_money(GoodsReturnActivities.pay_by_law, needs=True)

    async def _with_money(self, step: Callable[..., Any], *, needs: bool) -> None:
        """Opens the refund case first, where one is needed; a step that finds none open is tried
        again later.
        """
        refund = await self._refund_opened() if needs else None
        before = self._result.changes
        await self._by_itself(step)
        if self._result.changes == before:
            self._look_again = workflow.now() + LOOK_AGAIN
            return
        self._look_again = None
        if refund is not None:
            await self._begin_refund(refund)

    async def _refund_opened(self) -> RefundRequest | None:
        """Stores the refund case, unless another one has to be paid first."""
        due: RefundDue = await self._store(
            GoodsReturnActivities.refund_due,
            self._request.return_id,
            translate("ui.step.goods_return.refund_due"),
        )
        if due.request is not None and not due.is_open:
            opening = Opening(due.request, workflow.now())
            await self._store(
                RefundActivities.open, opening, translate("ui.step.goods_return.open_refund")
            )
        return due.request

    async def _begin_refund(self, request: RefundRequest) -> None:
        """Begins the process of the refund case, which runs on its own; a second begin changes
        nothing.
        """
        try:
            await workflow.start_child_workflow(
                REFUND,
                request,
                id=request.refund_id,
                id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
                parent_close_policy=ParentClosePolicy.ABANDON,
            )
        except WorkflowAlreadyStartedError:
            workflow.logger.info("goods_return.refund_runs_already")

    async def _ended_wait(self) -> None:
        await self._by_itself(GoodsReturnActivities.expire)

    async def _by_itself(self, step: Callable[..., Any]) -> None:
        """A change that nobody asked for; None: there is nothing to do."""
        change = self._next_change(Decision(SYSTEM))
        summary = translate(f"ui.step.goods_return.{step.__name__}")
        result = await self._store(step, change, summary)
        if result is not None:
            self._go_on(result)

    # How it waits.

    @property
    def _settles_now(self) -> bool:
        """Whether the next step is the process's own."""
        if self._status is GoodsReturnStatus.SETTLED:
            return self._result.closes
        is_early = self._look_again is not None and workflow.now() < self._look_again
        return self._status in TAKEN_BACK and not is_early

    @property
    def _due_at(self) -> datetime | None:
        """When the process does something by itself beside the end of the wait."""
        if self._look_again is not None:
            return self._look_again
        return None if self._status in TAKEN_BACK else self._result.money_at

    @property
    def _is_due(self) -> bool:
        return self._due_at is not None and workflow.now() >= self._due_at

    def _next_moment(self, wait: Wait, after: datetime) -> datetime:
        moment = super()._next_moment(wait, after)
        return moment if self._due_at is None else min(moment, self._due_at)

    async def _move_deadline(self) -> None:
        await self._by_itself(GoodsReturnActivities.move_deadline)

    def _reminding(self) -> Callable[..., Any]:
        return GoodsReturnActivities.remind

    def _reminder_of(self, wait: Wait, *, escalate: bool) -> Reminder:
        """The occasion names the change that the wait began with: a reset run counts anew."""
        return Reminder(
            self._request.return_id,
            f"reminder-{self._result.changes}-{self._reminders}",
            workflow.now(),
            wait.waiting_for,
            wait.until,
            escalate,
        )

    # What people say.

    @workflow.update(name="ask", description="opens the return")
    async def ask(self) -> GoodsReturnResult:
        """Returns the opened return."""
        await workflow.wait_condition(lambda: self._is_open)
        return self._result

    ship = command(GoodsReturnAction.SHIP, GoodsReturnResult, "the client has sent the goods; by")
    deactivate = command(
        GoodsReturnAction.DEACTIVATE, GoodsReturnResult, "the client no longer uses it; by"
    )
    withdraw = command(GoodsReturnAction.WITHDRAW, GoodsReturnResult, "the client keeps it; by")
    authorise = command(GoodsReturnAction.AUTHORISE, GoodsReturnResult, "it may be sent; by")
    refuse = command(
        GoodsReturnAction.REFUSE, GoodsReturnResult, "it is not taken back; by, submission_id"
    )
    receive = command(GoodsReturnAction.RECEIVE, GoodsReturnResult, "the goods are here; by")
    lose = command(
        GoodsReturnAction.LOSE, GoodsReturnResult, "the carrier has lost it; by, submission_id"
    )
    inspect = command(
        GoodsReturnAction.INSPECT, GoodsReturnResult, "what was found; by, submission_id"
    )
    accept = command(
        GoodsReturnAction.ACCEPT, GoodsReturnResult, "what it is settled by; by, submission_id"
    )
    reject = command(
        GoodsReturnAction.REJECT, GoodsReturnResult, "it goes back as it is; by, submission_id"
    )
    send = command(
        GoodsReturnAction.SEND,
        GoodsReturnResult,
        "goods leave to the client; by, submission_id",
    )

    @workflow.signal(name=RECHECK, description="the return must read its row again")
    def recheck(self) -> None:
        """Makes the return read its row again; the signal carries no data."""
        self._is_behind = True

    @workflow.signal(name="calendar_changed", description="bank days were overridden")
    def calendar_changed(self) -> None:
        """Recomputes the deadline of the open wait."""
        self._calendar_changed = True

    def _check(self, action: GoodsReturnAction, decision: Decision) -> None:
        """Refuses a command that the status does not allow. A return that is being opened is asked
        once it is open.
        """
        if self._is_open and self._heard is None and not takes(self._status, action):
            raise ApplicationError(str(self._status), type=self._refusal())

    async def _take(self, action: GoodsReturnAction, decision: Decision) -> GoodsReturnResult:
        """Hands a decision to `run` once the return is open and no other one is carried out."""
        while not self._is_open or self._heard is not None:  # one that waited longer may be first
            await workflow.wait_condition(lambda: self._is_open and self._heard is None)
        self._check(action, decision)
        return await super()._take(action, decision)

    def _refusal(self) -> GoodsReturnRefusal:
        is_over = self._status in ENDED
        return GoodsReturnRefusal.CLOSED if is_over else GoodsReturnRefusal.NOT_ALLOWED

    # What is known and shown.

    @property
    def _status(self) -> GoodsReturnStatus:
        return self._result.status

    @property
    def _is_called(self) -> bool:
        return self._is_behind or self._heard is not None

    @property
    def _wait(self) -> Wait:
        if self._result.wait is None:
            raise RuntimeError(f"nobody is waited for in {self._status}")
        return self._result.wait

    def _next_change(self, decision: Decision) -> GoodsReturnChange:
        return GoodsReturnChange(
            self._request.return_id,
            self._result.changes + 1,
            workflow.now(),
            decision.by,
            decision.submission_id,
        )

    def _go_on(self, result: GoodsReturnResult) -> None:
        """Takes over what is new in a step's result; a refusal carries the return's state too."""
        if result.changes > self._result.changes:
            self._transition(replace(result, refusal=None))

    def _transition(self, result: GoodsReturnResult) -> None:
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
        """A command may be given up; an opening, money and what time does may not."""
        return self._is_deciding

    def _lines(self) -> list[str]:
        title = f"### {translate(f'goods_return.status.{self._status}')}"
        return [title, *waiting_line(self._result.wait)]
