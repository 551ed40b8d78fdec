"""The list of orders: tabs, statuses in the words of the shop, pages of it."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest

from db.database import Database
from domain.access.roles import Role
from domain.calendar.bank_calendar import moscow_date
from domain.refund.refund import AskedLine
from starter.web.cabinet.orders import SHOWN
from tests.activities.renewal_walk import opened as renewal
from tests.activities.walk import opened as refunded
from tests.books import Books, Line
from tests.renewal_books import PRICE_KOPECKS, RenewalBooks
from tests.starter.caller import Api
from tests.starter.collection.overdue import overdue
from tests.starter.web.browser import Browser

DONE = Line(1_000_00, "licence")
ORDERS = 500
OPENED = {
    "disputes": """
INSERT INTO disputes (id, invoice_number, ordinal, client_id, opening_id, kind, status, version,
    policy_version, stage_at, due_at, waiting_for, wait_until, opened_at, changed_at)
VALUES ('dispute-' || %(number)s || '-1', %(number)s, 1, %(client)s, gen_random_uuid(), 'other',
    'opened', 1, 1, now(), now(), 'accountant', now(), now(), now())""",
    "goods_returns": """
INSERT INTO goods_returns (id, opening_id, invoice_number, ordinal, client_id, ground, way, status,
    version, policy_version, waiting_for, wait_until, entered_at, opened_at, changed_at)
VALUES ('return-' || %(number)s || '-1', gen_random_uuid(), %(number)s, 1, %(client)s,
    'change_of_mind', 'shipping', 'requested', 1, 1, 'specialist', now(), now(), now(), now())""",
}
"""Rows of an open dispute, and of an open return, of an order."""
MANY = """
WITH issued AS (
    INSERT INTO invoices (number, client_id, client_kind, issued_by, issued_on, total_kopecks)
    SELECT number, %(client)s, 'company', 'online', DATE '2026-03-02' - length(number), 100000
      FROM unnest(%(numbers)s::text[]) AS number RETURNING number)
INSERT INTO invoice_lines (invoice_number, line_no, title, kind, sum_kopecks, vat_rate)
SELECT number, 1, 'Лицензия', 'licence', 100000, 'none' FROM issued
"""
"""Orders of one client, put down at once; many have the same day."""
TODAY = moscow_date(datetime.now(UTC))
SOON = TODAY + timedelta(days=20)


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
        is_due = one == tab and status in ("Неоплачено", "Оплачено частично")
        assert (f'href="/orders/{number}/payment"' in page.html) == is_due


@pytest.mark.parametrize("table", ["disputes", "goods_returns"])
async def test_a_paid_order_with_an_open_dispute_or_return_is_not_finished(
    browser: Browser, books: Books, table: str
) -> None:
    client = books.client()
    number = books.invoice(DONE, client_id=client)
    with books.connection.transaction():
        books.connection.execute("SET LOCAL session_replication_role = replica")
        books.connection.execute(OPENED[table], {"number": number, "client": client})
    await browser.log_in(Role.CLIENT, client)
    leads_to = {
        "disputes": f"/disputes/dispute-{number}-1",
        "goods_returns": f"/returns/return-{number}-1",
    }
    for one in ("current", "finished"):
        page = await browser.get(f"/?tab={one}")
        assert (f"№ {number}" in page.words) == (one == "current")
        assert (f'href="{leads_to[table]}"' in page.html) == (one == "current")


async def test_each_line_of_an_order_has_its_status(
    browser: Browser, books: Books, database: Database
) -> None:
    """Money is of the whole order; a refund may be of one line, and says so there alone."""
    client = books.client()
    unpaid = books.invoice(DONE, Line(2_000_00, "service"), paid=(), client_id=client)
    paid = books.invoice(
        *[Line(1_00, "licence")] * 12, client_id=client, issued_on=TODAY - timedelta(days=1)
    )
    await refunded(database, books, paid, asked=(AskedLine(1, 1_00),))
    await browser.log_in(Role.CLIENT, client)
    page = await browser.get("/?tab=current")
    (of_unpaid, of_paid) = [parts_of(page.html, number) for number in (unpaid, paid)]
    assert of_unpaid == ["Неоплачено", "Неоплачено"]
    assert of_paid == ["Возврат", *["Оплачено"] * 9]
    assert "и ещё 2" in page.words


def parts_of(html: str, number: str) -> list[str]:
    """The statuses of an order's lines."""
    _, _, rest = html.partition(f'aria-label="Состав заказа № {number}"')
    return re.findall(r"<span class=\"tag[^>]*>([^<]+)</span>", rest.partition("</ul>")[0])


