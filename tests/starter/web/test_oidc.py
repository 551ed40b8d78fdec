"""Logging in at the sandbox issuer: what must agree, and what is answered when it does not."""

import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from html import unescape
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx2
import pytest
from fastapi import FastAPI

from db.database import Database
from domain.access.roles import Role
from environment import SettingMissing
from sandbox.identity.people import people
from simulation.dataset import data_set
from stack.folders import CHECKOUT
from stack.ports import Ports
from starter.web.app import create_app
from starter.web.login.issuer import issuer_of
from tests.books import Books
from tests.starter import caller
from tests.starter.conftest import nobody
from tests.starter.web.browser import SITE, Browser

CALLBACK = f"{SITE}/login/callback"
SECRET = "a-secret-of-the-tests"
CLIENT_LOGIN = "olga.ivanova"
CLIENT = "romashka"


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """The address of a running sandbox issuer."""
    with Ports() as ports:
        port = ports.reserve_any()
        process = subprocess.Popen(  # noqa: S603  our own program
            [
                *(sys.executable, "-m", "sandbox", "identity", "--port", str(port)),
                *("--client-secret", SECRET, "--redirect-uri", CALLBACK),
            ],
            cwd=CHECKOUT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        try:
            yield process.stdout.readline().split()[-1]
        finally:
            process.terminate()
            process.wait()
            process.stdout.close()


@pytest.fixture(scope="module")
def app(database_url: str, database: Database, issuer: str) -> FastAPI:
    """Pages that know the issuer."""
    settings = caller.settings(
        database_url,
        KOPEYKA_CABINET_URL=SITE,
        KOPEYKA_LOGIN_ISSUER=issuer,
        KOPEYKA_LOGIN_CLIENT_ID="cabinet",
        KOPEYKA_LOGIN_CLIENT_SECRET=SECRET,
    )
    return create_app(settings, database, nobody)


@pytest.fixture(scope="module", autouse=True)
def registered(books: Books) -> None:
    """The client of the person who logs in."""
    books.put(
        "clients", id=CLIENT, kind="company", name="ООО «Ромашка»", email="buh@romashka.example"
    )


async def _asked(browser: Browser, target: str = "/") -> str:
    """The issuer's page that a log-in leads to."""
    begun = await browser.http.get("/login/issuer", params={"target": target})
    assert begun.status_code == 303
    return str(begun.headers["location"])


async def _picked(address: str, login: str = CLIENT_LOGIN) -> str:
    """Where the issuer leads whoever picked somebody, as a path of ours."""
    async with httpx2.AsyncClient(trust_env=False) as http:
        answer = await http.post(address, data={"login": login})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"]).removeprefix(SITE)


async def test_a_person_of_the_issuer_is_led_to_what_was_asked_for(browser: Browser) -> None:
    back = await _picked(await _asked(browser, "/?tab=finished"))
    entered = await browser.get(back)
    assert (entered.status, entered.leads_to) == (303, "/?tab=finished")
    assert "ООО «Ромашка»" in (await browser.get("/")).words


async def test_the_issuer_is_asked_with_a_challenge_a_state_and_a_nonce(browser: Browser) -> None:
    first, second = [
        {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        for address in (await _asked(browser), await _asked(browser))
    ]
    assert first["code_challenge_method"] == "S256"
    for name in ("code_challenge", "state", "nonce"):
        assert len(first[name]) >= 40
        assert first[name] != second[name]


async def test_no_token_reaches_the_browser(browser: Browser) -> None:
    entered = await browser.get(await _picked(await _asked(browser)))
    said = f"{entered.response.headers} {entered.html}"
    assert "id_token" not in said
    assert "eyJ" not in said


async def test_logging_out_leads_by_the_issuer_back_to_the_log_in(
    browser: Browser, issuer: str
) -> None:
    for path in ("/logout", "/logout/everywhere"):
        await browser.get(await _picked(await _asked(browser)))
        left = await browser.send(path, {})
        assert left.status == 200
        assert "Вы вышли" in left.words
        (address,) = set(re.findall(r'(?:url=|href=")(http[^"]+/logout[^"]+)"', left.html))
        address = unescape(address)
        assert address.startswith(f"{issuer}/logout?")
        assert (await browser.get("/")).status == 303
        async with httpx2.AsyncClient(trust_env=False) as http:
            back = await http.get(address)
        assert (back.status_code, back.headers["location"]) == (303, f"{SITE}/login")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("id_token_hint", "eyJhbGciOiJub25lIn0.e30."),
        ("client_id", "another"),
        ("post_logout_redirect_uri", "https://evil.example/login"),
    ],
)
async def test_the_issuer_logs_out_its_own_tokens_for_its_own_client_alone(
    browser: Browser, issuer: str, name: str, value: str
) -> None:
    await browser.get(await _picked(await _asked(browser)))
    left = unescape((await browser.send("/logout", {})).html)
    query = parse_qs(urlsplit(re.findall(r'href="(http[^"]+/logout[^"]+)"', left)[0]).query)
    right = {key: values[0] for key, values in query.items()}
    async with httpx2.AsyncClient(trust_env=False) as http:
        answer = await http.get(f"{issuer}/logout", params={**right, name: value})
        assert answer.status_code == 400


