"""The hand-over of a payment run: stored first, then every payout in it is signalled."""

from datetime import timedelta
from typing import Any

from temporalio import workflow
from temporalio.common import RetryPolicy

from workflows.case.kernel import NEVER_RETRIED, Case

with workflow.unsafe.imports_passed_through():
    from activities.banking.payment_run import PaymentRunActivities
    from domain.banking.submit import HandingOver
    from texts import translate

SIGNALLING: dict[str, Any] = {
    "start_to_close_timeout": timedelta(minutes=30),
    "heartbeat_timeout": timedelta(seconds=60),
    "retry_policy": RetryPolicy(
        initial_interval=timedelta(seconds=1),
        maximum_interval=timedelta(minutes=1),
        maximum_attempts=20,
        non_retryable_error_types=NEVER_RETRIED,
    ),
}
"""Signalling thousands of payouts, some of which may still be beginning."""


@workflow.defn(name="payment-run")
class PaymentRunWorkflow(Case):
    """One payment run handed over to the bank: its orders are sent, and not known to be
    executed.
    """

    @workflow.init
    def __init__(self, handing_over: HandingOver) -> None:
        super().__init__()
        self._stored = False

    @workflow.run
    async def run(self, handing_over: HandingOver) -> int:
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

    def _describe(self) -> str:
        if self._failure is None or self._failed_step is None:
            return translate("ui.payment_run")
        return "\n\n".join(
            (
                translate("ui.payment_run"),
                translate("ui.failure", step=self._failed_step, failure=self._failure),
                translate("ui.can_do"),
            )
        )
