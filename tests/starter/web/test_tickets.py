"""Tickets in the cabinet: a client asks, reads, answers, hurries, puts away, rates."""

from uuid import uuid4

import pytest

from db.ticket.last_message import MAX_PREVIEW_LENGTH
from domain.access.roles import Role
from tests.books import Books
from tests.starter.caller import Api
from tests.starter.ticket.test_tickets import answered, ask, did, opened
from tests.starter.web.browser import Browser, Page

HOSTILE = "<script>alert(1)</script>\"'{{ 7 * 7 }}{company}"
QUESTION = {"department": "refunds", "topic": "Где возврат?", "text": "Жду неделю."}


async def asked_on_page(customer: Browser, client_id: str, **typed: str) -> Page:
    """The answer to the form of a question."""
    await customer.log_in(Role.CLIENT, client_id)
    form = (await customer.get("/tickets/new")).form("/tickets")
    return await customer.send("/tickets", {**form, **QUESTION, **typed})


async def sent(customer: Browser, ticket_id: str, ending: str, **typed: str) -> Page:
    """One of the forms of the thread's page."""
    path = f"/tickets/{ticket_id}"
    form = (await customer.get(path)).form(ending)
    return await customer.send(f"{path}{ending}", {**form, **typed})


async def test_a_question_is_asked_from_the_first_page_and_read_in_its_thread(
    customer: Browser, books: Books, whole_api: Api
) -> None:
    number = books.invoice()
    client_id = books.row("SELECT client_id FROM invoices WHERE number = %(n)s", n=number).client_id
    await customer.log_in(Role.CLIENT, client_id)
    assert 'href="/tickets/new"' in (await customer.get("/")).html
    form = await customer.get(f"/tickets/new?about=invoice_number:{number}")
    fields = form.form("/tickets")
    assert fields["about"] == f"invoice_number:{number}"
    led = await customer.send("/tickets", {**fields, **QUESTION, "text": HOSTILE})
    assert led.status == 303
    thread = await customer.get(led.leads_to)
    assert "<script>alert" not in thread.html
    assert "alert(1)" in thread.words
    assert f"Заказ № {number}" in thread.words
    assert "Находится на рассмотрении" in thread.words
    listed = await customer.get("/tickets")
    assert f'href="{led.leads_to}"' in listed.html
    again = await customer.send("/tickets", {**fields, **QUESTION, "text": HOSTILE})
    assert again.leads_to == led.leads_to


async def test_an_answer_is_new_until_it_is_read_and_the_words_are_those_of_the_source(
    customer: Browser, books: Books, whole_api: Api
) -> None:
    client_id, ticket_id = await ask(whole_api, books)
    await answered(whole_api, ticket_id, text=HOSTILE)
    await customer.log_in(Role.CLIENT, client_id)
    assert "Есть новые сообщения" in (await customer.get("/tickets")).words
    assert "Где возврат?" in (await customer.get("/tickets?status=new_messages")).words
    thread = await customer.get(f"/tickets/{ticket_id}")
    assert "<script>alert" not in thread.html
    assert "Отдел «Техническая поддержка»" in thread.words
    assert "petrova" not in thread.html
    assert "Ожидает вашего ответа" in thread.words
    assert "Ожидает вашего ответа" in (await customer.get("/tickets")).words
    assert "Таких запросов нет" in (await customer.get("/tickets?status=new_messages")).words
    replied = await sent(customer, ticket_id, "/reply", text="Спасибо, жду.")
    assert replied.leads_to == f"/tickets/{ticket_id}"
    thread = await customer.get(f"/tickets/{ticket_id}")
    assert "Находится на рассмотрении" in thread.words
    assert "/archive" not in thread.html
    assert "Вы: Спасибо, жду." in (await customer.get("/tickets")).words


async def test_the_list_shows_the_beginning_of_the_last_message_in_one_line(
    customer: Browser, books: Books, whole_api: Api
) -> None:
    client_id, ticket_id = await ask(whole_api, books)
    await customer.log_in(Role.CLIENT, client_id)
    for length in (MAX_PREVIEW_LENGTH, MAX_PREVIEW_LENGTH + 1):
        text = "Строка\n" + "я" * (length - len("Строка\n"))
        assert (await sent(customer, ticket_id, "/reply", text=text)).status == 303
        shown = f"Вы: Строка {'я' * (MAX_PREVIEW_LENGTH - len('Строка '))}"
        line = shown if length == MAX_PREVIEW_LENGTH else f"{shown}…"
        assert f">{line}</p>" in (await customer.get("/tickets")).html


