"""The daily check of the books: every invariant, and a notification when one fails."""

from temporalio import activity

from db.database import Database
from db.invariants import Difference, differences
from db.notification import notification
from domain.reconciliation.notices import BOOKS_DIFFER
from domain.reconciliation.reconciliation import BooksFindings, Reconciliation


class BooksActivities:
    """Checks the whole database; changes nothing in the books."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @activity.defn(name="books.check")
    async def check(self, check: Reconciliation) -> BooksFindings:
        """Checks every invariant. The operator is notified once per check."""
        found = [difference async for difference in differences(self._database)]
        if found:
            await self._notify(check, found)
        return BooksFindings.of([difference.invariant for difference in found])

    async def _notify(self, check: Reconciliation, found: list[Difference]) -> None:
        async with self._database.transaction() as transaction:
            notification.notify(
                transaction,
                (BOOKS_DIFFER,),
                case_id=None,
                client_id=None,
                occasion=f"books-{check.name}",
                params={"count": len(found), "invariant": found[0].invariant},
                at=check.at,
            )
