"""Every hour, orders whose day of payment has gone by get a case each."""

from datetime import timedelta

from temporalio import workflow

from workflows.case.kernel import Case
from workflows.case.retries import OUTSIDE, ROUND_AGAIN

with workflow.unsafe.imports_passed_through():
    from activities.collection.looking import LookingActivities
    from texts import translate

COLLECTIONS_SCHEDULE_ID = "collections"
ROUND_TIME = timedelta(minutes=30)
"""A round begins thousands of cases, one after another."""


@workflow.defn(name="collections-round")
class CollectionsRoundWorkflow(Case):
    """One round."""

    _tried_again_after = ROUND_AGAIN

    @workflow.run
    async def run(self) -> int:
        """Returns how many cases were begun."""
        begun: int = await self._step(
            LookingActivities.round,
            workflow.now(),
            translate("ui.step.collections_round"),
            {**OUTSIDE, "start_to_close_timeout": ROUND_TIME},
        )
        return begun

    def _lines(self) -> list[str]:
        return [f"### {translate('ui.step.collections_round')}"]
