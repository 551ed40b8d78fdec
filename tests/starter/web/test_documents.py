"""Every paper of a client: listed, narrowed, taken away as a file, and nobody else's."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import pytest_asyncio

from db.database import Database
from domain.access.roles import Role
from starter.web.cabinet.papers import SHOWN
from tests.books import Books
from tests.scans import found_clean, pdf, picture
from tests.starter.caller import Api
from tests.starter.refund.shop import RECIPIENT, SUBSCRIPTION, Shop
from tests.starter.renewal.ordered import Subscriber, subscriber, write_own_account
from tests.starter.renewal.test_claim import show
from tests.starter.subscription.registered import write_catalogue
from tests.starter.web.browser import Browser, Page

REQUISITES = {name: value or "" for name, value in RECIPIENT.items()}
ORDER = picture("PNG", 23)
ALL_CLEAN = """
    UPDATE file_contents SET status = 'clean', due_at = NULL, scanned_at = now(), scanner = 'clamd'
     WHERE status = 'received'
"""
SAVE = re.compile(r'href="(/documents/[a-z_]+/[^"]+)" download')


@pytest_asyncio.fixture
async def ordered(whole_api: Api) -> AsyncIterator[tuple[Subscriber, str]]:
    """A client with an order by invoice whose payment order it has shown; the invoice's number."""
    await write_catalogue(whole_api)
    await write_own_account(whole_api)
    someone = await subscriber(whole_api)
    placed = await someone.ordered()
    assert (await show(someone, placed["href"], ORDER, "image/png")).status_code == 200
    yield someone, (await someone.read(placed["id"]))["invoice_number"]


def saves(page: Page) -> list[str]:
    return SAVE.findall(page.html)


def assert_is_a_download(page: Page, beginning: bytes, extension: str) -> None:
    headers = page.response.headers
    assert page.status == 200
    assert page.response.content.startswith(beginning)
    assert headers["content-disposition"].startswith("attachment; filename=")
    assert f'.{extension}"' in headers["content-disposition"]
    assert headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert headers["x-content-type-options"] == "nosniff"


async def test_an_invoice_and_the_payment_order_shown_for_it_once_it_is_clean_are_taken_away(
    customer: Browser, ordered: tuple[Subscriber, str], database: Database
) -> None:
    someone, number = ordered
    await customer.log_in(Role.CLIENT, someone.client_id)
    waiting = await customer.get("/documents")
    assert "Проверяется на вирусы" in waiting.words
    assert len(saves(waiting)) == 1
    await found_clean(database, ORDER)
    page = await customer.get("/documents")
    assert f"Счёт № {number}" in page.words
    assert f"Платёжное поручение к заказу № {number}" in page.words
    order, invoice = sorted(saves(page), key=lambda path: "invoice" in path)
    assert invoice == f"/documents/invoice/{number}"
    assert_is_a_download(await customer.get(invoice), b"%PDF-", "pdf")
    assert_is_a_download(await customer.get(order), b"\x89PNG", "png")
    only = await customer.get("/documents?kind=payment_order&year=")
    assert saves(only) == [order]


async def test_a_statement_and_its_scan_are_taken_away_once_they_are_signed_and_clean(
    customer: Browser, shop: Shop, database: Database
) -> None:
    case = await opened(customer, shop)
    form = (await customer.get(f"{case}/statement")).form("/statement")
    await customer.send(f"{case}/statement", {**form, **REQUISITES})
    assert saves(await customer.get("/documents")) == []
    scan = pdf(10)
    form = (await customer.get(case)).form("/scan")
    sent = await customer.send(f"{case}/statement/scan", form, file=("scan.pdf", scan))
    assert sent.status == 303
    page = await customer.get("/documents")
    assert "Проверяется на вирусы" in page.words
    assert {path.split("/")[2] for path in saves(page)} == {"statement"}
    await found_clean(database, scan)
    by_kind = {path.split("/")[2]: path for path in saves(await customer.get("/documents"))}
    assert set(by_kind) == {"statement", "scan"}
    assert_is_a_download(await customer.get(by_kind["statement"]), b"%PDF-", "pdf")
    saved = await customer.get(by_kind["scan"])
    assert_is_a_download(saved, b"%PDF-", "pdf")
    assert saved.response.content == scan
    assert f'href="{case}"' in page.html


async def test_another_clients_papers_are_neither_listed_nor_given(
    customer: Browser, ordered: tuple[Subscriber, str], shop: Shop
) -> None:
    someone, _ = ordered
    await customer.log_in(Role.CLIENT, someone.client_id)
    paths = saves(await customer.get("/documents"))
    assert len(paths) == 2
    await customer.log_in(Role.CLIENT, shop.books.client())
    assert saves(await customer.get("/documents")) == []
    for path in paths:
        answer = await customer.get(path)
        assert (answer.status, "%PDF" in answer.html) == (404, False)
    for kind in ("statement", "scan", "payment_order"):
        assert (await customer.get(f"/documents/{kind}/{uuid4()}")).status == 404
        assert (await customer.get(f"/documents/{kind}/not-an-id")).status == 404


async def test_papers_are_narrowed_by_the_year_in_moscow_and_read_to_the_end(
    customer: Browser, shop: Shop
) -> None:
    case = await opened(customer, shop)
    new_year = datetime(2025, 12, 31, 21, 0, tzinfo=UTC)
    for at in (new_year - timedelta(minutes=1), *[new_year] * (2 * SHOWN + 1)):
        shop.books.scan(case.removeprefix("/refunds/"), uploaded_at=at)
    shop.books.connection.execute(ALL_CLEAN)
    assert len(saves(await customer.get("/documents?year=2025"))) == 1
    seen: list[str] = []
    path: str | None = "/documents?kind=scan&year=2026"
    while path is not None:
        page = await customer.get(path)
        seen += saves(page)
        more = re.search(
            r'<p><a class="button" href="(/documents\?kind=scan&amp;year=2026&amp;after=[^"]+)"',
            page.html,
        )
        path = more[1].replace("&amp;", "&") if more else None
    assert len(seen) == len(set(seen)) == 2 * SHOWN + 1
    assert '<option value="2025">' in page.html


async def opened(customer: Browser, shop: Shop) -> str:
    """The page of a case that waits for the statement of a client who is logged in."""
    number = await shop.invoice(SUBSCRIPTION)
    client = shop.books.row("SELECT client_id FROM invoices WHERE number = %(n)s", n=number)
    await customer.log_in(Role.CLIENT, client.client_id)
    start = await customer.get(f"/refunds/new?invoice={number}")
    return (await customer.send("/refunds", start.form("/refunds"))).leads_to


@pytest.mark.parametrize("query", ["kind=passport", "year=26", "year=2026-01", "after=x"])
async def test_an_address_that_was_typed_wrong_is_not_there(
    browser: Browser, books: Books, query: str
) -> None:
    await browser.log_in(Role.CLIENT, books.client())
    assert (await browser.get(f"/documents?{query}")).status == 404


async def test_nothing_yet_and_nothing_of_this_kind_are_said_differently(
    browser: Browser, books: Books
) -> None:
    await browser.log_in(Role.CLIENT, books.client())
    assert "Документов пока нет" in (await browser.get("/documents")).words
    assert "Таких документов нет" in (await browser.get("/documents?kind=scan")).words
