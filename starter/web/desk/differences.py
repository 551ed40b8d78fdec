"""Differences with the acquirer's lists at the desk, and an accountant's decision about each."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Query
from starlette.responses import Response

from db.reconciliation import acquirer_difference
from db.reconciliation.acquirer_difference import DecidedDifference
from domain.reconciliation.acquirer_list import ListInvariant
from starter.commands.reconciliation import decide as command
from starter.web.desk.in_place import ListInPlace
from starter.web.desk.saved import FileAsked, FileColumn, SavedList, roubles_in_cell
from starter.web.http.page import pages
from starter.web.http.paging import CURSOR, cursor_of
from starter.web.http.visit import VisitDep
from texts import Language, translate
from texts.invariants import invariant_title

LIST = "/desk/differences"
SHOWN = 30
"""Differences of one page."""
Chosen = bool | UUID
"""Whether decided ones, or which one."""

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

DIFFERENCES = ListInPlace[DecidedDifference, Chosen](
    SAVED,
    "desk_differences.html",
    "decide_acquirer_difference",
    SHOWN,
    lambda limit, after, chosen: (
        acquirer_difference.one(chosen)
        if isinstance(chosen, UUID)
        else acquirer_difference.listed(limit, after, is_open=not chosen)
    ),
    lambda one: cursor_of(one.found_at, one.id),
    lambda chosen, language: translate(_words(chosen), language),
    lambda chosen: (
        {"one": str(chosen)} if isinstance(chosen, UUID) else {"decided": "true"} if chosen else {}
    ),
    undecided=False,
)
"""By whether they are decided, the newest first; or one."""

routes = pages()


@routes.get(LIST)
async def list_acquirer_differences(
    visit: VisitDep,
    decided: bool = False,
    one: UUID | None = None,
    after: Annotated[str | None, Query(pattern=CURSOR)] = None,
    file: FileAsked = None,
) -> Response:
    """Undecided differences, the newest first; or the decided ones; or one of either."""
    return await DIFFERENCES.answer(visit, one or decided, after, file, title_of=_title)


@routes.post(f"{LIST}/{{difference_id}}/decision")
async def decide_acquirer_difference(
    visit: VisitDep, difference_id: Annotated[UUID, Path()]
) -> Response:
    """Says why a difference is right as it is, or what was done about it: once and final."""
    return await DIFFERENCES.decide(
        visit, difference_id, command.decide_acquirer_difference, title_of=_title
    )


def _words(chosen: Chosen) -> str:
    """The key of the choice."""
    if isinstance(chosen, UUID):
        return "page.desk.differences.one"
    return "page.desk.differences.decided" if chosen else "page.desk.file.undecided"


def _title(row: DecidedDifference, language: Language) -> str:
    return invariant_title(ListInvariant[row.invariant.upper()], language)
