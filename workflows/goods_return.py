"""The return of goods: asked for, allowed, sent, inspected, decided, settled. Its money starts when
it is decided, or on the day of the law, whichever comes first.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from temporalio import workflow
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.workflow import ParentClosePolicy

from workflows.case.command import command
from workflows.case.status_case import CaseType, StatusCase, asking

with workflow.unsafe.imports_passed_through():
    from activities.goods_return.steps import GoodsReturnActivities
    from activities.refund import RefundActivities
    from domain.case.waiting import Wait
    from domain.goods_return.goods_return import (
        ENDED,
        TAKEN_BACK,
        UNDECIDED,
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

GOODS_RETURN = CaseType(
    titles="goods_return.status",
    timers="ui.timer.goods_return",
    summaries="ui.step.goods_return",
    opening_summary="ui.step.goods_return.open",
    opening=GoodsReturnOpening,
    change=GoodsReturnChange,
    open=GoodsReturnActivities.open,
    catch_up=GoodsReturnActivities.catch_up,
    remind=GoodsReturnActivities.remind,
    move_deadline=GoodsReturnActivities.move_deadline,
    commands={action: getattr(GoodsReturnActivities, action) for action in GoodsReturnAction},
    actions={
        status: [action for action in GoodsReturnAction if takes(status, action)]
        for status in GoodsReturnStatus
    },
    ends=ENDED,
    ended=GoodsReturnRefusal.CLOSED,
    not_allowed=GoodsReturnRefusal.NOT_ALLOWED,
)
"""What a return is; the step of each command has its name."""


@workflow.defn(name="goods-return")
class GoodsReturnWorkflow(StatusCase[GoodsReturnAction, GoodsReturnResult, GoodsReturnChange]):
    """One return of goods."""

    @workflow.init
    def __init__(self, request: GoodsReturnRequest) -> None:
        result = GoodsReturnResult(GoodsReturnStatus.REQUESTED, 0)
        super().__init__(GOODS_RETURN, request, request.return_id, result)
        self._look_again: datetime | None = None
        self._is_refund_begun = True

    @workflow.run
    async def run(self, request: GoodsReturnRequest) -> GoodsReturnOutcome:
        """The process: whoever's turn it is is waited for, until the return has ended."""
        await self._opened()
        while not self._has_ended:
            await self._stored_refund_begun()
            if not self._settles_now or not await self._settled():
                await self._waited()
        await self._stored_refund_begun()
        await self._answered_all()
        return GoodsReturnOutcome(self._result.status)

    # What the process does.

    async def _lapsed(self) -> None:
        if not self._is_due:
            await self._by_itself(GoodsReturnActivities.expire, "ui.step.goods_return.expire")
        elif self._status not in TAKEN_BACK:
            await self._with_money(
                GoodsReturnActivities.pay_by_law, "ui.step.goods_return.pay_by_law", needs=True
            )

    async def _settled(self) -> bool:
        """Does what was decided, without waiting for anybody; whether it could be done."""
        if self._status not in TAKEN_BACK:
            return await self._by_itself(GoodsReturnActivities.close, "ui.step.goods_return.close")
        return await self._with_money(
            GoodsReturnActivities.settle,
            "ui.step.goods_return.settle",
            needs=self._result.takes_money,
        )

    async def _with_money(self, step: Callable[..., Any], summary: str, *, needs: bool) -> bool:
        """Opens the refund case first, where one is needed; a step that finds none open is tried
        again later.
        """
        refund = await self._refund_opened() if needs else None
        if not await self._by_itself(step, summary):
            self._look_again = workflow.now() + LOOK_AGAIN
            return False
        self._look_again = None
        if refund is not None:
            await self._begin_refund(refund)
        self._is_refund_begun = True
        return True

    async def _stored_refund_begun(self) -> None:
        """Begins the refund case of a change that is read from the row: a worker that died after it
        had stored the change began none.
        """
        if self._is_refund_begun:
            return
        due = await self._refund_due()
        if due.request is not None and due.is_open:
            await self._begin_refund(due.request)
        self._is_refund_begun = True

    async def _refund_opened(self) -> RefundRequest | None:
        """Stores the refund case, unless another one has to be paid first."""
        due = await self._refund_due()
        if due.request is not None and not due.is_open:
            opening = Opening(due.request, workflow.now())
            await self._store(
                RefundActivities.open, opening, translate("ui.step.goods_return.open_refund")
            )
        return due.request

    async def _refund_due(self) -> RefundDue:
        due: RefundDue = await self._store(
            GoodsReturnActivities.refund_due,
            self._request.return_id,
            translate("ui.step.goods_return.refund_due"),
        )
        return due

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
        """When the process does something by itself beside the end of the wait: what a decision
        against the return has left to be tried again is not.
        """
        if self._status in TAKEN_BACK:
            return self._look_again
        money_at = self._result.money_at
        return None if money_at is None else self._look_again or money_at

    @property
    def _is_due(self) -> bool:
        return self._due_at is not None and workflow.now() >= self._due_at

    def _next_moment(self, wait: Wait, after: datetime) -> datetime:
        moment = super()._next_moment(wait, after)
        return moment if self._due_at is None else min(moment, self._due_at)

    def _transition(self, result: GoodsReturnResult) -> None:
        by_law = self._result.money_at is not None and result.money_at is None
        by_law = by_law and result.status in UNDECIDED
        settles = result.status is GoodsReturnStatus.SETTLED is not self._result.status
        if settles or by_law or result.begins_refund:
            self._is_refund_begun = False
        super()._transition(result)

    # What people say.

    ask = asking(GoodsReturnResult, "opens the return")
    ship = command(GoodsReturnAction.SHIP, GoodsReturnResult, "the client has sent the goods; by")
    deactivate = command(
        GoodsReturnAction.DEACTIVATE, GoodsReturnResult, "the client no longer uses it; by"
    )
    withdraw = command(GoodsReturnAction.WITHDRAW, GoodsReturnResult, "the client keeps it; by")
    claim_carriage = command(
        GoodsReturnAction.CLAIM_CARRIAGE,
        GoodsReturnResult,
        "the client paid the carrier; by, submission_id",
    )
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
    confirm_carriage = command(
        GoodsReturnAction.CONFIRM_CARRIAGE, GoodsReturnResult, "the carriage is owed; by"
    )
    refuse_carriage = command(
        GoodsReturnAction.REFUSE_CARRIAGE,
        GoodsReturnResult,
        "the carriage is not paid back; by, submission_id",
    )
    pay_carriage = command(
        GoodsReturnAction.PAY_CARRIAGE,
        GoodsReturnResult,
        "the carriage is paid back; by, submission_id",
    )
