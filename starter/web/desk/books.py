"""The three books side by side at the desk: our ledger, the bank's statements, the acquirer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from http import HTTPStatus
from operator import attrgetter
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Query
from starlette.responses import Response

from db.banking import own_account
from db.reconciliation import three_books
from db.reconciliation.three_books import ACQUIRER, After, BookDay, BookLine, BooksFilter
from domain.calendar.bank_calendar import moscow_date
from domain.reconciliation.three_books import BooksPeriod, MovementKind, usual_period
from starter.commands.refusal import FieldError, Refusal, invalid
from starter.presentation.reconciliation.books import right_period
from starter.presentation.table_file import FileKind
from starter.web.desk.entry_filter import NothingChosen, Typed
from starter.web.desk.saved import FILE_ROWS, FileAsked, FileColumn, SavedList, roubles_in_cell
from starter.web.http.amounts import kopecks_in
from starter.web.http.days import FIRST, LAST, day_in
from starter.web.http.forms import Form
from starter.web.http.page import pages
from starter.web.http.visit import Visit, VisitDep
from texts import Language, day, rubles, translate

LIST = "/desk/books"
SHOWN = 50
"""Lines of one page."""
MAX_CURSOR_LENGTH = 200

SAVED = SavedList[BookLine](
    LIST,
    "page.desk.books",
    (
        FileColumn("page.desk.books.day", lambda one, _: one.day),
        FileColumn(
            "page.desk.books.kind",
            lambda one, language: translate(f"page.desk.books.kind.{one.kind}", language),
        ),
        FileColumn("page.desk.file.number", lambda one, _: one.number),
        FileColumn("page.desk.invoice", lambda one, _: ", ".join(one.invoices)),
        FileColumn("page.desk.case", lambda one, _: one.case_id),
        FileColumn("page.desk.entry.counterparty", lambda one, _: one.counterparty_name),
        FileColumn("page.desk.books.acquirer_id", lambda one, _: one.acquirer_id),
        FileColumn("page.desk.books.ledger", lambda one, _: roubles_in_cell(one.ledger_kopecks)),
        FileColumn("page.desk.books.bank", lambda one, _: roubles_in_cell(one.bank_kopecks)),
        FileColumn(
            "page.desk.books.acquirer", lambda one, _: roubles_in_cell(one.acquirer_kopecks)
        ),
        FileColumn(
            "page.desk.books.agreement",
            lambda one, language: translate(f"books.{one.agreement}", language),
        ),
        FileColumn("page.desk.books.decided", lambda one, _: one.decided),
    ),
)
"""The list as a file; what went out is below zero."""


def _sum_of(name: str) -> FileColumn[BookDay]:
    """A sum of a day by the name of its field."""
    sum_in = attrgetter(name)
    return FileColumn(f"page.desk.books.{name}", lambda one, _: roubles_in_cell(sum_in(one)))


DAYS = SavedList[BookDay](
    f"{LIST}/days",
    "page.desk.books.days",
    (
        FileColumn("page.desk.books.day", lambda one, _: one.day),
        *map(
            _sum_of,
            ("ledger_in", "ledger_out", "bank_in", "bank_out", "acquirer_in", "acquirer_out"),
        ),
        FileColumn("page.desk.books.how_many", lambda one, _: one.lines),
        FileColumn("page.desk.books.differences", lambda one, _: one.differing),
    ),
)
"""The totals by day as a file."""

routes = pages()


@dataclass(frozen=True)
class Narrowing:
    """The filter as the address says it."""

    kind: MovementKind | None
    account: str | None
    differing: bool
    form: Form

    @property
    def asked(self) -> dict[str, object]:
        """The filter in an address."""
        chosen = {
            "kind": self.kind,
            "account": self.account,
            "differing": "true" if self.differing else "",
            **self.form.fields,
        }
        return {name: value for name, value in chosen.items() if value}

    def address(self, **changed: object) -> str:
        """The page with some of the filter changed; None takes a part of it away."""
        asked = {name: value for name, value in {**self.asked, **changed}.items() if value}
        return f"{LIST}?{urlencode(asked)}"

    def filter(self) -> BooksFilter:
        """The filter of the query; raises `Refusal` beside every field that cannot be read."""
        wrong = list[FieldError]()
        period = self._period(wrong)
        amount = kopecks_in(self.form, "amount", wrong, or_nothing=True)
        if wrong or period is None:
            raise invalid(*wrong)
        return BooksFilter(
            period,
            self.kind,
            self.account,
            self.form.line("invoice") or None,
            amount or None,
            differing=self.differing,
        )

    def words(self, narrowed: BooksFilter, language: Language) -> str:
        """The filter as a file's head and a printed page tell it."""

        def said(name: str, **params: object) -> str:
            return translate(f"page.desk.books.said.{name}", language, **params)

        period = narrowed.period
        words = [said("period", first=day(period.first_day), last=day(period.last_day))]
        if self.kind is not None:
            words.append(translate(f"page.desk.books.kind.{self.kind}", language))
        if self.account is not None:
            words.append(account_words(self.account, language))
        if narrowed.invoice_number is not None:
            words.append(
                translate("page.desk.entry.to_invoice", language, number=narrowed.invoice_number)
            )
        if narrowed.amount_kopecks is not None:
            amount = rubles(narrowed.amount_kopecks)
            words.append(translate("page.desk.entries.said.amount", language, what=amount))
        if self.differing:
            words.append(translate("page.desk.books.only_differing", language))
        return ", ".join(words)

    def _period(self, wrong: list[FieldError]) -> BooksPeriod | None:
        try:
            first, last = (day_in(self.form.line(name), name) for name in (FIRST, LAST))
            return right_period(BooksPeriod(first, last), LAST)
        except Refusal as refusal:
            wrong.extend(refusal.fields)
            return None


