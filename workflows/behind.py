"""Every minute, signals cases whose workflows do not know their latest stored change."""

from temporalio import workflow

from workflows.case.kernel import Case
from workflows.case.retries import ROUND_AGAIN, SIGNALLING

with workflow.unsafe.imports_passed_through():
    from activities.case.behind import BehindActivities
    from texts import translate

BEHIND_SCHEDULE_ID = "cases-behind"
MAX_IN_A_ROUND = 2_000
"""Changes looked at in one round; the others wait for the next one."""


@workflow.defn(name="cases-behind")
class CasesBehindWorkflow(Case):
    """One round."""

    _tried_again_after = ROUND_AGAIN

    @workflow.run
    async def run(self) -> int:
        """Compares the latest changes with what their cases know; returns how many were told."""
        told: int = await self._step(
            BehindActivities.recheck_behind,
            MAX_IN_A_ROUND,
            translate("ui.step.recheck_behind"),
            SIGNALLING,
        )
        return told

    def _lines(self) -> list[str]:
        return [f"### {translate('ui.step.recheck_behind')}"]
