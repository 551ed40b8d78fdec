"""The check of the books as a step: every truth asked, and the operator told what differs."""

from temporalio import activity

from db import notification
from db.database import Database
from db.invariants import Difference, differences
from domain.books import MAX_NAMED, BooksCheck, BooksFindings
from domain.notification import BOOKS_DIFFER


class BooksActivities:
    """Asks the whole database; changes nothing in the books."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @activity.defn(name="books.check")
    async def check(self, check: BooksCheck) -> BooksFindings:
        """Asks every truth. Differences are told to the operator once per check."""
        found = [difference async for difference in differences(self._database)]
        if found:
            await self._tell(check, found)
        truths = sorted({difference.truth for difference in found})
        return BooksFindings(len(found), tuple(truths[:MAX_NAMED]))

    async def _tell(self, check: BooksCheck, found: list[Difference]) -> None:
        async with self._database.transaction() as transaction:
            notification.tell(
                transaction,
                (BOOKS_DIFFER,),
                case_id=None,
                client_id=None,
                occasion=f"books-{check.name}",
                params={"count": len(found), "truth": found[0].truth},
                at=check.at,
            )
