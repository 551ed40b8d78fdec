"""Handing a payment run over: stored first, then every payout of it is signalled."""

from temporalio import workflow

from workflows.case.kernel import Case
from workflows.case.retries import SIGNALLING

with workflow.unsafe.imports_passed_through():
    from activities.banking.payment_run import PaymentRunActivities
    from domain.banking.submit import HandingOver
    from texts import translate


@workflow.defn(name="payment-run")
class PaymentRunWorkflow(Case):
    """One payment run that the bank was given: its orders are sent, nothing more is known."""

    @workflow.init
    def __init__(self, handing_over: HandingOver) -> None:
        super().__init__()
        self._stored = False

    @workflow.run
    async def run(self, handing_over: HandingOver) -> int:
        """Stores it and signals the payouts; answers how many were still waiting."""
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
        """Waits until it is stored."""
        await workflow.wait_condition(lambda: self._stored)

    def _lines(self) -> list[str]:
        return [translate("ui.payment_run")]
