"""The three books side by side over HTTP: ledger, bank statements, the acquirer's lists."""

from datetime import UTC, date, datetime
from typing import Annotated

from fastapi import Depends, Query

from db.reconciliation import three_books
from db.reconciliation.three_books import BooksFilter
from domain.calendar.bank_calendar import moscow_date
from domain.reconciliation.three_books import Agreement, BooksPeriod, MovementKind, usual_period
from starter.api.http.models import ID_PATTERN, Day, Kopecks
from starter.api.http.paging import DEFAULT_LIMIT, Cursor, Limit, Page, key_in, page_of
from starter.api.http.route import CurrentCaller, DatabaseDep, LanguageDep, router
from starter.presentation.reconciliation.books import (
    BookDays,
    BookLineShown,
    day_shown,
    line_shown,
    right_period,
)

BOOK_PATTERN = r"^([0-9]{20}|acquirer|bank)$"

routes = router("books")


def _narrowed(
    first_day: Annotated[
        Day | None, Query(alias="from", description="By default 31 days are shown.")
    ] = None,
    last_day: Annotated[
        Day | None, Query(alias="to", description="At most 92 days after the first.")
    ] = None,
    kind: Annotated[MovementKind | None, Query()] = None,
    account: Annotated[
        str | None,
        Query(pattern=BOOK_PATTERN, description="Of ours; `acquirer`; `bank`: in no statement."),
    ] = None,
    invoice_number: Annotated[str | None, Query(pattern=ID_PATTERN)] = None,
    amount: Annotated[Kopecks | None, Query(description="In any of the books.")] = None,
    agreement: Annotated[Agreement | None, Query()] = None,
    differing: Annotated[bool, Query(description="Only what somebody has to look at.")] = False,
) -> BooksFilter:
    usual = usual_period(moscow_date(datetime.now(UTC)))
    last = last_day or usual.last_day
    first = first_day or min(usual_period(last).first_day, last)
    return BooksFilter(
        right_period(BooksPeriod(first, last), "to"),
        kind,
        account,
        invoice_number,
        amount,
        agreement,
        differing,
    )


NarrowedDep = Annotated[BooksFilter, Depends(_narrowed)]


@routes.get("/v1/books", summary="The three books side by side, the latest day first")
async def list_book_lines(
    database: DatabaseDep,
    _caller: CurrentCaller,
    language: LanguageDep,
    narrowed: NarrowedDep,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Page[BookLineShown]:
    """One movement of money a line, whichever of the books has it: the ledger, a bank statement,
    the acquirer's lists as the daily comparison read them.
    """
    rows = await database.rows(
        three_books.lines(narrowed, limit + 1, key_in(cursor, date.fromisoformat, str))
    )
    page, following = page_of(rows, limit, lambda row: (row.day, row.id))
    return Page(items=[line_shown(row, language) for row in page], next=following)


@routes.get("/v1/books/days", summary="The three books by days")
async def list_book_days(
    database: DatabaseDep, _caller: CurrentCaller, narrowed: NarrowedDep
) -> BookDays:
    """The sums of the same lines, what came and what went, by each book."""
    rows = await database.rows(three_books.days(narrowed))
    return BookDays(items=[day_shown(row) for row in rows])
