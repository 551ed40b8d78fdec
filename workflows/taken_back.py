"""Looks for money that the acquirer took back without us, and has each chargeback disputed."""

from temporalio import workflow

from workflows.case.kernel import Case
from workflows.case.retries import OUTSIDE

with workflow.unsafe.imports_passed_through():
    from activities.dispute.taken_back import TakenBackActivities
    from domain.dispute.taken_back import TAKEN_BACK, TakenBackLook
    from texts import translate


@workflow.defn(name=TAKEN_BACK)
class TakenBackWorkflow(Case):
    """One look: by a webhook about a payment, or after the daily lists."""

    def __init__(self) -> None:
        super().__init__()
        self._asked = 0

    @workflow.run
    async def run(self, asked: TakenBackLook) -> int:
        """How many chargebacks have a dispute now; looks again when it was asked meanwhile."""
        disputed = 0
        while True:
            answered = self._asked
            await self._step(
                TakenBackActivities.look, asked, translate("ui.step.taken_back.look"), OUTSIDE
            )
            found: int = await self._step(
                TakenBackActivities.dispute, asked, translate("ui.step.taken_back.dispute"), OUTSIDE
            )
            disputed += found
            if answered == self._asked:
                return disputed

    @workflow.signal(name="acquirer_said", description="the acquirer has news: look again")
    def acquirer_said(self) -> None:
        """Makes the process look once more."""
        self._asked += 1

    def _lines(self) -> list[str]:
        return [f"### {translate('ui.taken_back')}"]
