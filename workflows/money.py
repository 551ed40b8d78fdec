"""Incoming money, allocated by a person or written by billing: stored first, then cases are
signalled.
"""

from temporalio import workflow

from workflows.case.kernel import Case
from workflows.case.retries import SIGNALLING

with workflow.unsafe.imports_passed_through():
    from activities.banking.incoming_money import MoneyActivities
    from domain.banking.incoming_money import EntryInstruction, EntrySettled, Notified
    from domain.banking.statement_import import MoneyOutcome
    from texts import translate


class _MoneyProcess(Case):
    """What both workflows share: cases are signalled to recheck their money."""

    async def _notify(self, after: str) -> Notified:
        notified: Notified = await self._step(
            MoneyActivities.signal_renewals, after, translate("ui.step.tell_cases"), SIGNALLING
        )
        return notified


@workflow.defn(name="money-entry")
class MoneyEntryWorkflow(_MoneyProcess):
    """A person's decision on one entry of a bank statement."""

    @workflow.init
    def __init__(self, instruction: EntryInstruction) -> None:
        super().__init__()
        self._settled: EntrySettled | None = None

    @workflow.run
    async def run(self, instruction: EntryInstruction) -> EntrySettled:
        """Carries the decision out or refuses it, then signals the cases that wait for the
        money.
        """
        settled: EntrySettled = await self._store(
            MoneyActivities.settle, instruction, translate("ui.step.settle_entry")
        )
        self._settled = settled
        if settled.refusal is None:
            await self._notify(instruction.entry_id)
        await workflow.wait_condition(workflow.all_handlers_finished)
        return settled

    @workflow.update(name="settle", description="answers what came of the instruction")
    async def settle(self) -> EntrySettled:
        """Waits until the decision is stored or refused, but not for the signals."""
        await workflow.wait_condition(lambda: self._settled is not None)
        return self._settled or EntrySettled()

    def _lines(self) -> list[str]:
        return [translate("ui.money_entry")]


@workflow.defn(name="money-news")
class RecheckWorkflow(_MoneyProcess):
    """Signals the cases of a payment that was stored outside any workflow."""

    @workflow.run
    async def run(self, payment_id: str) -> Notified:
        """Signals the cases to recheck, and notifies clients of surpluses."""
        return await self._notify(payment_id)

    def _lines(self) -> list[str]:
        return [translate("ui.recheck_outbox")]


@workflow.defn(name="money-look")
class MoneyLookWorkflow(Case):
    """Held bank entries that may be for one invoice, judged anew because somebody asks."""

    @workflow.run
    async def run(self, invoice_number: str) -> MoneyOutcome:
        """Stores what is sure by now, signals the cases that wait for it, and says what it made of
        the entries.
        """
        outcome: MoneyOutcome = await self._step(
            MoneyActivities.look_for,
            invoice_number,
            translate("ui.step.look_for_money"),
            SIGNALLING,
        )
        return outcome

    def _lines(self) -> list[str]:
        return [translate("ui.money_look")]
