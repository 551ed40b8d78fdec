"""What a client was told: read, unread, the letters as they were sent."""

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from db.notification.notification import id_of
from domain.access.roles import Role
from starter.web.cabinet.notifications import SHOWN
from tests.books import Books
from tests.starter.notification.test_inbox import tell
from tests.starter.web.browser import Browser

SUBJECT = "Возврат по счёту № 17: завершено, деньги отправлены"


def letter_of(books: Books, client: str, occasion: str, **columns: object) -> UUID:
    """The letter that belongs to an inbox message of this occasion."""
    letter_id = id_of(None, occasion, "client", "mail")
    state = {"status": "queued", "due_at": datetime.now(UTC)} | columns
    tell(books, client, id=letter_id, occasion=occasion, channel="mail", **state)
    return letter_id


async def test_the_menu_counts_what_is_not_read_and_the_page_marks_it(
    browser: Browser, books: Books
) -> None:
    client = books.client()
    first, second = tell(books, client), tell(books, client)
    tell(books, client, channel="mail", status="queued", due_at=datetime.now(UTC))
    await browser.log_in(Role.CLIENT, client)
    page = await browser.get("/notifications")
    assert page.words.count(SUBJECT) == 2
    assert re.search(r'count-new">2<span class="hidden"> непрочитанных', page.html)
    sent = page.form(f"/notifications/{first}/read")
    answer = await browser.send(f"/notifications/{first}/read", {**sent, "then": "stay"})
    assert answer.leads_to == "/notifications"
    left = await browser.get("/notifications?tab=unread")
    assert f"/notifications/{second}/read" in left.html
    assert f"/notifications/{first}/read" not in left.html
    assert re.search(r'count-new">1<span', left.html)
    assert (await browser.get("/notifications")).words.count(SUBJECT) == 2


async def test_open_marks_as_read_and_leads_to_what_the_message_is_about(
    browser: Browser, books: Books
) -> None:
    client = books.client()
    message = tell(books, client, case_id="refund-17-1")
    await browser.log_in(Role.CLIENT, client)
    page = await browser.get("/notifications")
    form = page.form(f"/notifications/{message}/read")
    answer = await browser.send(f"/notifications/{message}/read", {**form, "then": "open"})
    assert answer.leads_to == "/refunds/refund-17-1"
    read = await browser.get("/notifications")
    assert 'href="/refunds/refund-17-1"' in read.html
    assert "count-new" not in read.html


async def test_all_are_read_at_once_but_for_those_that_came_after_the_page(
    browser: Browser, books: Books
) -> None:
    client = books.client()
    now = datetime.now(UTC)
    tell(books, client)
    await browser.log_in(Role.CLIENT, client)
    form = (await browser.get("/notifications")).form("/notifications/read")
    later = tell(books, client, created_at=now + timedelta(minutes=1))
    assert (await browser.send("/notifications/read", form)).status == 303
    unread = books.rows(
        "SELECT id FROM notifications WHERE client_id = %(c)s AND read_at IS NULL", c=client
    )
    assert [row.id for row in unread] == [later]


async def test_another_clients_message_is_neither_shown_nor_read(
    browser: Browser, books: Books
) -> None:
    message = tell(books, books.client())
    await browser.log_in(Role.CLIENT, books.client())
    assert SUBJECT not in (await browser.get("/notifications")).words
    fields = {"idempotency_key": uuid4().hex, "then": "open"}
    assert (await browser.send(f"/notifications/{message}/read", fields)).status == 404
    row = books.row("SELECT read_at FROM notifications WHERE id = %(i)s", i=message)
    assert row.read_at is None


@pytest.mark.parametrize(
    ("state", "says"),
    [
        ({}, "Письмо отправляется"),
        ({"status": "failed", "due_at": None}, "Письмо не дошло"),
        (
            {
                "status": "sent",
                "due_at": None,
                "settled_at": datetime(2026, 3, 17, 10, tzinfo=UTC),
                "sent_to": "buh@romashka.example",
                "sent_subject": "Как отправлено",
                "sent_text": "Слово в слово",
            },
            "Письмо отправлено на buh@romashka.example, 17.03.2026 13:00 (МСК)",
        ),
    ],
)
async def test_a_message_says_what_became_of_its_letter(
    browser: Browser, books: Books, state: dict[str, object], says: str
) -> None:
    client, occasion = books.client(), uuid4().hex
    tell(books, client, occasion=occasion)
    letter_of(books, client, occasion, **state)
    await browser.log_in(Role.CLIENT, client)
    assert says in (await browser.get("/notifications")).words
    letters = await browser.get("/notifications?tab=letters")
    assert says in letters.words
    assert ("Слово в слово" in letters.words) == (state.get("status") == "sent")


async def test_a_letter_with_a_link_to_log_in_does_not_show_it(
    browser: Browser, books: Books
) -> None:
    client = books.client()
    params = {"code_page": "https://cabinet.example/login/link", "minutes": 15, "code": "secret"}
    columns = {"template": "login_link", "params": params, "due_at": datetime.now(UTC)}
    tell(books, client, channel="mail", status="queued", **columns)
    await browser.log_in(Role.CLIENT, client)
    page = await browser.get("/notifications?tab=letters")
    assert "Вход в кабинет клиента" in page.words
    assert "secret" not in page.html


async def test_a_long_list_is_read_to_its_end(browser: Browser, books: Books) -> None:
    client = books.client()
    messages = {tell(books, client) for _ in range(2 * SHOWN + 3)}
    await browser.log_in(Role.CLIENT, client)
    seen: list[str] = []
    path: str | None = "/notifications"
    while path is not None:
        page = await browser.get(path)
        found = re.findall(r'action="/notifications/([0-9a-f-]{36})/read"', page.html)
        assert len(found) <= SHOWN
        seen += found
        more = re.search(
            r'<p><a class="button" href="(/notifications\?tab=all&amp;after=[^"]+)"', page.html
        )
        path = more[1].replace("&amp;", "&") if more else None
    assert len(seen) == len(set(seen))
    assert set(map(UUID, seen)) == messages


async def test_hostile_words_in_a_message_are_text(browser: Browser, books: Books) -> None:
    client = books.client()
    hostile = '<script>alert(1)</script>{company}"><img src=x onerror=alert(1)>'
    tell(
        books,
        client,
        template="refund_declined",
        params={"invoice_number": "17", "reason": hostile},
    )
    await browser.log_in(Role.CLIENT, client)
    page = await browser.get("/notifications")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{company}" in page.html
    assert "<script>alert" not in page.html


@pytest.mark.parametrize("query", ["tab=nowhere", "after=x", "after=1_<b>"])
async def test_an_address_that_was_typed_wrong_is_not_there(
    browser: Browser, books: Books, query: str
) -> None:
    await browser.log_in(Role.CLIENT, books.client())
    assert (await browser.get(f"/notifications?{query}")).status == 404


async def test_a_mark_that_no_page_gave_shows_the_first_page(
    browser: Browser, books: Books
) -> None:
    client = books.client()
    tell(books, client)
    await browser.log_in(Role.CLIENT, client)
    for mark in ("99999999999999999_x", "1_not-an-id"):
        page = await browser.get(f"/notifications?after={mark}")
        assert SUBJECT in page.words
