"""The three books side by side: what agrees is one line, what does not is said in words."""

import csv
import html
import io
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio

from db.database import Database
from db.reconciliation import acquirer_registry, three_books
from db.reconciliation.three_books import BooksFilter
from domain.access.roles import Role
from domain.calendar.bank_calendar import moscow_date
from domain.reconciliation.acquirer_list import Captured, Listed
from domain.reconciliation.three_books import MAX_DAYS, Agreement, BooksPeriod, MovementKind
from tests.activities.walk import paid
from tests.books import LICENCE_KOPECKS, PAID_AT, Line
from tests.starter.banking.statement_of import TODAY, Moved, statement
from tests.starter.banking.test_incoming_money import Payer
from tests.starter.bookkeeping import Bookkeeping
from tests.starter.reconciliation.test_acquirer_difference import compared, of_payment
from tests.starter.refund.shop import Shop
from tests.starter.web.browser import Browser, Page
from texts import translate

BOOKS = "/desk/books"
PAID_ON = moscow_date(PAID_AT)


@pytest_asyncio.fixture(scope="module")
async def bookkeeping(shop: Shop, database: Database) -> Bookkeeping:
    found = Bookkeeping(shop.http, shop.books, shop.temporal, shop.settings, database)
    await found.write_own_account()
    return found


@pytest_asyncio.fixture
async def payer(bookkeeping: Bookkeeping, customer: Browser) -> Payer:
    await customer.log_in(Role.ACCOUNTANT, login="kuznetsova")
    return Payer(bookkeeping)


async def lines(payer: Payer, **asked: Any) -> list[dict[str, Any]]:
    """The lines of the API under a filter."""
    names = {"first": "from", "last": "to"}
    asked = {names.get(name, name): str(value) for name, value in asked.items()}
    answer = await payer.accountant.get("/v1/books", **asked)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def of_invoice(payer: Payer, number: str, **asked: Any) -> dict[str, Any]:
    (found,) = await lines(payer, invoice_number=number, **asked)
    return found


def about(day: Any) -> dict[str, Any]:
    return {"first": day - timedelta(days=2), "last": day + timedelta(days=2)}


async def shown(customer: Browser, **asked: Any) -> Page:
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    page = await customer.get(f"{BOOKS}?{query}")
    assert page.status == 200
    return page


async def test_money_by_the_bank_is_one_line_of_two_books(payer: Payer, customer: Browser) -> None:
    first, second = payer.invoice(), payer.invoice()
    entry = await payer.pays("Оплата услуг", LICENCE_KOPECKS, day=TODAY)
    waiting = next(one for one in await lines(payer) if one["entry_id"] == entry["id"])
    assert (waiting["agreement"], waiting["ledger"], waiting["kind"]) == (
        "undecided",
        None,
        "other",
    )
    page = await shown(customer, kind="other", differing="true")
    assert f'href="/desk/entries/{entry["id"]}"' in page.html
    assert translate("page.desk.books.to_entry") in page.words
    await payer.allocated(entry, first, second)
    for number in (first, second):
        line = await of_invoice(payer, number)
        assert (line["agreement"], line["ledger"], line["bank"]) == (
            "agrees",
            "40000.00",
            "40000.00",
        )
        assert sorted(line["invoices"]) == sorted([first, second])
    await payer.undone(entry)
    undone = next(one for one in await lines(payer) if one["entry_id"] == entry["id"])
    assert (undone["agreement"], undone["ledger"]) == ("undecided", None)
    assert await lines(payer, invoice_number=first) == []


async def test_what_billing_wrote_and_no_statement_has_is_said(payer: Payer) -> None:
    number = payer.books.invoice(Line(), method="bank_transfer")
    line = await of_invoice(payer, number, **about(PAID_ON))
    assert line["agreement"] in {Agreement.NOT_READ, Agreement.NOT_IN_BANK}
    await payer.pays("Оплата непонятно чего")  # a statement over all these days
    line = await of_invoice(payer, number, **about(PAID_ON))
    assert (line["agreement"], line["bank"], line["account"]) == ("not_in_bank", None, "bank")


async def test_a_payment_by_card_is_beside_what_the_acquirer_says(
    payer: Payer, database: Database
) -> None:
    here, amount = uuid4().hex, 123_400
    numbers = [payer.books.invoice(Line(amount), paid=()) for _ in range(3)]
    ids = [f"{here}-{place}" for place in range(3)]
    for number, own_id in zip(numbers, ids, strict=True):
        payer.books.payment(number, amount, acquirer_id=own_id)
    asked = {**about(PAID_ON), "account": "acquirer"}
    assert (await of_invoice(payer, numbers[0], **asked))["agreement"] == "not_read"
    sums = {ids[0]: amount, ids[1]: amount - 100, f"{here}-x": 777}
    page = [Captured(own_id, "", kopecks, PAID_AT) for own_id, kopecks in sums.items()]
    read_at = PAID_AT + timedelta(days=1)
    await acquirer_registry.put_payments(database, page, read_at)
    await acquirer_registry.put_payments(database, page, read_at + timedelta(hours=1))
    await acquirer_registry.note_reading(database, PAID_AT - timedelta(days=3), read_at)
    found = [(await of_invoice(payer, number, **asked)) for number in numbers]
    assert [(one["agreement"], one["ledger"], one["acquirer"]) for one in found] == [
        ("agrees", "1234.00", "1234.00"),
        ("sums_differ", "1234.00", "1233.00"),
        ("not_at_acquirer", "1234.00", None),
    ]
    (unknown,) = await lines(payer, amount="7.77", **asked)
    assert (unknown["agreement"], unknown["acquirer_id"]) == ("not_in_ledger", f"{here}-x")


