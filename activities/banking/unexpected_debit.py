"""The step that notifies accountants of debits of payouts that are paid or rejected already."""

from datetime import UTC, datetime

import structlog
from temporalio import activity

from db.banking import unexpected_debit as unexpected_debit
from db.database import Database

MAX_TOLD = 100
"""Told of by one statement; more of them wait for the next one, or for its repeat."""

log = structlog.get_logger()


class UnexpectedDebitActivities:
    """What a bank statement says against what we hold as ended."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @activity.defn(name="bank_statement.notify_of_unexpected_debits")
    async def notify(self, statement_id: str) -> int:
        """Tells the accountants of each debit of an order that we hold as rejected, or as debited
        before; answers how many nobody had been notified of.

        Looks at every entry, not only at this statement's: the rejection may have come later.
        """
        found = await unexpected_debit.unnotified(self._database, MAX_TOLD)
        for one in found:
            await unexpected_debit.notify(self._database, one, datetime.now(UTC))
            log.warning(
                "bank_entry.contradicts",
                entry_id=str(one.entry_id),
                refund_id=one.case_id,
                attempt=one.attempt,
                statement_id=statement_id,
            )
        return len(found)
