"""Entries of bank statements at the desk: those that wait for a person, and one in full."""

from datetime import date
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import Query
from starlette.responses import Response

from db.banking import bank_entry
from db.banking.bank_entry import After, EntryFilter
from domain.banking.bank_statement import EntryDirection
from domain.banking.entry_decision import DecidedAs
from domain.banking.statement_import import EntryStatus, MatchedAs
from starter.access import roles_of
from starter.presentation.banking.candidates import Candidates, candidates_for
from starter.presentation.banking.entry import EntryShown, entry_in_full, with_allocations
from starter.web.desk.shares import SHARES_SHOWN
from starter.web.http.forms import Form
from starter.web.http.page import pages
from starter.web.http.visit import Visit, VisitDep

SHOWN = 50
"""Entries of one page."""
MAX_CURSOR_LENGTH = 60

routes = pages()


@routes.get("/desk/entries")
async def list_bank_entries(
    visit: VisitDep,
    status: EntryStatus = EntryStatus.UNMATCHED,
    direction: EntryDirection | None = None,
    after: Annotated[str, Query(max_length=MAX_CURSOR_LENGTH)] = "",
) -> Response:
    """Entries of a status, the latest day first; by default those that nobody has decided about."""
    narrowed = EntryFilter(status=status, direction=direction)
    rows = await visit.database.rows(bank_entry.listed(narrowed, SHOWN + 1, _seen(after)))
    entries = await with_allocations(
        visit.database, rows[:SHOWN], visit.caller.role, visit.language
    )
    return visit.page(
        "desk_entries.html",
        entries=entries,
        chosen=status,
        statuses=tuple(EntryStatus),
        direction=direction,
        directions=tuple(EntryDirection),
        following=f"{rows[SHOWN - 1].day}_{rows[SHOWN - 1].id}" if len(rows) > SHOWN else None,
    )


@routes.get("/desk/entries/{entry_id}")
async def read_bank_entry(visit: VisitDep, entry_id: UUID) -> Response:
    """The money, what it may be for, and what the role may decide about it."""
    return await entry_page_of(visit, entry_id)


async def entry_page_of(
    visit: Visit, entry_id: UUID, form: Form | None = None, status: int = HTTPStatus.OK
) -> Response:
    """An entry's page; `form` is what one of its forms shows."""
    entry = await entry_in_full(visit.database, visit.caller, entry_id, visit.language)
    may_decide = visit.caller.role in roles_of("decide_bank_entry")
    is_open = may_decide and entry.status is not EntryStatus.MATCHED
    is_in = entry.direction is EntryDirection.IN
    found = await _candidates(visit, entry) if is_open and is_in else None
    return visit.page(
        "desk_entry.html",
        status=status,
        form=form,
        entry=entry,
        found=found,
        is_open=is_open,
        may_allocate=is_open and is_in,
        may_undo=may_decide and entry.matched_as is MatchedAs.PAYMENT,
        decisions=[one for one in DecidedAs if one is not DecidedAs.PAYOUT or not is_in],
        shares=range(SHARES_SHOWN),
    )


async def _candidates(visit: Visit, entry: EntryShown) -> Candidates:
    return await candidates_for(visit.database, entry.id, visit.language)


def _seen(cursor: str) -> After | None:
    """The last entry of the page before; anything else in its place begins from the start."""
    day, _, entry_id = cursor.partition("_")
    try:
        return date.fromisoformat(day), UUID(entry_id)
    except ValueError:
        return None