async def test_a_refund_that_only_the_acquirer_has_leads_to_its_difference(
    shop: Shop, database: Database, payer: Payer, customer: Browser
) -> None:
    number = await shop.invoice(Line(100_000))
    payment = shop.books.row(
        "SELECT acquirer_payment_id AS id FROM payments WHERE invoice_number = %(n)s", n=number
    )
    await shop.acquirer.give_back(payment.id, "314.15")
    await compared(shop, database)
    (found,) = await of_payment(shop, payment.id)
    (line,) = await lines(payer, amount="314.15")
    assert (line["kind"], line["agreement"]) == ("taken_back", "agrees")
    assert line["ledger"] == line["acquirer"] == "-314.15"
    assert (line["invoices"], line["difference_id"]) == ([number], found["id"])
    page = await shown(customer, amount="314,15")
    href = f"/desk/differences/{found['id']}"
    assert f'href="{href}"' in page.html
    assert found["found"] in (await customer.get(href)).words


async def test_a_payout_by_the_bank_and_its_return_are_two_lines(
    bookkeeping: Bookkeeping, payer: Payer
) -> None:
    case_id = await bookkeeping.paying()
    (order,) = [one for one in await bookkeeping.handed_over() if one["refund_id"] == case_id]
    moved = Moved(str(order["number"]), LICENCE_KOPECKS, day=TODAY)
    await bookkeeping.imported(statement(moved))
    await bookkeeping.payout(case_id, 1, "paid")
    (line,) = [one for one in await lines(payer) if one["refund_id"] == case_id]
    assert (line["kind"], line["agreement"]) == ("payout", "agrees")
    assert line["ledger"] == line["bank"] == "-40000.00"
    back = Moved(
        "77",
        LICENCE_KOPECKS,
        out=False,
        day=TODAY,
        purpose=f"Возврат п/п № {order['number']} от {TODAY:%d.%m.%Y}",
    )
    await bookkeeping.imported(statement(back))
    await bookkeeping.payout(case_id, 1, "returned")
    both = [one for one in await lines(payer) if one["refund_id"] == case_id]
    assert {(one["kind"], one["agreement"], one["bank"]) for one in both} == {
        ("payout", "agrees", "-40000.00"),
        ("return", "agrees", "40000.00"),
    }


async def test_an_acquirers_refund_is_the_payout_that_it_paid(
    database: Database, payer: Payer
) -> None:
    case_id = (await paid(database, payer.books)).refund_id
    row = payer.books.row("SELECT * FROM payouts WHERE case_id = %(case)s", case=case_id)
    day, own_id = row.settled_on, uuid4().hex
    (before,) = [one for one in await lines(payer, **about(day)) if one["refund_id"] == case_id]
    assert before["agreement"] in {Agreement.NOT_READ, Agreement.NOT_AT_ACQUIRER}
    at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    listed = Listed(own_id, f"{case_id}/1", executed=True, amount_kopecks=100, created_at=at)
    await acquirer_registry.put_refunds(database, [listed], at)
    (after,) = [one for one in await lines(payer, **about(day)) if one["refund_id"] == case_id]
    assert (after["agreement"], after["acquirer"]) == ("sums_differ", "-1.00")
    assert after["ledger"] == before["ledger"]


async def test_days_add_up_to_their_lines(payer: Payer, database: Database) -> None:
    await payer.pays("Оплата услуг", 1_000_001)
    period = BooksPeriod(TODAY - timedelta(days=MAX_DAYS - 3), TODAY + timedelta(days=2))
    narrowed = BooksFilter(period)
    rows = await database.rows(three_books.lines(narrowed, 10_000))
    days = await database.rows(three_books.days(narrowed))
    assert sum(one.lines for one in days) == len(rows) > 0
    for book, column in (("ledger", "ledger_kopecks"), ("bank", "bank_kopecks")):
        net = sum(getattr(one, f"{book}_in") - getattr(one, f"{book}_out") for one in days)
        assert net == sum(getattr(one, column) or 0 for one in rows)
    differing = await database.rows(three_books.lines(BooksFilter(period, differing=True), 10_000))
    assert sum(one.differing for one in days) == len(differing)


