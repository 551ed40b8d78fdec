"""The step that notifies accountants of debits that contradict our payouts."""

from datetime import UTC, datetime

import structlog
from temporalio import activity

from db.banking import unexpected_debit as unexpected_debit
from db.database import Database

MAX_TOLD = 100
"""Told of by one statement; more of them wait for the next one, or for its repeat."""

log = structlog.get_logger()


class UnexpectedDebitActivities:
    """Debits of payouts that are already paid or rejected in our books."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @activity.defn(name="bank_statement.notify_of_unexpected_debits")
    async def notify(self, statement_id: str) -> int:
        """Notifies accountants of each debit of an order that is rejected, or was debited before;
        returns how many were new.

        Reads all entries, not only this statement's: the rejection may have been stored later.
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
