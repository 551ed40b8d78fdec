"""Imports a bank statement: its entries settle and return payouts and pay invoices; an entry that
contradicts our books is sent to an accountant.
"""

from datetime import timedelta
from typing import Any

from temporalio import workflow
from temporalio.common import RetryPolicy

from workflows.case.kernel import NEVER_RETRIED, Case

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

LONG: dict[str, Any] = {
    "start_to_close_timeout": timedelta(hours=2),
    "heartbeat_timeout": timedelta(seconds=60),
    "retry_policy": RetryPolicy(
        initial_interval=timedelta(seconds=1),
        maximum_interval=timedelta(minutes=1),
        maximum_attempts=20,
        non_retryable_error_types=NEVER_RETRIED,
    ),
}
"""A step over a file of any size that we take; it tells by heartbeats that it goes on."""


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

    def _describe(self) -> str:
        if self._failure is None or self._failed_step is None:
            return translate("ui.bank_statement")
        return "\n\n".join(
            (
                translate("ui.bank_statement"),
                translate("ui.failure", step=self._failed_step, failure=self._failure),
                translate("ui.can_do"),
            )
        )
