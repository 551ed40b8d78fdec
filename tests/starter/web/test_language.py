"""Two languages, both whole: chosen once, kept in the session, the letters in it too."""

import re
from html import unescape
from html.parser import HTMLParser
from uuid import UUID

import pytest

from domain.access.roles import Role
from starter.web.app import all_pages
from starter.web.http.session import BegunIn
from tests.books import Books
from tests.starter.notification.test_inbox import tell
from tests.starter.web.browser import Browser
from tests.texts.test_catalogue import forms_of, messages

CYRILLIC = re.compile("[А-Яа-яЁё]")
OWN_NAME = "page.in_russian"
"""The name of the language in itself."""


class _Text(HTMLParser):
    """Everything that a person reads or hears of a page, but for what is said in Russian."""

    SPOKEN = frozenset({"alt", "aria-label", "title", "placeholder", "content", "data-label"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self._russian = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if told.get("lang") == "ru" and tag != "html":
            self._russian = tag
        self.said += [value for name, value in told.items() if name in self.SPOKEN]

    def handle_endtag(self, tag: str) -> None:
        if tag == self._russian:
            self._russian = ""

    def handle_data(self, data: str) -> None:
        if not self._russian:
            self.said.append(data)


def said_on(html: str) -> str:
    reader = _Text()
    reader.feed(html)
    return " ".join(reader.said)


async def test_the_first_page_is_russian_and_a_choice_is_kept(
    browser: Browser, books: Books
) -> None:
    browser.http.headers["Accept-Language"] = "en"
    assert 'html lang="ru"' in (await browser.get("/login")).html
    answer = await browser.send("/language", {"language": "en", "target": "/login?target=%2F"})
    assert (answer.status, answer.leads_to) == (303, "/login?target=%2F")
    assert 'html lang="en"' in (await browser.get("/login")).html
    assert 'html lang="en"' in (await browser.get("/nowhere")).html


async def test_a_choice_is_of_this_session_at_once_and_of_the_clients_letters(
    browser: Browser, books: Books
) -> None:
    client = books.client()
    await browser.log_in(Role.CLIENT, client)
    page = await browser.get("/settings")
    assert 'html lang="ru"' in page.html
    await browser.send("/language", {"language": "en", "target": "/settings"})
    token = browser.http.cookies.get("session") or ""
    browser.hold(token)
    assert 'html lang="en"' in (await browser.get("/settings")).html
    row = books.row("SELECT language, billing_language FROM clients WHERE id = %(c)s", c=client)
    assert tuple(row) == ("en", "ru")
    await browser.send("/language", {"language": "ru"})
    row = books.row("SELECT language, billing_language FROM clients WHERE id = %(c)s", c=client)
    assert tuple(row) == ("ru", None)


async def test_whoever_logs_in_reads_the_language_of_the_clients_letters(
    browser: Browser, books: Books
) -> None:
    client = books.client()
    address = f"{client}@romashka.example"
    books.connection.execute(
        "UPDATE clients SET email = %s, language = 'en' WHERE id = %s", (address, client)
    )
    token = await browser.letter_link(address)
    await browser.send(f"/login/link/{token}", {})
    assert 'html lang="en"' in (await browser.get("/")).html


@pytest.mark.parametrize("language", ["de", "", "<script>", "RU"])
async def test_an_unknown_language_changes_nothing(
    browser: Browser, books: Books, language: str
) -> None:
    answer = await browser.send("/language", {"language": language, "target": "//evil.example"})
    assert (answer.status, answer.leads_to) == (303, "/")
    assert "set-cookie" not in answer.response.headers


def test_every_text_of_a_page_is_in_both_languages_and_english_has_no_russian_letter() -> None:
    russian, english = messages("ru"), messages("en")
    pages = {
        key
        for key in russian
        if key.startswith(("page.", "action.", "refund.status.", "refund.staff_status."))
    }
    assert pages <= set(english)
    for key in pages - {OWN_NAME}:
        for form in forms_of(english[key]):
            assert not CYRILLIC.search(form), key


async def test_no_page_in_english_shows_a_russian_letter(browser: Browser, books: Books) -> None:
    client = books.client()
    books.connection.execute("UPDATE clients SET name = 'Daisy' WHERE id = %s", (client,))
    books.invoice(client_id=client)
    tell(books, client)
    await browser.log_in(Role.CLIENT, client, browser=BegunIn("en"))
    company = "ООО «Копейка»"
    seen = 0
    for page in all_pages():
        if page.methods != {"GET"}:
            continue
        path = page.path.format_map(_Example())
        answer = await browser.get(path)
        if "text/html" not in answer.response.headers.get("content-type", ""):
            continue
        seen += 1
        said = unescape(said_on(answer.html)).replace(company, "")
        found = CYRILLIC.search(said)
        assert found is None, (path, said[found.start() - 40 : found.end() + 40])
    assert seen >= 10


class _Example(dict[str, object]):
    """A value for any part of an address: no row has it, so its page says so."""

    def __missing__(self, key: str) -> object:
        return {"invoice_number": "17", "refund_id": "refund-17-1", "number": "17"}.get(
            key, "a-token-that-nobody-was-sent" if key == "token" else UUID(int=1)
        )
