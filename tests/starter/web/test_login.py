"""Logging in by a letter, and what a session is."""

import asyncio
from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta

import httpx2
import pytest
from fastapi import FastAPI
from starlette.requests import Request
from starlette.types import Message, Receive, Scope, Send

from db.query import present
from domain.access.roles import Role
from starter.commands.secret_token import hash_of
from starter.web.http.session import CLIENT_IDLE, STAFF_IDLE
from starter.web.login.link import LINKS_PER_HOUR
from tests.books import Books
from tests.patience import PATIENCE_SECONDS
from tests.starter.web.browser import OWN, SITE, Browser


def _letters(books: Books, client_id: str) -> int:
    row = books.row(
        "SELECT count(*) AS n FROM notifications WHERE client_id = %(c)s"
        " AND template = 'login_link'",
        c=client_id,
    )
    return int(row.n)


def _client_at(books: Books, address: str) -> str:
    client_id = books.client()
    books.connection.execute("UPDATE clients SET email = %s WHERE id = %s", (address, client_id))
    return client_id


async def test_an_address_of_a_client_is_sent_a_link_and_any_other_hears_the_same(
    browser: Browser, books: Books
) -> None:
    client = _client_at(books, "one.link@romashka.example")
    known = await browser.send("/login/link", {"email": " ONE.link@romashka.example"})
    other = await browser.send("/login/link", {"email": "two.link@romashka.example"})
    assert (known.status, other.status) == (200, 200)
    assert known.html.replace("one.link", "two.link") == other.html
    assert _letters(books, client) == 1


async def test_the_answer_waits_for_no_link_so_that_its_time_tells_of_nobody(
    browser: Browser, app: FastAPI, books: Books
) -> None:
    client = _client_at(books, "timed@romashka.example")
    lock = "hashtextextended('login-link/timed@romashka.example', 0)"
    answered = asyncio.Event()

    async def told(scope: Scope, receive: Receive, send: Send) -> None:
        async def heard(message: Message) -> None:
            if message["type"] == "http.response.body" and not message.get("more_body"):
                answered.set()
            await send(message)

        await app(scope, receive, heard)

    books.connection.execute(f"SELECT pg_advisory_lock({lock})")
    try:
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(told), base_url=SITE) as http:
            form = {"email": "timed@romashka.example"}
            asked = asyncio.create_task(http.post("/login/link", data=form, headers=OWN))
            await asyncio.wait_for(answered.wait(), PATIENCE_SECONDS)
            assert (asked.done(), _letters(books, client)) == (False, 0)
            books.connection.execute(f"SELECT pg_advisory_unlock({lock})")
            assert (await asked).status_code == 200
    finally:
        books.connection.execute("SELECT pg_advisory_unlock_all()")
    assert _letters(books, client) == 1


async def test_an_address_is_not_flooded_with_letters(browser: Browser, books: Books) -> None:
    client = _client_at(books, "flooded@romashka.example")
    for _ in range(LINKS_PER_HOUR + 2):
        await browser.send("/login/link", {"email": "flooded@romashka.example"})
    assert _letters(books, client) == LINKS_PER_HOUR


@pytest.mark.parametrize(
    "wrong", ["", "romashka", "a@b", "<b>@romashka.example", "x" * 300 + "@a.ru"]
)
async def test_what_is_no_address_is_said_beside_the_field(browser: Browser, wrong: str) -> None:
    answer = await browser.send("/login/link", {"email": wrong})
    assert answer.status == 422
    assert 'aria-invalid="true"' in answer.html
    assert answer.form("/login/link")["email"] == wrong


async def test_a_link_logs_in_once(browser: Browser, books: Books) -> None:
    client = _client_at(books, "once@romashka.example")
    token = await browser.letter_link("once@romashka.example")
    looked = [await browser.get(f"/login/link/{token}") for _ in range(2)]
    assert [page.status for page in looked] == [200, 200]
    entered = await browser.send(f"/login/link/{token}", {})
    assert (entered.status, entered.leads_to) == (303, "/")
    login = books.row("SELECT login FROM sessions WHERE client_id = %(c)s", c=client).login
    assert login == f"letter-{client}", "an address would come into the histories of processes"
    first = (await browser.get("/")).html.replace("&#34;", '"')
    assert books.row("SELECT name FROM clients WHERE id = %(c)s", c=client).name in first
    assert "с почты организации" in first
    assert login not in first
    again = await browser.send(f"/login/link/{token}", {})
    assert again.status == 410


async def test_the_longest_address_of_a_client_logs_in(browser: Browser, books: Books) -> None:
    address = "@".join(["l" * 64, ".".join(["d" * 59] * 3 + ["example"])])
    _client_at(books, address)
    token = await browser.letter_link(address)
    assert (await browser.send(f"/login/link/{token}", {})).leads_to == "/"


