"""The settings: the address for letters, the sessions, the language, and what is only shown."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from db.access.session import MAX_SESSIONS
from db.billing import client as clients
from db.database import Database
from domain.access.roles import Role
from starter.commands.billing.contact import CHANGES_PER_DAY
from starter.commands.secret_token import hash_of
from starter.web.http.session import BegunIn
from tests.books import CLIENT_NAME, Books
from tests.starter.web.browser import Browser, Page

WINDOWS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/141.0.0.0 YaBrowser/26.1.0.0 Safari/537.36"
)
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15"
    " (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1"
)


def an_address() -> str:
    return f"{uuid4().hex[:12]}@romashka.example"


def at_address(books: Books, address: str) -> str:
    client = books.client()
    books.connection.execute("UPDATE clients SET email = %s WHERE id = %s", (address, client))
    return client


def address_of(books: Books, client: str) -> str:
    return str(books.row("SELECT email FROM clients WHERE id = %(c)s", c=client).email)


async def ask(browser: Browser, address: str) -> Page:
    page = await browser.get("/settings")
    return await browser.send("/settings/email", {**page.form("/email"), "email": address})


def link_of(books: Books, client: str) -> str:
    """The token in the newest letter with a link to a new address."""
    row = books.rows(
        "SELECT params, to_address FROM notifications WHERE client_id = %(c)s"
        " AND template = 'email_link' ORDER BY number DESC",
        c=client,
    )[0]
    return str(row.params["code"])


async def confirm(browser: Browser, token: str) -> Page:
    page = await browser.get(f"/settings/email/{token}")
    assert page.status == 200
    return await browser.send(f"/settings/email/{token}", page.form(token))


async def test_the_organisation_is_shown_as_billing_wrote_it(
    browser: Browser, books: Books
) -> None:
    client = books.client()
    books.connection.execute(
        "UPDATE clients SET inn = '7707083893', kpp = '770701001' WHERE id = %s", (client,)
    )
    await browser.log_in(Role.CLIENT, client)
    page = await browser.get("/settings")
    for said in (CLIENT_NAME, "7707083893", "770701001", "buh@romashka.example"):
        assert said in page.words
    assert "Изменить их здесь нельзя" in page.words


async def test_a_new_address_counts_once_its_link_is_used_and_both_addresses_are_told(
    browser: Browser, books: Books
) -> None:
    old, new = an_address(), an_address()
    client = at_address(books, old)
    await browser.log_in(Role.CLIENT, client, login="anna")
    assert (await ask(browser, new)).leads_to == "/settings"
    assert f"ссылка отправлена на {new}" in (await browser.get("/settings")).words
    assert address_of(books, client) == old
    assert (await confirm(browser, link_of(books, client))).leads_to == "/settings"
    assert address_of(books, client) == new
    told = books.rows(
        "SELECT template, channel, to_address FROM notifications WHERE client_id = %(c)s"
        " ORDER BY number",
        c=client,
    )
    assert [tuple(row) for row in told] == [
        ("email_link", "mail", new),
        ("email_asked", "mail", old),
        ("email_changed", "mail", old),
        ("email_changed", "inbox", None),
    ]
    kept = books.row("SELECT * FROM email_changes WHERE client_id = %(c)s", c=client)
    assert (kept.old_address, kept.new_address, kept.confirmed_by) == (old, new, "anna")


async def test_a_link_is_used_once_by_the_client_that_asked_and_only_while_it_lasts(
    browser: Browser, books: Books
) -> None:
    client, other = at_address(books, an_address()), books.client()
    await browser.log_in(Role.CLIENT, client, login="anna")
    await ask(browser, an_address())
    token = link_of(books, client)
    mine = browser.token
    await browser.log_in(Role.CLIENT, other)
    stolen = await browser.send(f"/settings/email/{token}", {"idempotency_key": uuid4().hex})
    assert stolen.status == 410
    browser.http.cookies.clear()
    assert (await browser.get(f"/settings/email/{token}")).status == 303
    browser.hold(mine)
    books.connection.execute(
        "UPDATE email_changes SET asked_at = asked_at - interval '2 days', ends_at = %s"
        " WHERE token_hash = %s",
        (datetime.now(UTC) - timedelta(seconds=1), hash_of(token)),
    )
    assert (await browser.get(f"/settings/email/{token}")).status == 410
    await ask(browser, an_address())
    replaced = link_of(books, client)
    await ask(browser, an_address())
    assert (await browser.get(f"/settings/email/{replaced}")).status == 410
    last = link_of(books, client)
    assert (await confirm(browser, last)).status == 303
    assert (await browser.get(f"/settings/email/{last}")).status == 410


async def test_whoever_came_in_by_the_old_address_comes_in_by_the_new_one(
    browser: Browser, books: Books
) -> None:
    old, new = an_address(), an_address()
    client = at_address(books, old)
    token = await browser.letter_link(old)
    await browser.send(f"/login/link/{token}", {})
    await ask(browser, new)
    assert (await confirm(browser, link_of(books, client))).leads_to == "/login"
    assert (await browser.get("/")).status == 303
    await browser.send("/login/link", {"email": old})
    await browser.send("/login/link", {"email": new})
    links = books.rows(
        "SELECT params FROM notifications WHERE client_id = %(c)s AND template = 'login_link'",
        c=client,
    )
    assert len(links) == 1


async def test_billing_wins_with_a_new_address_and_not_by_repeating_the_old_one(
    browser: Browser, books: Books, database: Database
) -> None:
    old, chosen, newest = an_address(), an_address(), an_address()
    client = at_address(books, old)
    await browser.log_in(Role.CLIENT, client, login="anna")
    await ask(browser, chosen)
    await confirm(browser, link_of(books, client))
    data = {"kind": "company", "name": CLIENT_NAME, "inn": None, "kpp": None, "address": None}
    for written, counts in ((old, chosen), (old, chosen), (newest, newest), (old, old)):
        row = await clients.put(
            database,
            client,
            datetime.now(UTC),
            **data,
            email=written,
            language="ru",
            time_zone="Europe/Moscow",
        )
        assert row.email == counts, written


@pytest.mark.parametrize("wrong", ["", "romashka", "a@b", "<b>@romashka.example", "x" * 300])
async def test_what_is_no_address_is_said_beside_the_field_and_kept(
    browser: Browser, books: Books, wrong: str
) -> None:
    await browser.log_in(Role.CLIENT, books.client())
    answer = await ask(browser, wrong)
    assert answer.status == 422
    assert 'id="email-error"' in answer.html
    assert answer.form("/email")["email"] == wrong


async def test_the_same_address_and_too_many_changes_are_refused(
    browser: Browser, books: Books
) -> None:
    old = an_address()
    client = at_address(books, old)
    await browser.log_in(Role.CLIENT, client)
    assert "уже приходят на этот адрес" in (await ask(browser, old)).words
    for _ in range(CHANGES_PER_DAY):
        assert (await ask(browser, an_address())).status == 303
    refused = await ask(browser, an_address())
    assert refused.status == 422
    assert "не больше пяти раз" in refused.words


async def test_sessions_are_listed_in_words_and_ended_one_by_one_or_all_but_this(
    browser: Browser, books: Books
) -> None:
    client, login = books.client(), uuid4().hex
    tokens = []
    for agent in (WINDOWS, PHONE, "<script>alert(1)</script>"):
        await browser.log_in(Role.CLIENT, client, login=login, browser=BegunIn("ru", agent))
        tokens.append(browser.token)
    await browser.log_in(Role.CLIENT, client, login="somebody.else")
    stranger = browser.token
    browser.hold(tokens[0])
    page = await browser.get("/settings")
    assert "Yandex Browser, Windows" in page.words
    assert "Safari, iPhone" in page.words
    assert "Браузер не назвал себя" in page.words
    assert "<script>alert" not in page.html
    assert page.html.count("Вы здесь") == 1
    phone = books.row("SELECT id FROM sessions WHERE token_hash = %(h)s", h=hash_of(tokens[1])).id
    other = books.row("SELECT id FROM sessions WHERE token_hash = %(h)s", h=hash_of(stranger)).id
    for ended in (phone, other, "no-id"):
        assert (await browser.send("/settings/sessions/end", {"session": str(ended)})).status == 303
    assert await _alive(browser, [*tokens, stranger]) == [True, False, True, True]
    browser.hold(tokens[0])
    await browser.send("/settings/sessions/end-others", {})
    assert await _alive(browser, [*tokens, stranger]) == [True, False, False, True]


async def _alive(browser: Browser, tokens: list[str]) -> list[bool]:
    alive = []
    for token in tokens:
        browser.hold(token)
        alive.append((await browser.get("/settings")).status == 200)
    return alive


async def test_of_too_many_sessions_the_longest_unused_ends(browser: Browser, books: Books) -> None:
    client, login = books.client(), uuid4().hex
    tokens = [await browser.log_in(Role.CLIENT, client, login=login) for _ in range(MAX_SESSIONS)]
    books.connection.execute(
        "UPDATE sessions SET began_at = began_at - interval '2 hours',"
        " seen_at = seen_at - interval '1 hour' WHERE token_hash = %s",
        (hash_of(tokens[3]),),
    )
    newest = await browser.log_in(Role.CLIENT, client, login=login)
    assert await _alive(browser, [tokens[0], tokens[3], newest]) == [True, False, True]


async def test_a_change_of_organisation_keeps_the_language_and_the_browser(
    browser: Browser, books: Books
) -> None:
    one, other = books.client(), books.client()
    await browser.log_in(Role.CLIENT, one, other, browser=BegunIn("en", PHONE))
    await browser.send("/organisation", {"client_id": other})
    page = await browser.get("/settings")
    assert 'lang="en"' in page.html
    assert "Safari, iPhone" in page.words


async def test_a_wish_that_is_sent_twice_sends_one_link(browser: Browser, books: Books) -> None:
    client = at_address(books, an_address())
    await browser.log_in(Role.CLIENT, client)
    page = await browser.get("/settings")
    form = {**page.form("/email"), "email": an_address()}
    for _ in range(2):
        assert (await browser.send("/settings/email", form)).leads_to == "/settings"
    sent = books.rows(
        "SELECT id FROM notifications WHERE client_id = %(c)s AND template = 'email_link'",
        c=client,
    )
    assert len(sent) == 1
