"""The daily comparison of our payouts with the acquirer's own list of refunds."""

from collections.abc import Sequence

from temporalio import activity

from activities.alive import alive
from activities.standing_there import listed_from
from db import acquirer_difference, acquirer_list, notification
from db.database import Database
from domain.acquirer_list import (
    COMPARED,
    SETTLED_WITHIN,
    Comparison,
    ListDifference,
)
from domain.books import MAX_NAMED, BooksCheck, BooksFindings
from domain.notification import ACQUIRER_DIFFERS
from gateways.acquirer import AcquirerGateway, AcquirerRefundStatus, RefundAnswer


class AcquirerListActivities:
    """Reads the list page by page; changes nothing on either side."""

    def __init__(self, database: Database, acquirer: AcquirerGateway) -> None:
        self._database = database
        self._acquirer = acquirer

    @activity.defn(name="acquirer_list.compare")
    async def compare(self, check: BooksCheck) -> BooksFindings:
        """Compares the last `COMPARED` of both; what somebody has decided about differs no more.
        Accountants and operators are told of differences once per check, the first of them in full.
        """
        comparison, since = Comparison(check.at), check.at - COMPARED
        found: list[ListDifference] = []
        async with alive():
            async for page in self._acquirer.refunds_since(since):
                found += await self._of_page(comparison, page)
            paid = await acquirer_list.paid(self._database, since, check.at - SETTLED_WITHIN)
        found += comparison.missing(paid)
        found = await acquirer_difference.undecided(self._database, found, check.at)
        if found:
            await self._tell(check, found)
        truths = sorted({one.truth for one in found})
        return BooksFindings(len(found), tuple(truths[:MAX_NAMED]))

    async def _of_page(
        self, comparison: Comparison, page: Sequence[RefundAnswer]
    ) -> list[ListDifference]:
        moved = [one for one in page if one.status is not AcquirerRefundStatus.CANCELLED]
        attempts = await acquirer_list.named(
            self._database,
            {one.refund_id for one in moved if one.refund_id is not None},
            {one.key for one in moved if one.key is not None},
        )
        payments = {one.payment_id for one in moved if one.payment_id is not None}
        ours = await acquirer_list.ours(self._database, payments)
        listed = [listed_from(one, is_ours=one.payment_id in ours) for one in moved]
        return list(comparison.page(listed, attempts))

    async def _tell(self, check: BooksCheck, found: Sequence[ListDifference]) -> None:
        async with self._database.transaction() as transaction:
            notification.tell(
                transaction,
                ACQUIRER_DIFFERS,
                case_id=None,
                client_id=None,
                occasion=f"acquirer-{check.name}",
                params={
                    "count": len(found),
                    "truth": found[0].truth,
                    "found": found[0].found,
                },
                at=check.at,
            )