async def test_the_pages_go_on_where_the_one_before_ended(payer: Payer, database: Database) -> None:
    for _ in range(2):
        await payer.pays("Оплата услуг", 1_000_003)
    narrowed = BooksFilter(
        BooksPeriod(TODAY - timedelta(days=5), TODAY + timedelta(days=5)), MovementKind.OTHER
    )
    whole = await database.rows(three_books.lines(narrowed, 1_000))
    seen, after = [], None
    while rows := await database.rows(three_books.lines(narrowed, 1, after)):
        seen += rows
        after = rows[-1].day, rows[-1].id
    assert [one.id for one in seen] == [one.id for one in whole]
    assert len({one.id for one in whole}) == len(whole) > 1


@pytest.mark.parametrize("size", [1, 2, 1_000])
async def test_a_page_looks_for_its_lines_in_no_more_days_than_have_them(
    payer: Payer, database: Database, size: int
) -> None:
    for back in (0, 1, 1, 4):
        await payer.pays("Оплата услуг", 1_000_007, day=TODAY - timedelta(days=back))
    narrowed = BooksFilter(BooksPeriod(TODAY - timedelta(days=5), TODAY), amount_kopecks=1_000_007)
    whole = await database.rows(three_books.lines(narrowed, 1_000))
    days = await database.rows(three_books.days(narrowed))
    seen, after = [], None
    while rows := await database.rows(three_books.page(narrowed, days, size, after)):
        seen += rows
        after = rows[-1].day, rows[-1].id
    assert [one.id for one in seen] == [one.id for one in whole]
    assert len(seen) >= 4
    asked = three_books.page(narrowed, days, 1).params
    assert (asked["first"], asked["last"]) == (TODAY, TODAY)
    beyond = three_books.page(narrowed, days, size, (TODAY - timedelta(days=99), "x"))
    assert beyond.params["first"] == beyond.params["last"] == narrowed.period.first_day


async def test_the_totals_by_day_are_a_file_under_the_same_filter(
    payer: Payer, customer: Browser
) -> None:
    for _ in range(2):
        entry = await payer.pays("Проценты", 6_464)
    day = entry["day"]
    page = await shown(customer, first_day=day, last_day=day, amount="64,64", differing="true")
    href = html.unescape(re.findall(r'href="(/desk/books/days\?[^"]+)"', page.html)[0])
    saved = await customer.get(href)
    head, titles, *days = csv.reader(
        io.StringIO(saved.response.content.decode("utf-8-sig")), delimiter=";"
    )
    assert "Итоги по дням" in head[0]
    assert "Только расхождения" in head[0]
    (total,) = [dict(zip(titles, one, strict=True)) for one in days]
    assert int(total["Движений"]) == int(total["Расхождений"]) >= 2
    came = f"{64.64 * int(total['Движений']):.2f}".replace(".", ",")
    assert (total["Банк: поступило"], total["Учёт: поступило"]) == (came, "0,00")
    assert (await customer.get(href.replace("csv", "xlsx"))).status == 200
    wrong = await customer.get("/desk/books/days?first_day=2026-02-30&last_day=2026-03-01")
    assert wrong.status == 422


async def test_the_books_are_saved_under_their_filter(payer: Payer, customer: Browser) -> None:
    entry = await payer.pays("Проценты", 4_242)
    day = entry["day"]
    page = await shown(customer, first_day=day, last_day=day, amount="42,42")
    link = page.html.split('file=csv"')[0].rsplit('"', 1)[1].replace("&amp;", "&") + "file=csv"
    rows = list(
        csv.reader(
            io.StringIO((await customer.get(link)).response.content.decode("utf-8-sig")),
            delimiter=";",
        )
    )
    assert "сумма 42,42" in rows[0][0].replace("\xa0", " ")
    assert [one for one in rows[2:] if "42,42" in one], rows


@pytest.mark.parametrize(
    "query",
    [
        "first_day=2026-02-30&last_day=2026-03-01",
        "first_day=2026-03-02&last_day=2026-03-01",
        "first_day=2026-01-01&last_day=2026-12-31",
        "amount=много",
    ],
)
async def test_a_filter_that_cannot_be_read_is_said_beside_its_field(
    customer: Browser, query: str
) -> None:
    await customer.log_in(Role.OPERATOR)
    page = await customer.get(f"{BOOKS}?{query}")
    assert page.status == 422
    assert '-error">' in page.html


async def test_the_api_refuses_a_period_that_is_too_long(payer: Payer) -> None:
    year = {"from": "2026-01-01", "to": "2026-12-31"}
    answer = await payer.accountant.get("/v1/books/days", **year)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "books_period")
    days = await payer.accountant.get("/v1/books/days")
    assert days.status_code == 200


async def test_what_is_only_asked_for_is_no_money(database: Database, payer: Payer) -> None:
    own_id, at = uuid4().hex, datetime.now(UTC)
    pending = Listed(own_id, None, executed=False, amount_kopecks=98_765, created_at=at)
    await acquirer_registry.put_refunds(database, [pending], at)
    assert await lines(payer, amount="987.65") == []
