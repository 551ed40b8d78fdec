"""The list of orders: tabs, statuses in the words of the shop, pages of it."""

import re
from datetime import UTC, datetime

import pytest

from domain.access.roles import Role
from starter.web.cabinet.orders import SHOWN
from tests.books import Books, Line
from tests.starter.web.browser import Browser

DONE = Line(1_000_00, "licence")
ORDERS = 500


@pytest.mark.parametrize(
    ("paid", "voided", "tab", "status"),
    [
        ((), False, "current", "Неоплачено"),
        ((400_00,), False, "current", "Оплачено частично"),
        (None, False, "finished", "Оплачено"),
        ((), True, "cancelled", "Отменён"),
    ],
)
async def test_an_order_stands_on_its_tab_with_its_status(
    browser: Browser,
    books: Books,
    paid: tuple[int, ...] | None,
    voided: bool,
    tab: str,
    status: str,
) -> None:
    client = books.client()
    number = books.invoice(DONE, paid=paid, client_id=client)
    if voided:
        books.connection.execute(
            "UPDATE invoices SET voided_at = %s, voided_by = 'system', void_reason = 'test'"
            " WHERE number = %s",
            (datetime.now(UTC), number),
        )
    await browser.log_in(Role.CLIENT, client)
    for one in ("current", "finished", "cancelled"):
        page = await browser.get(f"/?tab={one}")
        assert (f"№ {number}" in page.words) == (one == tab)
        assert (f">{status}</span>" in page.html) == (one == tab)


async def test_a_long_list_is_read_to_its_end_and_names_each_order_once(
    browser: Browser, books: Books
) -> None:
    client = books.client()
    numbers = {books.invoice(DONE, paid=(), client_id=client) for _ in range(ORDERS)}
    await browser.log_in(Role.CLIENT, client)
    seen: list[str] = []
    path: str | None = "/?tab=current"
    while path is not None:
        page = await browser.get(path)
        found = re.findall(r"<h2>Заказ № ([^<]+)</h2>", page.html)
        assert len(found) <= SHOWN
        seen += found
        more = re.search(r'href="(/\?tab=current&amp;after=[^"]+)"', page.html)
        path = more[1].replace("&amp;", "&") if more else None
    assert len(seen) == len(set(seen))
    assert set(seen) == numbers


@pytest.mark.parametrize("query", ["tab=nowhere", "after=1", "after=2026-13-45_1&tab=paid"])
async def test_an_address_that_was_typed_wrong_is_not_there(
    browser: Browser, books: Books, query: str
) -> None:
    await browser.log_in(Role.CLIENT, books.client())
    assert (await browser.get(f"/?{query}")).status == 404


async def test_an_overpayment_is_offered_back_by_itself(browser: Browser, books: Books) -> None:
    client = books.client()
    number = books.invoice(DONE, paid=(1_250_00,), client_id=client)
    await browser.log_in(Role.CLIENT, client)
    orders = await browser.get("/?tab=finished")
    assert f"/refunds/new?invoice={number}&amp;kind=surplus" in orders.html
    page = await browser.get(f"/refunds/new?invoice={number}&kind=surplus")
    assert "250,00" in page.words
    assert page.form("/refunds")["kind"] == "surplus"


@pytest.mark.parametrize(
    ("columns", "paid", "tab", "why"),
    [
        ({}, (), "current", "Заказ не оплачен"),
        (
            {"issued_by": "service_centre", "service_centre": "СЦ Урал"},
            None,
            "finished",
            "Счёт выставил сервисный центр",
        ),
    ],
)
async def test_the_menu_of_an_order_says_why_it_cannot_be_refunded(
    browser: Browser,
    books: Books,
    columns: dict[str, str],
    paid: tuple[int, ...] | None,
    tab: str,
    why: str,
) -> None:
    client = books.client()
    number = books.invoice(DONE, paid=paid, client_id=client, **columns)
    await browser.log_in(Role.CLIENT, client)
    page = await browser.get(f"/?tab={tab}")
    assert f"Оформить возврат {why}" in page.words
    assert f"/refunds/new?invoice={number}" not in page.html


async def test_the_menu_of_a_paid_order_leads_to_its_refund(browser: Browser, books: Books) -> None:
    client = books.client()
    number = books.invoice(DONE, client_id=client)
    await browser.log_in(Role.CLIENT, client)
    page = await browser.get("/?tab=finished")
    assert f'href="/refunds/new?invoice={number}"' in page.html
    assert 'class="menu-item menu-off"' not in page.html
