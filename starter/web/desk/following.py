"""The next of a queue after a decision: by the button that decides and goes on, or by a link.

Whoever came from a narrowed list goes on within it: its filter stands in the address of the page
that decides, and in the forms of that page.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from pydantic import ValidationError
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
from domain.text import is_storable_text
from starter.commands.refusal import Refusal
from starter.web.desk.case_filter import narrowing_in
from starter.web.desk.entry_filter import entry_narrowing_in
from starter.web.http.deed import PageOf, done
from starter.web.http.visit import MAX_TARGET_LENGTH, Visit

NEXT: Final = "next"
"""The button that decides and goes to the next of the queue."""
FILTER: Final = "filter"
"""The field of a form that says the filter of the list that its page was reached from."""
LOOKED_AT: Final = 2
"""The first of a queue and the one after it: one of them is another than that just decided."""


@dataclass(frozen=True)
class WorkQueue:
    """Things that wait for a decision, each with a page of its own under the list's address;
    `first` reads the first of those that wait for whoever visits.
    """

    path: str
    first: Callable[[Visit], Query[Any]]

    def page_of(self, one: object, kept: str = "") -> str:
        """The address of one of them, by its id, under the filter of its list."""
        return _under(f"{self.path}/{one}", kept)

    async def following(self, visit: Visit, after: object) -> str | None:
        """The page of the first one but for `after`; None where nothing else waits."""
        rows = await visit.database.rows(self.first(visit))
        kept = kept_filter(visit)
        others = (row.id for row in rows if str(row.id) != str(after))
        return next((self.page_of(one, kept) for one in others), None)

    def whole(self, visit: Visit) -> str:
        """Where to go once nothing else waits: the list under its filter, or the first page."""
        kept = kept_filter(visit)
        return _under(self.path, kept) if kept else "/desk"


def kept_filter(visit: Visit) -> str:
    """The filter of the list that the visit came from, as the list's own query; "" for none."""
    asked = parse_qsl(visit.form.line(FILTER) or visit.request.url.query)
    return urlencode(asked) if all(is_storable_text(value) for _, value in asked) else ""


def _under(path: str, kept: str) -> str:
    """An address with a filter, or without one that makes it too long."""
    address = f"{path}?{kept}" if kept else path
    return address if len(address) <= MAX_TARGET_LENGTH else path


def _refunds(usual: RefundStatus | None) -> Callable[[Visit], Query[Any]]:
    """The refunds of a list that wait for the caller; `usual` is the status without a list."""

    def first(visit: Visit) -> Query[Any]:
        status, overdue, sought = usual, None, None
        if kept := kept_filter(visit):
            try:
                narrowing, status = narrowing_in(kept, RefundStatus)
                overdue, sought = narrowing.overdue or None, narrowing.sought or None
            except ValidationError:
                status = usual
        turn = Turn(datetime.now(UTC), visit.caller.role, overdue, sought)
        return refunds.by_deadline(CaseFilter(turn, status), LOOKED_AT)

    return first


def _entries(visit: Visit) -> Query[Any]:
    """The entries of a list that nobody has decided about; postponed ones only of their list."""
    try:
        narrowed = entry_narrowing_in(kept_filter(visit)).filter()
    except (ValidationError, Refusal):
        narrowed = EntryFilter()
    waiting = replace(
        narrowed, status=EntryStatus.UNMATCHED, is_postponed=narrowed.is_postponed or False
    )
    return entry_list.listed(waiting, LOOKED_AT)


REFUNDS = WorkQueue("/desk/refunds", _refunds(None))
INQUIRIES = WorkQueue("/desk/refunds", _refunds(RefundStatus.INQUIRY))
"""Refunds whose money a client has not found."""
ENTRIES = WorkQueue("/desk/entries", _entries)
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
    its list under the filter where that is empty, or the first page of the desk without one. A
    refusal is shown on the page as it is now.
    """
    led = await done(visit, deed, queue.page_of(one, kept_filter(visit)), page)
    goes_on = led.status_code == HTTPStatus.SEE_OTHER and visit.form.typed(NEXT)
    return visit.see(await queue.following(visit, one) or queue.whole(visit)) if goes_on else led
