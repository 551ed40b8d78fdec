"""An unpaid order: looked for, written about by a ladder, promised, claimed, sued for, or paid."""

from dataclasses import replace

from temporalio import workflow

from workflows.case.command import command
from workflows.case.retries import OUTSIDE, SIGNALLING
from workflows.case.status_case import CaseType, StatusCase, asking

with workflow.unsafe.imports_passed_through():
    from activities.banking.incoming_money import MoneyActivities
    from activities.collection.looking import LookingActivities
    from activities.collection.steps import CollectionActivities
    from domain.banking.statement_import import MoneyOutcome
    from domain.case.decision import Decision
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

COLLECTION = CaseType(
    titles="collection.status",
    timers="ui.timer.collection",
    summaries="ui.step.collection",
    opening_summary="ui.step.open_collection",
    opening=CollectionOpening,
    change=CollectionChange,
    open=CollectionActivities.open,
    catch_up=CollectionActivities.recheck,
    remind=CollectionActivities.remind,
    move_deadline=CollectionActivities.move_deadline,
    commands={action: getattr(CollectionActivities, action) for action in CollectionAction},
    actions=COLLECTION_ACTIONS,
    ends=ENDS,
    ended=CollectionRefusal.ENDED,
)
"""What the case of an unpaid order is; the step of each command has its name."""
LOOKING = frozenset({CollectionAction.GIVE_REASON, CollectionAction.SEND_CLAIM})
"""Commands before which the money is looked for: a client that says it has paid may be right, and
nobody gets a claim after it has.
"""


@workflow.defn(name="collection")
class CollectionWorkflow(
    StatusCase[CollectionAction, CollectionTransitionResult, CollectionChange]
):
    """The case of one unpaid order."""

    @workflow.init
    def __init__(self, request: CollectionRequest) -> None:
        result = CollectionTransitionResult(CollectionStatus.DUE, 0)
        super().__init__(COLLECTION, request, request.collection_id, result)

    @workflow.run
    async def run(self, request: CollectionRequest) -> CollectionOutcome:
        """The process: whatever time brings is done once the money was looked for, until the order
        is paid or nobody asks for it any longer.
        """
        await self._opened()
        while not self._has_ended:
            await self._waited()
        await self._answered_all()
        return CollectionOutcome(self._result.status)

    # What the process does.

    async def _caught_up(self) -> None:
        """Reads the money too."""
        await self._by_itself(CollectionActivities.recheck, "ui.step.recheck_debt")

    async def _lapsed(self) -> None:
        """Looks for the money, and goes on with what was found."""
        look = await self._looked()
        change = replace(self._next_change(), look=look)
        self._go_on(
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

    async def _carried_out(
        self, action: CollectionAction, decision: Decision
    ) -> CollectionTransitionResult:
        if action in LOOKING:
            await self._looked()
        return await super()._carried_out(action, decision)

    async def _decided(self, action: CollectionAction, decision: Decision) -> str | None:
        """Reads the money where a step refuses what comes after it."""
        refusal = await super()._decided(action, decision)
        if refusal == CollectionRefusal.PAID and not self._has_ended:
            await self._caught_up()
        return refusal

    # What people say.

    ask = asking(CollectionTransitionResult, "opens the case")
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
    from_lawyer = command(
        CollectionAction.FROM_LAWYER, CollectionTransitionResult, "why; by, submission_id"
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

    def _refusal(self, action: CollectionAction) -> str:
        if self._result.status is CollectionStatus.PAID:
            return CollectionRefusal.PAID
        return super()._refusal(action)