def _narrowing(
    kind: Annotated[MovementKind | None, NothingChosen] = None,
    account: Annotated[
        str | None, NothingChosen, Query(pattern=r"^([0-9]{20}|acquirer|bank)$")
    ] = None,
    differing: bool = False,
    first_day: Typed = "",
    last_day: Typed = "",
    invoice: Typed = "",
    amount: Typed = "",
) -> Narrowing:
    usual = usual_period(moscow_date(datetime.now(UTC)))
    typed = {
        FIRST: first_day or usual.first_day.isoformat(),
        LAST: last_day or usual.last_day.isoformat(),
        "invoice": invoice,
        "amount": amount,
    }
    return Narrowing(kind, account, differing, Form(typed))


NarrowingDep = Annotated[Narrowing, Depends(_narrowing)]


@routes.get(LIST)
async def list_book_lines(
    visit: VisitDep,
    narrowing: NarrowingDep,
    after: Annotated[str, Query(max_length=MAX_CURSOR_LENGTH)] = "",
    file: FileAsked = None,
) -> Response:
    """Movements of money by the books that have them, and the sums of each day."""
    try:
        narrowed = narrowing.filter()
    except Refusal as refusal:
        form = narrowing.form.refused(refusal, visit.language)
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return await _page(visit, narrowing, form, status=status)
    words = narrowing.words(narrowed, visit.language)
    if file is not None:
        whole = await visit.database.rows(three_books.lines(narrowed, FILE_ROWS + 1))
        return await SAVED.file(visit.language, file, words, whole)
    days = await visit.database.rows(three_books.days(narrowed))
    lines = await visit.database.rows(three_books.page(narrowed, days, SHOWN + 1, _seen(after)))
    return await _page(visit, narrowing, narrowing.form, words, lines, days)


@routes.get(DAYS.path)
async def list_book_days(
    visit: VisitDep, narrowing: NarrowingDep, file: FileKind = FileKind.CSV
) -> Response:
    """The sums of each day as a file, under the same filter as the movements."""
    narrowed = narrowing.filter()
    days = await visit.database.rows(three_books.days(narrowed))
    return await DAYS.file(visit.language, file, narrowing.words(narrowed, visit.language), days)


async def _page(
    visit: Visit,
    narrowing: Narrowing,
    form: Form,
    words: str = "",
    lines: Sequence[BookLine] = (),
    days: Sequence[BookDay] = (),
    *,
    status: int = HTTPStatus.OK,
) -> Response:
    last = lines[SHOWN - 1] if len(lines) > SHOWN else None
    accounts = [one.account for one in await own_account.all_accounts(visit.database)]
    return visit.page(
        "desk_books.html",
        status=status,
        form=form,
        narrowing=narrowing,
        kinds=tuple(MovementKind),
        accounts=[
            (one, account_words(one, visit.language)) for one in (*accounts, ACQUIRER, "bank")
        ],
        lines=lines[:SHOWN],
        days=days,
        differing=sum(one.differing for one in days),
        saved=SAVED.saved(words, **narrowing.asked),
        saved_days=DAYS.saved(words, **narrowing.asked),
        following=None if last is None else narrowing.address(after=f"{last.day}_{last.id}"),
    )


def account_words(account: str, language: Language) -> str:
    """Where the money is, as a filter offers it."""
    if account.isdecimal():
        return account
    return translate(f"page.desk.books.account.{account}", language)


def _seen(cursor: str) -> After | None:
    """The last line of the page before; anything else in its place begins from the start."""
    at, _, line_id = cursor.partition("_")
    try:
        return date.fromisoformat(at), line_id
    except ValueError:
        return None
