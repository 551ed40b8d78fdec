"""The hand-over of a payment run: stored first, then every payout in it is signalled."""

from temporalio import workflow

from workflows.case.kernel import Case
from workflows.case.retries import SIGNALLING

with workflow.unsafe.imports_passed_through():
    from activities.banking.payment_run import PaymentRunActivities
    from domain.banking.submit import Handover
    from texts import translate


@workflow.defn(name="payment-run")
class PaymentRunWorkflow(Case):
    """One payment run handed over to the bank: its orders are sent, and not known to be
    executed.
    """

    @workflow.init
    def __init__(self, handing_over: Handover) -> None:
        super().__init__()
        self._stored = False

    @workflow.run
    async def run(self, handing_over: Handover) -> int:
        """Stores the hand-over and signals the payouts; returns how many were still waiting."""
        await self._store(
            PaymentRunActivities.hand_over, handing_over, translate("ui.step.hand_over")
        )
        self._stored = True
        signalled: int = await self._step(
            PaymentRunActivities.signal_payouts,
            handing_over.run_id,
            translate("ui.step.tell_payouts"),
            SIGNALLING,
        )
        await workflow.wait_condition(workflow.all_handlers_finished)
        return signalled

    @workflow.update(name="hand_over", description="answers when the handing-over is stored")
    async def hand_over(self) -> None:
        """Waits until the hand-over is stored."""
        await workflow.wait_condition(lambda: self._stored)

    def _lines(self) -> list[str]:
        return [translate("ui.payment_run")]
