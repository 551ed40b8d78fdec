"""Open surpluses at the desk: whose, since when, whether the client was told, and which case."""

import re
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from db.billing import open_surplus, surplus
from db.database import Database
from domain.access.roles import Role
from starter.web.desk import surpluses
from tests.books import Books, Line
from tests.starter.refund.shop import Shop
from tests.starter.web.browser import Browser, Page

NOT_TOLD = "Ещё не сообщили"


async def whole(browser: Browser) -> str:
    """Every page of the list."""
    html, path = "", "/desk/surpluses"
    while path:
        page = await browser.get(path)
        assert page.status == 200
        html += page.html
        more = re.search(r'class="button" href="(/desk/surpluses\?after=[^"]+)"', page.html)
        path = more[1] if more else ""
    return html


def row_of(html: str, number: str) -> str:
    """The row of an invoice's surplus as text; nothing where the list has none."""
    rows = [one for one in re.findall(r"<tr>(.*?)</tr>", html, re.DOTALL) if number in one]
    return " ".join(re.sub(r"<[^>]+>", " ", "".join(rows)).split())


async def test_a_surplus_says_whose_since_when_and_whether_its_client_was_told(
    browser: Browser, books: Books, database: Database
) -> None:
    number = books.invoice(Line(1_000_00), paid=(1_500_00,))
    exact = books.invoice(Line(1_000_00))
    await browser.log_in(Role.ACCOUNTANT)
    html = await whole(browser)
    row = row_of(html, number)
    assert "Ромашка" in row
    assert "500,00" in row
    assert NOT_TOLD in row
    assert "Клиент ещё не подал заявление" in row
    assert datetime.now(UTC).strftime(".%Y") in row
    assert row_of(html, exact) == ""
    await surplus.notify(database, number, datetime.now(UTC))
    assert "В очереди" in row_of(await whole(browser), number)
    books.payment(number, 70_00)
    row = row_of(await whole(browser), number)
    assert "О новых 70,00" in row.replace("\u00a0", " ")


async def test_it_is_open_since_it_began_and_not_since_its_last_change(
    browser: Browser, books: Books, database: Database
) -> None:
    number = books.invoice(Line(100), paid=(150,))
    second = books.payment(number, 10)
    began = books.row(
        "SELECT min(recorded_at) AS at FROM ledger_transfers WHERE credit_account = %(a)s",
        a=f"surplus/{number}",
    ).at
    (found,) = [one for one in await rows(database) if one.invoice_number == number]
    assert found.since == began
    first = books.row(
        "SELECT id FROM payments WHERE invoice_number = %(n)s AND id <> %(s)s", n=number, s=second
    ).id
    for payment_id in (first,):  # nothing above what is due is left, then it begins again
        reverse(books, payment_id)
    assert not [one for one in await rows(database) if one.invoice_number == number]
    books.payment(number, 200)
    (found,) = [one for one in await rows(database) if one.invoice_number == number]
    assert found.since > began


async def rows(database: Database) -> list[open_surplus.OpenSurplus]:
    return await database.rows(open_surplus.listed(10_000))


def reverse(books: Books, payment_id: str) -> None:
    books.put(
        "payment_reversals",
        payment_id=payment_id,
        reversed_by="kuznetsova",
        reason="не тот счёт",
        reversed_at=datetime.now(UTC),
    )


async def test_its_refund_leads_on_and_what_is_under_way_is_said(
    customer: Browser, shop: Shop
) -> None:
    number = shop.books.invoice(Line(1_000_00), paid=(1_500_00,), method="bank_transfer")
    case = await shop.asked(number, surplus=True)
    await customer.log_in(Role.ACCOUNTANT)
    html = await whole(customer)
    assert f'href="/desk/refunds/{case.id}"' in html
    assert "Из них в работе 500,00" in row_of(html, number).replace("\u00a0", " ")


async def test_the_list_is_read_to_its_end_the_oldest_first(
    browser: Browser, books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = [books.invoice(Line(100), paid=(200,)) for _ in range(5)]
    monkeypatch.setattr(surpluses, "SHOWN", 2)
    await browser.log_in(Role.OPERATOR)
    html = await whole(browser)
    places = [html.index(f"Счёт № {number}") for number in numbers]
    assert places == sorted(places)
    assert all(html.count(f"Счёт № {number}") == 1 for number in numbers)


async def test_a_name_is_only_ever_text(browser: Browser, books: Books) -> None:
    client_id = f"client-{uuid4().hex[:12]}"
    name = "<script>alert(1)</script>"
    books.put("clients", id=client_id, kind="company", name=name, email="x@romashka.example")
    books.invoice(Line(100), paid=(200,), client_id=client_id)
    await browser.log_in(Role.ACCOUNTANT)
    html = await whole(browser)
    assert name not in html
    assert "&lt;script&gt;alert(1)" in html


async def test_a_specialist_has_no_business_with_money_on_the_account(browser: Browser) -> None:
    await browser.log_in(Role.SPECIALIST)
    page: Page = await browser.get("/desk/surpluses")
    assert page.status == 403
