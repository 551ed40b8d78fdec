"""Fiscal receipts, every hour: closing receipts are requested, all open ones are read back."""

from datetime import timedelta

from temporalio import workflow

from workflows.case.kernel import Case
from workflows.case.retries import OUTSIDE, ROUND_AGAIN

with workflow.unsafe.imports_passed_through():
    from activities.receipt.receipt import ReceiptActivities
    from domain.receipt.receipt import ReceiptRound
    from texts import translate

RECEIPTS_SCHEDULE_ID = "receipts"
ROUND_TIME = timedelta(minutes=30)
"""A round asks for each open receipt, one after another."""


@workflow.defn(name="receipts")
class ReceiptsWorkflow(Case):
    """One hourly round."""

    _tried_again_after = ROUND_AGAIN

    @workflow.run
    async def run(self) -> int:
        """Processes every receipt that is due or open; returns how many failed."""
        failed: int = await self._step(
            ReceiptActivities.round,
            ReceiptRound(workflow.now()),
            translate("ui.step.receipts"),
            {**OUTSIDE, "start_to_close_timeout": ROUND_TIME},
        )
        return failed

    def _lines(self) -> list[str]:
        return [f"### {translate('ui.step.receipts')}"]