async def test_a_long_list_is_read_to_its_end_and_names_each_order_once(
    browser: Browser, books: Books
) -> None:
    client = books.client()
    numbers = {f"{client[-8:]}-{place:03}" for place in range(ORDERS)}
    books.connection.execute(MANY, {"client": client, "numbers": sorted(numbers)})
    await browser.log_in(Role.CLIENT, client)
    seen: list[str] = []
    path: str | None = "/?tab=current"
    while path is not None:
        page = await browser.get(path)
        found = re.findall(r"<h2>Заказ № ([^<]+)</h2>", page.html)
        assert len(found) <= SHOWN
        seen += found
        more = re.search(r'class="button" href="(/\?tab=current&amp;after=[^"]+)"', page.html)
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


async def test_an_order_of_a_subscription_is_paid_checked_and_opened_from_its_dots(
    browser: Browser, books: RenewalBooks, database: Database
) -> None:
    walk = await renewal(database, books, ends_on=SOON)
    await walk.on(TODAY).ordered()
    await browser.log_in(Role.CLIENT, walk.request.client_id)
    page = await browser.get("/")
    path = f"/renewals/{walk.request.renewal_id}"
    assert ">Неоплачено</span>" in page.html
    assert f'href="{path}#pay"' in page.html
    assert f'href="{path}"' in page.html
    assert page.form(f"/orders/{walk.number}/check")
    await walk.claimed()
    assert ">Обработка</span>" in (await browser.get("/")).html
    walk.paid()
    await walk.looked()
    paid = await browser.get("/")
    assert ">Оплачено</span>" in paid.html
    assert f'href="{path}#pay"' not in paid.html
    assert "Проверить оплату" not in paid.words


async def test_an_order_that_is_being_checked_or_out_of_date_says_so(
    browser: Browser, books: RenewalBooks, database: Database
) -> None:
    walk = await renewal(database, books)
    await walk.on(date(2026, 4, 10)).ordered()
    await browser.log_in(Role.CLIENT, walk.request.client_id)
    late = await browser.get("/")
    assert "счёт действовал до 20.04.2026" in late.words
    assert ">Неоплачено</span>" in late.html
    await walk.when_it_is_over().checked()
    assert ">Обработка</span>" in (await browser.get("/")).html
    await walk.when_it_is_over().lapsed()
    await walk.when_it_is_over().lapsed()
    closed = await browser.get("/")
    assert ">Неоплачено</span>" in closed.html
    assert "#pay" not in closed.html


@pytest.mark.parametrize(("status", "words"), [("pending", "Неоплачено"), ("unknown", "Обработка")])
async def test_a_page_that_nobody_has_paid_on_is_an_order_that_is_not_paid(
    browser: Browser, books: RenewalBooks, database: Database, status: str, words: str
) -> None:
    walk = await renewal(database, books, ends_on=SOON)
    await walk.on(TODAY).ordered(method="bank_card")
    now = datetime.now(UTC)
    books.put(
        "card_payments",
        order_id=walk.result.card_order_id,
        invoice_number=walk.number,
        amount_kopecks=PRICE_KOPECKS,
        status=status,
        asked={},
        prepared_at=now,
        changed_at=now,
    )
    await browser.log_in(Role.CLIENT, walk.request.client_id)
    page = await browser.get("/")
    assert f">{words}</span>" in page.html
    assert ("Продолжить оплату" in page.words) == (status == "pending")


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


async def test_an_order_that_is_collected_leads_to_what_can_be_done_about_it(
    customer: Browser, whole_api: Api, books: RenewalBooks
) -> None:
    case = await overdue(whole_api, books)
    await customer.log_in(Role.CLIENT, case.client_id)
    address = f"/debts/{case.number}"
    assert f'href="{address}"' in (await customer.get("/")).html
    assert "К оплате" in (await customer.get(address)).words
    await case.staff("cancel", reason="выставлен по ошибке")
    assert f'href="{address}"' not in (await customer.get("/")).html