async def test_whoever_came_in_by_a_letter_logs_out_here_only(
    browser: Browser, books: Books
) -> None:
    await browser.log_in(Role.CLIENT, books.client(), began_by="link")
    assert (await browser.send("/logout", {})).leads_to == "/login"


async def test_an_answer_is_taken_once(browser: Browser) -> None:
    back = await _picked(await _asked(browser))
    assert (await browser.get(back)).status == 303
    assert (await browser.get(back)).status == 403


async def test_an_answer_is_for_the_browser_that_asked(
    browser: Browser, app: FastAPI, database: Database
) -> None:
    back = await _picked(await _asked(browser))
    victim = Browser(app, database)
    async with victim.http:
        assert (await victim.get(back)).status == 403
        await _asked(victim)
        assert (await victim.get(back)).status == 403
        assert (await victim.get("/")).status == 303


@pytest.mark.parametrize("name", ["state", "code"])
async def test_an_answer_that_was_changed_logs_nobody_in(browser: Browser, name: str) -> None:
    parts = urlsplit(await _picked(await _asked(browser)))
    said = {key: values[0] for key, values in parse_qs(parts.query).items()}
    changed = urlencode({**said, name: "another"})
    assert (await browser.get(f"/login/callback?{changed}")).status == 403
    assert (await browser.get("/")).status == 303


async def test_a_token_of_another_log_in_logs_nobody_in(browser: Browser, books: Books) -> None:
    back = await _picked(await _asked(browser))
    books.connection.execute(b"UPDATE login_attempts SET nonce = 'another'")
    assert (await browser.get(back)).status == 403


async def test_a_verifier_that_does_not_fit_logs_nobody_in(browser: Browser, books: Books) -> None:
    back = await _picked(await _asked(browser))
    books.connection.execute(b"UPDATE login_attempts SET code_verifier = repeat('v', 64)")
    assert (await browser.get(back)).status == 403


async def test_whoever_took_too_long_begins_again(browser: Browser, books: Books) -> None:
    back = await _picked(await _asked(browser))
    books.connection.execute(b"UPDATE login_attempts SET ends_at = now() - interval '1 second'")
    assert (await browser.get(back)).status == 403


async def test_a_client_whose_organisations_billing_does_not_know_is_not_let_in(
    browser: Browser,
) -> None:
    back = await _picked(await _asked(browser), "anton.belov")
    assert (await browser.get(back)).status == 403


async def test_staff_come_in_and_are_told_that_the_cabinet_is_for_clients(
    browser: Browser,
) -> None:
    back = await _picked(await _asked(browser), "p.gromov")
    assert (await browser.get(back)).status == 303
    assert (await browser.get("/")).status == 403


async def test_an_issuer_that_is_away_is_said_in_words(
    database_url: str, database: Database
) -> None:
    settings = caller.settings(
        database_url,
        KOPEYKA_CABINET_URL=SITE,
        KOPEYKA_LOGIN_ISSUER=f"http://127.0.0.1:{caller.NOWHERE_PORT}",
        KOPEYKA_LOGIN_CLIENT_ID="cabinet",
        KOPEYKA_LOGIN_CLIENT_SECRET=SECRET,
    )
    browser = Browser(create_app(settings, database, nobody), database)
    async with browser.http:
        assert (await browser.get("/login/issuer")).status == 503


async def test_metadata_of_another_issuer_are_not_believed(
    issuer: str, database_url: str, database: Database
) -> None:
    settings = caller.settings(
        database_url,
        KOPEYKA_CABINET_URL=SITE,
        KOPEYKA_LOGIN_ISSUER="https://issuer.example",
        KOPEYKA_LOGIN_METADATA_URL=f"{issuer}/.well-known/openid-configuration",
        KOPEYKA_LOGIN_CLIENT_ID="cabinet",
        KOPEYKA_LOGIN_CLIENT_SECRET=SECRET,
    )
    browser = Browser(create_app(settings, database, nobody), database)
    async with browser.http:
        assert (await browser.get("/login/issuer")).status == 503


def test_an_issuer_without_its_client_is_refused_at_the_start(database_url: str) -> None:
    with pytest.raises(SettingMissing, match="KOPEYKA_LOGIN_CLIENT_ID"):
        issuer_of(caller.settings(database_url, KOPEYKA_LOGIN_ISSUER="https://issuer.example"))


async def test_the_issuer_gives_a_code_to_its_own_client_alone(
    browser: Browser, issuer: str
) -> None:
    parts = urlsplit(await _asked(browser))
    right = {name: values[0] for name, values in parse_qs(parts.query).items()}
    async with httpx2.AsyncClient(trust_env=False) as http:
        for name in ("client_id", "redirect_uri", "response_type", "code_challenge_method"):
            wrong = {**right, name: "another"}
            answer = await http.post(
                f"{issuer}/authorize?{urlencode(wrong)}", data={"login": CLIENT_LOGIN}
            )
            assert answer.status_code == 400, name


def test_the_people_of_the_issuer_are_those_of_the_data_set() -> None:
    named = {client for person in people().values() for client in person.client_ids}
    assert named == {client.id for client in data_set(date(2026, 11, 29)).clients}