async def test_a_late_link_does_not_log_in(browser: Browser, books: Books) -> None:
    _client_at(books, "late@romashka.example")
    token = await browser.letter_link("late@romashka.example", minutes=-1)
    assert (await browser.get(f"/login/link/{token}")).status == 410
    assert (await browser.send(f"/login/link/{token}", {})).status == 410
    assert (await browser.get("/")).status == 303


async def test_a_link_to_elsewhere_leads_to_the_first_page(browser: Browser, books: Books) -> None:
    await browser.log_in(Role.CLIENT, books.client())
    for target in ("//evil.example", "https://evil.example", "/\\evil.example", "javascript:1", ""):
        page = await browser.http.get("/login", params={"target": target})
        assert page.headers["location"] == "/"


async def test_the_database_never_holds_what_the_browser_holds(
    browser: Browser, books: Books
) -> None:
    token = await browser.log_in(Role.CLIENT, books.client())
    row = books.row("SELECT * FROM sessions WHERE token_hash = %(h)s", h=hash_of(token))
    assert token not in str(row)


async def test_a_session_ends_when_it_is_left_alone_or_old(browser: Browser, books: Books) -> None:
    now = datetime.now(UTC)
    for role, idle in ((Role.CLIENT, CLIENT_IDLE), (Role.ACCOUNTANT, STAFF_IDLE)):
        clients = [books.client()] if role is Role.CLIENT else []
        lives = {Role.CLIENT: 200, Role.ACCOUNTANT: 403}[role]
        for column, value, status in (
            ("seen_at", now - idle + timedelta(minutes=1), lives),
            ("seen_at", now - idle - timedelta(seconds=1), 303),
            ("ends_at", now - timedelta(seconds=1), 303),
        ):
            token = await browser.log_in(role, *clients)
            books.connection.execute(
                f"UPDATE sessions SET began_at = %s, {column} = %s WHERE token_hash = %s".encode(),  # noqa: S608  a column of ours
                (now - timedelta(days=2), value, hash_of(token)),
            )
            assert (await browser.get("/")).status == status, (role, column)


async def test_logging_out_ends_this_session_and_everywhere_ends_all(
    browser: Browser, books: Books
) -> None:
    client = books.client()
    first = await browser.log_in(Role.CLIENT, client)
    second = await browser.log_in(Role.CLIENT, client)
    assert (await browser.send("/logout", {})).leads_to == "/login"
    browser.hold(second)
    assert (await browser.get("/")).status == 303
    browser.hold(first)
    assert (await browser.get("/")).status == 200
    third = await browser.log_in(Role.CLIENT, client)
    await browser.send("/logout/everywhere", {})
    for token in (first, third):
        browser.hold(token)
        assert (await browser.get("/")).status == 303


async def test_another_organisation_comes_with_a_new_token_and_only_if_it_is_ones_own(
    browser: Browser, books: Books
) -> None:
    one, other, strange = books.client(), books.client(), books.client()
    before = await browser.log_in(Role.CLIENT, one, other)
    refused = await browser.send("/organisation", {"client_id": strange})
    assert refused.status == 404
    chosen = await browser.send("/organisation", {"client_id": other})
    assert chosen.status == 303
    assert browser.token != before
    assert (await browser.get("/")).status == 200
    browser.hold(before)
    assert (await browser.get("/")).status == 303


async def test_organisations_chosen_at_once_leave_one_session_and_none_after_the_log_out(
    browser: Browser, books: Books
) -> None:
    one, other = books.client(), books.client()
    login = f"volkov@{one}"
    count = "SELECT count(*) AS n FROM sessions WHERE login = %(login)s"
    for is_left in (False, True):
        token = await browser.log_in(Role.CLIENT, one, other, login=login)
        cookie = f"{browser.sessions.cookie}={token}".encode()
        request = Request({"type": "http", "headers": [(b"cookie", cookie)]})
        session = present(await browser.sessions.of(request))
        deeds: list[Awaitable[str | None]] = [
            browser.sessions.choose(session, other) for _ in range(4)
        ]
        if is_left:
            deeds.append(browser.sessions.end_all(session))
        done = await asyncio.gather(*deeds, return_exceptions=True)
        chosen = [token for token in done if isinstance(token, str)]
        assert len(chosen) <= 1
        assert int(books.row(count, login=login).n) == (0 if is_left else 1)
        await browser.sessions.end_all(session)


@pytest.mark.parametrize("url", ["https://cabinet.example", "http://cabinet.example"])
async def test_the_cookie_is_for_this_host_alone_where_there_is_https(
    browser: Browser, books: Books, url: str
) -> None:
    is_https = url.startswith("https")
    browser.sessions.is_https = is_https
    browser.sessions.cookie = "__Host-session" if is_https else "session"
    _client_at(books, "cookie@romashka.example")
    token = await browser.letter_link("cookie@romashka.example")
    cookie = (await browser.send(f"/login/link/{token}", {})).response.headers["set-cookie"]
    browser.sessions.is_https, browser.sessions.cookie = False, "session"
    assert cookie.startswith("__Host-session=") == is_https
    assert ("; Secure" in cookie) == is_https
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie
