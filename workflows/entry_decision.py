"""A person's decision about a bank entry: stored first, then its payout is signalled."""

from temporalio import workflow

from workflows.case.kernel import Case
from workflows.case.retries import DATABASE

with workflow.unsafe.imports_passed_through():
    from activities.banking.entry_decision import EntryDecisionActivities
    from domain.banking.entry_decision import NAMES_PAYOUT, DecisionStored, EntryDecision
    from texts import translate


@workflow.defn(name="entry-decision")
class EntryDecisionWorkflow(Case):
    """One decision about one entry."""

    @workflow.init
    def __init__(self, decision: EntryDecision) -> None:
        super().__init__()
        self._stored: DecisionStored | None = None

    @workflow.run
    async def run(self, decision: EntryDecision) -> DecisionStored:
        """Stores or refuses the decision, and signals the payout of a stored one."""
        stored: DecisionStored = await self._store(
            EntryDecisionActivities.store, decision, translate("ui.step.store_entry_decision")
        )
        self._stored = stored
        if stored.refusal is None and decision.decided_as in NAMES_PAYOUT:
            await self._step(
                EntryDecisionActivities.signal_payout,
                decision,
                translate("ui.step.signal_payout"),
                DATABASE,
            )
        await workflow.wait_condition(workflow.all_handlers_finished)
        return stored

    @workflow.update(name="store", description="answers whether the decision is stored")
    async def store(self) -> DecisionStored:
        """Waits until the decision is stored or refused, but not for the signal to the payout."""
        await workflow.wait_condition(lambda: self._stored is not None)
        return self._stored or DecisionStored()

    def _lines(self) -> list[str]:
        return [translate("ui.entry_decision")]