async def test_a_client_hurries_once_puts_away_and_rates_once(
    customer: Browser, books: Books, whole_api: Api
) -> None:
    client_id, ticket_id = await ask(whole_api, books)
    await customer.log_in(Role.CLIENT, client_id)
    page = await customer.get(f"/tickets/{ticket_id}")
    assert (await sent(customer, ticket_id, "/hasten")).status == 303
    assert "Вы просили ускорить ответ" in (await customer.get(f"/tickets/{ticket_id}")).words
    late = await customer.send(
        f"/tickets/{ticket_id}/hasten", {**page.form("/hasten"), "idempotency_key": str(uuid4())}
    )
    assert late.status == 409
    assert "Вы уже просили ускорить ответ" in late.words
    await answered(whole_api, ticket_id)
    assert (await sent(customer, ticket_id, "/archive")).status == 303
    assert "Где возврат?" not in (await customer.get("/tickets")).words
    assert "Где возврат?" in (await customer.get("/tickets?tab=archive")).words
    path = f"/tickets/{ticket_id}"
    form = {**(await customer.get(path)).form("/rating"), "score": ""}
    unrated = await customer.send(f"{path}/rating", form)
    assert (unrated.status, 'id="score-error"' in unrated.html) == (422, True)
    rated = await sent(customer, ticket_id, "/rating", score="4", comment="Быстро")
    assert rated.status == 303
    page = await customer.get(f"/tickets/{ticket_id}")
    assert "Ваша оценка: 4 из 5" in page.words
    assert "/rating" not in page.html


async def test_a_reply_brings_a_settled_question_back(
    customer: Browser, books: Books, whole_api: Api
) -> None:
    client_id, ticket_id = await ask(whole_api, books)
    await answered(whole_api, ticket_id, resolves=True)
    await customer.log_in(Role.CLIENT, client_id)
    page = await customer.get(f"/tickets/{ticket_id}")
    assert "Просмотрен" in page.words
    assert "Вопрос решён. Если это не так" in page.words
    assert (await sent(customer, ticket_id, "/reply", text="Не решён.")).status == 303
    assert "Находится на рассмотрении" in (await customer.get(f"/tickets/{ticket_id}")).words


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"department": ""}, "department"),
        ({"topic": " "}, "topic"),
        ({"topic": "я" * 201}, "topic"),
        ({"text": ""}, "text"),
        ({"text": "я" * 10_001}, "text"),
        ({"about": "invoice_number:none-such"}, "about"),
        ({"about": "colour:red"}, "about"),
    ],
)
async def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(
    customer: Browser, books: Books, typed: dict[str, str], wrong: str
) -> None:
    number = books.invoice()
    client_id = books.row("SELECT client_id FROM invoices WHERE number = %(n)s", n=number).client_id
    page = await asked_on_page(customer, client_id, **typed)
    assert (page.status, f'id="{wrong}-error"' in page.html) == (422, True)
    if "text" not in typed:
        assert "Жду неделю." in page.html
    assert books.rows("SELECT FROM ticket_openings WHERE client_id = %(c)s", c=client_id) == []


async def test_a_reply_too_long_is_refused_with_its_length_and_kept(
    customer: Browser, books: Books, whole_api: Api
) -> None:
    client_id, ticket_id = await ask(whole_api, books)
    await customer.log_in(Role.CLIENT, client_id)
    page = await sent(customer, ticket_id, "/reply", text="щ" * 10_001)
    assert page.status == 422
    assert "10001" in page.words.replace("\u00a0", "")
    assert "щ" * 10_001 in page.html


async def test_a_clients_words_are_found_by_their_forms_and_by_number(
    customer: Browser, books: Books, whole_api: Api
) -> None:
    client_id, ticket_id = await ask(whole_api, books, text="Не пришли деньги за подписку.")
    await opened(whole_api, client_id, topic="Другое", text="Совсем о другом.")
    await did(whole_api, ticket_id, "notes", text="секретная заметка")
    await customer.log_in(Role.CLIENT, client_id)
    number = ticket_id.removeprefix("ticket-")
    for sought, is_found in (
        ("подписки", True),
        ("деньгами", True),
        (number, True),
        (f"№ {number}", True),
        ("секретная", False),
        ("' OR 1=1 --", False),
    ):
        answer = Page(await customer.http.get("/tickets", params={"q": sought}))
        assert answer.status == 200
        assert (f'href="/tickets/{ticket_id}"' in answer.html) is is_found, sought


async def test_a_thread_is_read_in_pages(
    customer: Browser, books: Books, whole_api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    client_id, ticket_id = await ask(whole_api, books, text="Первое.")
    await answered(whole_api, ticket_id, text="Второе.")
    monkeypatch.setattr("starter.web.http.ticket_text.MESSAGES", 1)
    await customer.log_in(Role.CLIENT, client_id)
    page = await customer.get(f"/tickets/{ticket_id}")
    assert ("Второе." in page.words, "Первое." in page.words) == (True, False)
    earlier = page.html.split('href="/tickets/' + ticket_id + "?before=")[1].split('"')[0]
    page = await customer.get(f"/tickets/{ticket_id}?before={earlier}")
    assert ("Второе." in page.words, "Первое." in page.words) == (False, True)


async def test_a_message_about_an_answer_leads_to_the_thread(
    customer: Browser, books: Books, whole_api: Api
) -> None:
    client_id, ticket_id = await ask(whole_api, books)
    await answered(whole_api, ticket_id)
    await customer.log_in(Role.CLIENT, client_id)
    page = await customer.get("/notifications")
    assert "Ответ на запрос" in page.words
    form = {**page.form("/read"), "then": "open"}
    message_id = page.html.split('action="/notifications/')[2].split("/")[0]
    led = await customer.send(f"/notifications/{message_id}/read", form)
    assert led.leads_to == f"/tickets/{ticket_id}"
