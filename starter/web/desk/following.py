"""The next of a queue after a decision: by the button that decides and goes on, or by a link."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Final

from starlette.responses import Response

from db.banking import entry_list
from db.banking.entry_list import EntryFilter
from db.case.case_list import Turn
from db.query import Query
from db.receipt import receipt as receipts
from db.reconciliation import acquirer_difference
from db.refund import reads as refunds
from db.refund.reads import CaseFilter
from db.subscription import limit_request
from domain.banking.statement_import import EntryStatus
from domain.receipt.receipt import ReceiptStatus
from domain.refund.refund import RefundStatus
from starter.web.http.deed import PageOf, done
from starter.web.http.visit import Visit

NEXT: Final = "next"
"""The button that decides and goes to the next of the queue."""
LOOKED_AT: Final = 2
"""The first of a queue and the one after it: one of them is another than that just decided."""


@dataclass(frozen=True)
class WorkQueue:
    """Things that wait for a decision, each with a page of its own under the list's address;
    `first` reads the first of those that wait for whoever visits.
    """

    path: str
    first: Callable[[Visit], Query[Any]]

    def page_of(self, one: object) -> str:
        """The address of one of them, by its id."""
        return f"{self.path}/{one}"

    async def following(self, visit: Visit, after: object) -> str | None:
        """The page of the first one but for `after`; None where nothing else waits."""
        rows = await visit.database.rows(self.first(visit))
        others = (row.id for row in rows if str(row.id) != str(after))
        return next(map(self.page_of, others), None)


def _refunds(status: RefundStatus | None) -> Callable[[Visit], Query[Any]]:
    def first(visit: Visit) -> Query[Any]:
        mine = CaseFilter(Turn(datetime.now(UTC), visit.caller.role), status)
        return refunds.by_deadline(mine, LOOKED_AT)

    return first


REFUNDS = WorkQueue("/desk/refunds", _refunds(None))
INQUIRIES = WorkQueue("/desk/refunds", _refunds(RefundStatus.INQUIRY))
"""Refunds whose money a client has not found."""
ENTRIES = WorkQueue(
    "/desk/entries",
    lambda _: entry_list.listed(
        EntryFilter(status=EntryStatus.UNMATCHED, is_postponed=False), LOOKED_AT
    ),
)
LIMIT_REQUESTS = WorkQueue(
    "/desk/limit-requests", lambda _: limit_request.listed(LOOKED_AT, open_only=True)
)
DIFFERENCES = WorkQueue(
    "/desk/differences", lambda _: acquirer_difference.listed(LOOKED_AT, is_open=True)
)
RECEIPTS = WorkQueue(
    "/desk/receipts", lambda _: receipts.listed(LOOKED_AT, status=ReceiptStatus.FAILED)
)


async def decided(
    visit: Visit, deed: Awaitable[object], queue: WorkQueue, one: object, page: PageOf
) -> Response:
    """Leads on once the deed is done: back to its page, or by `NEXT` to the next of the queue, to
    the first page of the desk where that is empty. A refusal is shown on the page as it is now.
    """
    led = await done(visit, deed, queue.page_of(one), page)
    goes_on = led.status_code == HTTPStatus.SEE_OTHER and visit.form.typed(NEXT)
    return visit.see(await queue.following(visit, one) or "/desk") if goes_on else led
