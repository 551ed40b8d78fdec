"""An accountant's decision about a payment run: stored first, then its payout is signalled."""

from temporalio import workflow

from workflows.case.kernel import Case
from workflows.case.retries import DATABASE

with workflow.unsafe.imports_passed_through():
    from activities.banking.run_decision import RunDecisionActivities
    from domain.banking.run_decision import SETTLES_A_PAYOUT, RunDecision, RunDecisionStored
    from texts import translate


@workflow.defn(name="run-decision")
class RunDecisionWorkflow(Case):
    """One decision about a run, an order of it, or a payout that waits for one."""

    @workflow.init
    def __init__(self, decision: RunDecision) -> None:
        super().__init__()
        self._stored: RunDecisionStored | None = None

    @workflow.run
    async def run(self, decision: RunDecision) -> RunDecisionStored:
        """Stores or refuses the decision, and signals the payout that a stored one settles."""
        stored: RunDecisionStored = await self._store(
            RunDecisionActivities.store, decision, translate("ui.step.store_run_decision")
        )
        self._stored = stored
        if stored.refusal is None and decision.kind in SETTLES_A_PAYOUT:
            await self._step(
                RunDecisionActivities.signal_payout,
                decision,
                translate("ui.step.signal_payout"),
                DATABASE,
            )
        await workflow.wait_condition(workflow.all_handlers_finished)
        return stored

    @workflow.update(name="store", description="answers whether the decision is stored")
    async def store(self) -> RunDecisionStored:
        """Waits until the decision is stored or refused, but not for the signal to the payout."""
        await workflow.wait_condition(lambda: self._stored is not None)
        return self._stored or RunDecisionStored()

    def _lines(self) -> list[str]:
        return [translate("ui.run_decision")]
