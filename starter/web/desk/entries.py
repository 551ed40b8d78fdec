"""Entries of bank statements at the desk: those that wait for a person, and one in full."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import Query
from starlette.responses import Response

from db.banking import entry_decision, entry_list
from db.banking.bank_entry import After
from db.banking.entry_list import EntryFilter
from domain.banking.bank_statement import EntryDirection
from domain.banking.entry_decision import POSTPONED_DAYS, SETTLING, DecidedAs
from domain.banking.statement_import import EntryStatus, MatchedAs
from domain.calendar.bank_calendar import moscow_date
from starter.access import roles_of
from starter.commands.refusal import Refusal
from starter.presentation.banking.candidates import Candidates, candidates_for
from starter.presentation.banking.entry import (
    EntryShown,
    entries_shown,
    entry_in_full,
    with_allocations,
)
from starter.presentation.banking.file_lines import document_at
from starter.web.desk.entry_filter import ANY, POSTPONED, EntryNarrowing, EntryNarrowingDep
from starter.web.desk.following import ENTRIES, kept_filter
from starter.web.desk.saved import FILE_ROWS, FileAsked, FileColumn, SavedList, roubles_in_cell
from starter.web.desk.shares import SHARES_SHOWN
from starter.web.desk.views import views_of
from starter.web.http.forms import Form
from starter.web.http.page import pages
from starter.web.http.visit import Visit, VisitDep
from texts import Language, day, translate

SHOWN = 50
"""Entries of one page."""
MAX_CURSOR_LENGTH = 60
DECISIONS_SHOWN = 50
"""Decisions about one entry that its page shows, the latest of them."""

SAVED = SavedList[EntryShown](
    "/desk/entries",
    "page.desk.entries",
    (
        FileColumn("page.desk.entry.day", lambda one, _: one.day),
        FileColumn("page.desk.file.number", lambda one, _: one.number),
        FileColumn("page.desk.entry.counterparty", lambda one, _: one.counterparty_name),
        FileColumn("page.payer.inn", lambda one, _: one.counterparty_inn),
        FileColumn("page.desk.entry.purpose", lambda one, _: one.purpose),
        FileColumn("page.desk.file.held", lambda one, _: one.hold),
        FileColumn("page.desk.file.postponed", lambda one, language: _postponed(one, language)),
        FileColumn("page.desk.entry.sum", lambda one, _: roubles_in_cell(_signed(one))),
    ),
)
"""The list as a file; what has left the account is below zero."""

routes = pages()


@routes.get("/desk/entries")
async def list_bank_entries(
    visit: VisitDep,
    narrowing: EntryNarrowingDep,
    after: Annotated[str, Query(max_length=MAX_CURSOR_LENGTH)] = "",
    file: FileAsked = None,
) -> Response:
    """Entries, the latest day first; by default those that nobody has decided about."""
    try:
        narrowed = narrowing.filter()
    except Refusal as refusal:
        form = narrowing.form.refused(refusal, visit.language)
        return await _page(visit, narrowing, form, [], status=HTTPStatus.UNPROCESSABLE_ENTITY)
    if file is not None:
        found = await visit.database.rows(entry_list.listed(narrowed, FILE_ROWS + 1))
        whole = entries_shown(found, (), visit.caller.role, visit.language)
        words = narrowing.words(narrowed, visit.language)
        return await SAVED.file(visit.language, file, words, whole)
    return await _listed(visit, narrowing, narrowed, after)


async def _listed(
    visit: Visit, narrowing: EntryNarrowing, narrowed: EntryFilter, after: str
) -> Response:
    rows = await visit.database.rows(entry_list.listed(narrowed, SHOWN + 1, _seen(after)))
    entries = await with_allocations(
        visit.database, rows[:SHOWN], visit.caller.role, visit.language
    )
    last = rows[SHOWN - 1] if len(rows) > SHOWN else None
    following = None if last is None else narrowing.address(after=f"{last.day}_{last.id}")
    words = narrowing.words(narrowed, visit.language)
    return await _page(visit, narrowing, narrowing.form, entries, words=words, following=following)


async def _page(
    visit: Visit,
    narrowing: EntryNarrowing,
    form: Form,
    entries: Sequence[EntryShown],
    *,
    words: str = "",
    following: str | None = None,
    status: int = HTTPStatus.OK,
) -> Response:
    saved = SAVED.saved(words, **narrowing.asked)
    (postponed,) = await visit.database.rows(entry_list.postponed())
    return visit.page(
        "desk_entries.html",
        status=status,
        form=form,
        entries=entries,
        narrowing=narrowing,
        statuses=(EntryStatus.UNMATCHED, POSTPONED, EntryStatus.MATCHED, EntryStatus.IGNORED, ANY),
        postponed=postponed.entries,
        directions=tuple(EntryDirection),
        saved=saved,
        views=await views_of(visit, saved),
        following=following,
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
    is_settled = may_decide and not entry.waits
    is_open = may_decide and entry.status is not EntryStatus.MATCHED
    is_in = entry.direction is EntryDirection.IN
    found = await _candidates(visit, entry) if is_open and is_in else None
    sees_file = visit.caller.role in roles_of("upload_bank_statement")
    around = await document_at(visit.database, entry.statement_id, entry.line) if sees_file else []
    return visit.page(
        "desk_entry.html",
        status=status,
        form=form,
        kept_filter=kept_filter(visit),
        entry=entry,
        found=found,
        around=around,
        is_open=is_open,
        may_decide=may_decide,
        may_allocate=is_open and is_in,
        may_postpone=is_open and entry.status is EntryStatus.UNMATCHED,
        may_undo=may_decide and entry.matched_as is MatchedAs.PAYMENT,
        past=await visit.database.rows(entry_decision.of_entry(entry_id, DECISIONS_SHOWN)),
        last_day=moscow_date(datetime.now(UTC)) + timedelta(days=POSTPONED_DAYS),
        decisions=[one for one in SETTLING if one is not DecidedAs.PAYOUT or not is_in],
        shares=range(SHARES_SHOWN),
        following=await ENTRIES.following(visit, entry_id) if is_settled else None,
    )


async def _candidates(visit: Visit, entry: EntryShown) -> Candidates:
    return await candidates_for(visit.database, entry.id, visit.language)


def _postponed(entry: EntryShown, language: Language) -> str:
    """Why the decision is postponed, and until when; nothing where it is not."""
    one = entry.postponed
    if one is None or one.is_over:
        return ""
    if one.until is None:
        return one.reason
    return translate("page.desk.file.until", language, day=day(one.until), reason=one.reason)


def _signed(entry: EntryShown) -> int:
    return -entry.amount if entry.direction is EntryDirection.OUT else entry.amount


def _seen(cursor: str) -> After | None:
    """The last entry of the page before; anything else in its place begins from the start."""
    day, _, entry_id = cursor.partition("_")
    try:
        return date.fromisoformat(day), UUID(entry_id)
    except ValueError:
        return None
