"""Differences with the acquirer's lists at the desk, and an accountant's decision about each."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import Path, Query
from starlette.responses import Response

from db.reconciliation import acquirer_difference, difference_grounds
from db.reconciliation.acquirer_difference import DecidedDifference
from db.reconciliation.difference_grounds import DifferingPayment, PayoutOfInvoice
from domain.reconciliation.acquirer_list import ListInvariant
from starter.access import roles_of
from starter.commands.reconciliation import decide as command
from starter.commands.refusal import not_found
from starter.web.desk.by_choice import ListByChoice
from starter.web.desk.following import DIFFERENCES
from starter.web.desk.following import decided as decided_next
from starter.web.desk.saved import FileAsked, FileColumn, SavedList, roubles_in_cell
from starter.web.http.deed import with_reason
from starter.web.http.forms import Form
from starter.web.http.page import pages
from starter.web.http.paging import CURSOR, cursor_of
from starter.web.http.visit import Visit, VisitDep
from texts import Language, translate
from texts.invariants import invariant_title

LIST = DIFFERENCES.path
SHOWN = 30
"""Differences of one page."""

SAVED = SavedList[DecidedDifference](
    LIST,
    "page.desk.differences",
    (
        FileColumn("page.desk.file.difference", lambda one, language: _title(one, language)),
        FileColumn("page.desk.entry.sum", lambda one, _: roubles_in_cell(one.amount_kopecks)),
        FileColumn("page.desk.file.found", lambda one, _: one.found),
        FileColumn("page.desk.file.happened_on", lambda one, _: one.happened_on),
        FileColumn("page.desk.file.found_at", lambda one, _: one.found_at),
        FileColumn("page.desk.file.decided_by", lambda one, _: one.decided_by),
        FileColumn("page.desk.file.decided_at", lambda one, _: one.decided_at),
        FileColumn("page.desk.reason", lambda one, _: one.reason),
    ),
)
"""The list as a file."""

LISTED = ListByChoice[DecidedDifference, bool](
    SAVED,
    "desk_differences.html",
    SHOWN,
    lambda limit, after, decided: acquirer_difference.listed(limit, after, is_open=not decided),
    lambda one: cursor_of(one.found_at, one.id),
    lambda decided, language: translate(_words(decided), language),
    lambda decided: {"decided": "true"} if decided else {},
)
"""By whether they are decided, the newest first."""

DifferenceId = Annotated[UUID, Path()]

routes = pages()


@routes.get(LIST)
async def list_acquirer_differences(
    visit: VisitDep,
    decided: bool = False,
    after: Annotated[str | None, Query(pattern=CURSOR)] = None,
    file: FileAsked = None,
) -> Response:
    """Undecided differences, the newest first; or the decided ones."""
    return await LISTED.answer(visit, decided, after, file, title_of=_title)


@routes.get(f"{LIST}/{{difference_id}}")
async def read_acquirer_difference(visit: VisitDep, difference_id: DifferenceId) -> Response:
    """A difference beside what our books have, and the decision about it."""
    return await _page(visit, difference_id)


@routes.post(f"{LIST}/{{difference_id}}/decision")
async def decide_acquirer_difference(visit: VisitDep, difference_id: DifferenceId) -> Response:
    """Says why a difference is right as it is, or what was done about it: once and final."""
    said = with_reason(visit, command.decide_acquirer_difference, difference_id, "reason")

    async def page(form: Form, status: int) -> Response:
        return await _page(visit, difference_id, form, status)

    return await decided_next(visit, said, DIFFERENCES, difference_id, page)


async def _page(
    visit: Visit, difference_id: UUID, form: Form | None = None, status: int = HTTPStatus.OK
) -> Response:
    rows, paid = await visit.database.read(
        acquirer_difference.one(difference_id), difference_grounds.payment(difference_id)
    )
    if not rows:
        raise not_found()
    (row,) = rows
    may_decide = visit.caller.role in roles_of("decide_acquirer_difference")
    is_open = row.decided_by is None
    leads_on = may_decide and not is_open
    return visit.page(
        "desk_difference.html",
        status=status,
        form=form,
        here=DIFFERENCES.page_of(difference_id),
        difference=row,
        title=_title(row, visit.language),
        payment=paid[0] if paid else None,
        payouts=await _payouts(visit, paid),
        may_decide=may_decide and is_open,
        following=await DIFFERENCES.following(visit, difference_id) if leads_on else None,
    )


async def _payouts(visit: Visit, paid: Sequence[DifferingPayment]) -> Sequence[PayoutOfInvoice]:
    if not paid:
        return ()
    return await visit.database.rows(difference_grounds.payouts_of(paid[0].invoice_number))


def _words(decided: bool) -> str:
    """The key of the choice."""
    return "page.desk.differences.decided" if decided else "page.desk.file.undecided"


def _title(row: DecidedDifference, language: Language) -> str:
    title = invariant_title(ListInvariant[row.invariant.upper()], language)
    return title[:1].upper() + title[1:]
