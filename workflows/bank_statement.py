"""Imports a bank statement: its entries settle and return payouts and pay invoices; an entry that
contradicts our books is sent to an accountant.
"""

from temporalio import workflow

from workflows.case.kernel import Case
from workflows.case.retries import LONG

with workflow.unsafe.imports_passed_through():
    from activities.banking.bank_statement import BankStatementActivities
    from activities.banking.incoming_money import MoneyActivities
    from activities.banking.unexpected_debit import UnexpectedDebitActivities
    from domain.banking.statement_import import (
        BankStatementOutcome,
        ImportOutcome,
        MatchOutcome,
        MoneyOutcome,
    )
    from texts import translate


@workflow.defn(name="bank-statement")
class BankStatementWorkflow(Case):
    """The import of one bank statement file."""

    @workflow.init
    def __init__(self, statement_id: str) -> None:
        super().__init__()
        self._uploads = 0

    @workflow.run
    async def run(self, statement_id: str) -> BankStatementOutcome:
        """Imports the file and matches its entries."""
        imported = await self._imported(statement_id)
        if imported.refusal is not None:
            return BankStatementOutcome(imported)
        matched: MatchOutcome = await self._step(
            BankStatementActivities.match, statement_id, translate("ui.step.match"), LONG
        )
        money: MoneyOutcome = await self._step(
            MoneyActivities.match, statement_id, translate("ui.step.match_money"), LONG
        )
        await self._step(
            MoneyActivities.signal_renewals, statement_id, translate("ui.step.tell_cases"), LONG
        )
        await self._store(
            UnexpectedDebitActivities.notify, statement_id, translate("ui.step.tell_contradictions")
        )
        await workflow.wait_condition(workflow.all_handlers_finished)
        return BankStatementOutcome(imported, matched, money)

    async def _imported(self, statement_id: str) -> ImportOutcome:
        """Reads the file; reads a refused file again when it was uploaded again meanwhile."""
        while True:
            uploads = self._uploads
            imported: ImportOutcome = await self._step(
                BankStatementActivities.import_statement,
                statement_id,
                translate("ui.step.import"),
                LONG,
            )
            if imported.refusal is None or self._uploads == uploads:
                return imported

    @workflow.signal(name="uploaded", description="the file came, for the first time or again")
    def uploaded(self) -> None:
        """Requests another reading of a refused file, also just before the workflow completes."""
        self._uploads += 1

    def _lines(self) -> list[str]:
        return [translate("ui.bank_statement")]
