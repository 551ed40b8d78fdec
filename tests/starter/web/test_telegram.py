"""«Настройки → Telegram»: the switch, a one-time link, the confirmation, unlinking."""

from datetime import UTC, datetime, timedelta

import pytest_asyncio
from fastapi import FastAPI

from db.access import telegram
from db.access.telegram import LinkRow
from db.database import Database
from db.query import present
from domain.access.roles import Role
from domain.ticket.telegram import GONE_AFTER
from starter.caller import letter_login
from starter.commands.secret_token import hash_of
from starter.web.app import create_app
from tests.books import Books
from tests.starter import caller
from tests.starter.conftest import nobody
from tests.starter.web.browser import SITE, Browser, Page

PAGE = "/settings/telegram"


@pytest_asyncio.fixture(scope="module")
async def telegram_app(database_url: str, database: Database) -> FastAPI:
    """The pages of an installation that has a bot."""
    await telegram.put_bot(database, 777, "kopeyka_bot", datetime.now(UTC))
    more = {"KOPEYKA_CABINET_URL": SITE, "KOPEYKA_TELEGRAM_TOKEN": "777:secret"}
    return create_app(caller.settings(database_url, **more), database, nobody)


async def at_page(app: FastAPI, database: Database, client_id: str, login: str) -> Browser:
    browser = Browser(app, database)
    await browser.log_in(Role.CLIENT, client_id, login=login)
    return browser


async def send(browser: Browser, ending: str, **fields: str) -> Page:
    page = await browser.get(PAGE)
    return await browser.send(f"{PAGE}/{ending}", {**page.form(ending), **fields})


async def opened(database: Database, token: str, account: str = "Ирина (@irina)") -> LinkRow:
    """An account has opened the one-time link."""
    now = datetime.now(UTC)
    link = present(await database.row(telegram.link_of_token(hash_of(token), now)))
    async with database.transaction() as transaction:
        telegram.open_link(transaction, link.id, now.microsecond + 1, account, now)
    return link


def token_in(page: Page) -> str:
    return page.html.split("?start=")[1].split('"')[0]


async def test_an_account_is_linked_by_a_link_that_the_cabinet_confirms_and_unlinked(
    telegram_app: FastAPI, database: Database, books: Books
) -> None:
    browser = await at_page(telegram_app, database, books.client(), "ira")
    assert PAGE in (await browser.get("/settings")).html
    page = await browser.get(PAGE)
    assert "Выключена" in page.words
    assert "Получить ссылку" not in page.words
    assert (await send(browser, "switch", turn="on")).leads_to == PAGE
    assert "@kopeyka_bot" in (await browser.get(PAGE)).words
    assert (await send(browser, "links")).status == 303
    page = await browser.get(PAGE)
    assert "https://t.me/kopeyka_bot?start=" in page.html
    link = await opened(database, token_in(page), "<b>Ирина</b>")
    page = await browser.get(PAGE)
    assert "Ссылку открыл аккаунт &lt;b&gt;Ирина&lt;/b&gt;" in page.html
    assert (await send(browser, f"links/{link.id}/confirm")).status == 303
    page = await browser.get(PAGE)
    assert "Ваш аккаунт связан" in page.words
    assert (await send(browser, f"links/{link.id}/end")).status == 303
    page = await browser.get(PAGE)
    assert "Пока ни одного" in page.words
    said = books.rows("SELECT payload FROM telegram_outbox ORDER BY id")
    assert ["связан" in said[0].payload["text"], "отвязан" in said[1].payload["text"]] == [True] * 2


async def test_who_came_by_a_letters_link_is_not_named_by_a_login_that_nobody_chose(
    telegram_app: FastAPI, database: Database, books: Books
) -> None:
    client_id = books.client()
    browser = await at_page(telegram_app, database, client_id, letter_login(client_id))
    await send(browser, "switch", turn="on")
    await send(browser, "links")
    link = await opened(database, token_in(await browser.get(PAGE)))
    await send(browser, f"links/{link.id}/confirm")
    accounts = (await browser.get(PAGE)).html.split('id="accounts"')[1].split("</ul>")[0]
    assert "после входа по ссылке из письма" in accounts
    assert letter_login(client_id) not in accounts


async def test_an_account_that_is_not_ones_own_is_declined(
    telegram_app: FastAPI, database: Database, books: Books
) -> None:
    browser = await at_page(telegram_app, database, books.client(), "ira")
    await send(browser, "switch", turn="on")
    await send(browser, "links")
    link = await opened(database, token_in(await browser.get(PAGE)))
    await send(browser, f"links/{link.id}/end")
    page = await browser.get(PAGE)
    assert "Получить ссылку" in page.words
    assert link.id not in {one.id for one in await database.rows(telegram.links_of_chat(1))}


async def test_a_link_of_another_person_is_neither_shown_nor_confirmed(
    telegram_app: FastAPI, database: Database, books: Books
) -> None:
    client = books.client()
    browser = await at_page(telegram_app, database, client, "ira")
    await send(browser, "switch", turn="on")
    await send(browser, "links")
    link = await opened(database, token_in(await browser.get(PAGE)))
    colleague = await at_page(telegram_app, database, client, "oleg")
    page = await colleague.get(PAGE)
    assert "Ирина" not in page.words
    fields = (await browser.get(PAGE)).form("/confirm")
    refused = await colleague.send(f"{PAGE}/links/{link.id}/confirm", fields)
    assert (refused.status, "уже не действует" in refused.words) == (409, True)
    stranger = await at_page(telegram_app, database, books.client(), "mallory")
    for deed in ("confirm", "end"):
        assert (await stranger.send(f"{PAGE}/links/{link.id}/{deed}", fields)).status == 404


async def test_a_bot_that_does_not_work_is_said_to_be_away(
    telegram_app: FastAPI, database: Database, books: Books
) -> None:
    browser = await at_page(telegram_app, database, books.client(), "ira")
    await send(browser, "switch", turn="on")
    long_ago = datetime.now(UTC) - GONE_AFTER - timedelta(seconds=1)
    await telegram.put_bot(database, 777, "kopeyka_bot", long_ago)
    assert "Бот сейчас не работает" in (await browser.get(PAGE)).words
    await telegram.put_bot(database, 777, "kopeyka_bot", datetime.now(UTC))


async def test_an_installation_without_a_bot_has_no_page_of_it(
    browser: Browser, books: Books
) -> None:
    await browser.log_in(Role.CLIENT, books.client())
    assert (await browser.get(PAGE)).status == 404
    assert PAGE not in (await browser.get("/settings")).html
