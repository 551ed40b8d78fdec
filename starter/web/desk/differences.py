"""Differences with the acquirer's lists at the desk, and an accountant's decision about each."""

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import Path, Query
from starlette.responses import Response

from db.reconciliation import acquirer_difference
from db.reconciliation.acquirer_difference import DecidedDifference
from domain.reconciliation.acquirer_list import ListInvariant
from starter.access import roles_of
from starter.commands.reconciliation import decide as command
from starter.commands.refusal import Refusal
from starter.web.desk.saved import FILE_ROWS, FileAsked, FileColumn, SavedList, roubles_in_cell
from starter.web.http.deed import needed, refused
from starter.web.http.forms import Form
from starter.web.http.page import pages
from starter.web.http.paging import CURSOR, cursor_of, seen_message
from starter.web.http.visit import Visit, VisitDep
from texts import Language, translate
from texts.invariants import invariant_title

LIST = "/desk/differences"
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
    if file is not None:
        found = acquirer_difference.listed(FILE_ROWS + 1, is_open=not decided)
        whole = await visit.database.rows(found)
        return await SAVED.file(visit.language, file, _words(decided, visit.language), whole)
    return await _page(visit, decided=decided, after=after, one=one)


@routes.post(f"{LIST}/{{difference_id}}/decision")
async def decide_acquirer_difference(
    visit: VisitDep, difference_id: Annotated[UUID, Path()]
) -> Response:
    """Says why a difference is right as it is, or what was done about it: once and final."""

    async def page(form: Form, status: int) -> Response:
        return await _page(visit, form, status)

    try:
        reason = needed(visit.form, f"reason-{difference_id}")
        await command.decide_acquirer_difference(
            visit.services, visit.caller, visit.command_id, difference_id, reason
        )
    except Refusal as refusal:
        return await refused(visit, refusal, LIST, page)
    return visit.see(LIST)


async def _page(
    visit: Visit,
    form: Form | None = None,
    status: int = HTTPStatus.OK,
    *,
    decided: bool = False,
    after: str | None = None,
    one: UUID | None = None,
) -> Response:
    listed = acquirer_difference.listed(SHOWN + 1, seen_message(after), is_open=not decided)
    asked = listed if one is None else acquirer_difference.one(one)
    rows = await visit.database.rows(asked)
    shown = rows[:SHOWN]
    return visit.page(
        "desk_differences.html",
        status=status,
        form=form,
        here=LIST,
        differences=[(row, _title(row, visit.language)) for row in shown],
        saved=SAVED.saved(_words(decided, visit.language), decided="true" if decided else ""),
        decided=decided,
        is_one=one is not None,
        may_decide=visit.caller.role in roles_of("decide_acquirer_difference"),
        following=cursor_of(shown[-1].found_at, shown[-1].id) if len(rows) > SHOWN else None,
    )


def _title(row: DecidedDifference, language: Language) -> str:
    return invariant_title(ListInvariant[row.invariant.upper()], language)


def _words(decided: bool, language: Language) -> str:
    """The filter of the list."""
    return translate(
        "page.desk.differences.decided" if decided else "page.desk.file.undecided", language
    )
