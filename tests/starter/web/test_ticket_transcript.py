"""The transcript of a ticket as PDF: what its thread has, for staff alone."""

import hashlib
import io
from typing import Any
from uuid import uuid4

from pypdf import PdfReader

from domain.access.roles import Role
from domain.ticket.transcript import LINE_COST, PART_COST
from tests.books import Books
from tests.starter.caller import Api
from tests.starter.ticket.test_tickets import answered, ask, did, opened, said
from tests.starter.web.browser import Browser
from texts import moment


async def taken(api: Api, ticket_id: str, **who: Any) -> Any:
    return await api.call("GET", f"/v1/tickets/{ticket_id}/transcript.pdf", **who)


async def words(api: Api, ticket_id: str, part: int = 1) -> str:
    """What a paper of staff says."""
    path = f"/v1/tickets/{ticket_id}/transcript.pdf?part={part}"
    answer = await api.call("GET", path, role=Role.SUPPORT)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/pdf"
    name = f'attachment; filename="{ticket_id}-transcript-{part}.pdf"'
    assert answer.headers["content-disposition"] == name
    pages = PdfReader(io.BytesIO(answer.content)).pages
    shown = " ".join(page.extract_text() for page in pages).replace("\u200b", "")
    return " ".join(shown.split())


async def test_a_transcript_has_the_thread_in_order_with_its_files_and_without_notes(
    whole_api: Api, books: Books
) -> None:
    client_id, content = books.client(), uuid4().hex.encode()
    handed_in = await whole_api.call(
        "POST", "/v1/files", client_id=client_id, files=[("file", ("Скан.txt", content))]
    )
    (file_id,) = [one["id"] for one in handed_in.json()]
    asked = await opened(whole_api, client_id, text="Первое письмо", files=[file_id])
    ticket_id = asked.json()["id"]
    await did(whole_api, ticket_id, "notes", text="Клиент путает счета")
    await answered(whole_api, ticket_id, text="Наш ответ", login="sidorova")
    await said(whole_api, client_id, ticket_id, "reply", text="Второе письмо")
    shown = await words(whole_api, ticket_id)
    digest = hashlib.sha256(content).hexdigest()
    wanted = [
        f"Переписка по запросу № {ticket_id.removeprefix('ticket-')}",
        "Тема Где возврат?",
        "ООО «Ромашка»",
        "Новый",
        "Ждёт ответа клиента",
        "В работе",
        "Первое письмо",
        f"Файл: Скан.txt SHA-256: {digest}",
        "Поддержка, sidorova",
        "Наш ответ",
        "Второе письмо",
    ]
    places = [shown.index(one) for one in wanted]
    assert places == sorted(places)
    rows = books.rows("SELECT at FROM ticket_history WHERE ticket_id = %(id)s", id=ticket_id)
    assert all(moment(row.at) in shown for row in rows)
    assert "путает" not in shown


async def test_a_merged_ticket_stands_in_the_transcript_of_the_other(
    whole_api: Api, books: Books
) -> None:
    client_id, into = await ask(whole_api, books, text="Первый вопрос")
    other = (await opened(whole_api, client_id, text="Другой вопрос")).json()["id"]
    assert (await did(whole_api, other, "merge", into=into)).status_code == 200
    shown = await words(whole_api, into)
    assert f"запрос № {other.removeprefix('ticket-')}" in shown
    assert shown.index("Первый вопрос") < shown.index("Другой вопрос")


async def test_a_transcript_is_for_staff_and_of_a_ticket_that_there_is(
    whole_api: Api, books: Books
) -> None:
    client_id, ticket_id = await ask(whole_api, books)
    assert (await taken(whole_api, ticket_id, client_id=client_id)).status_code == 403
    unknown = await taken(whole_api, "ticket-999999999999", role=Role.SUPPORT)
    assert unknown.status_code == 404


async def test_a_long_thread_has_parts_that_together_are_all_of_it(
    whole_api: Api, books: Books, customer: Browser
) -> None:
    lines = "\n".join(["а"] * (PART_COST // LINE_COST))
    client_id, ticket_id = await ask(whole_api, books, text=lines)
    await answered(whole_api, ticket_id, text="Наш ответ")
    await said(whole_api, client_id, ticket_id, "reply", text=f"Второе письмо\n{lines}")
    await answered(whole_api, ticket_id, text="Последний ответ", seen_answers=1)
    parts = [await words(whole_api, ticket_id, part) for part in (1, 2, 3)]
    number = ticket_id.removeprefix("ticket-")
    for part, (shown, has) in enumerate(
        zip(
            parts,
            (("Новый",), ("Наш ответ", "Второе письмо", "В работе"), ("Последний ответ",)),
            strict=True,
        ),
        1,
    ):
        assert f"Переписка по запросу № {number}, часть {part} из 3" in shown
        for wanted in has:
            assert [wanted in one for one in parts].index(True) == part - 1, wanted
    assert sum(one.count("Второе письмо") for one in parts) == 1
    beyond = await whole_api.call(
        "GET", f"/v1/tickets/{ticket_id}/transcript.pdf?part=4", role=Role.SUPPORT
    )
    assert beyond.status_code == 404
    await customer.log_in(Role.SUPPORT)
    page = (await customer.get(f"/desk/tickets/{ticket_id}")).html
    assert page.count("/transcript.pdf?part=") == 3
    assert "Часть 2 из 3" in page


async def test_staff_save_the_transcript_from_the_page_of_the_ticket(
    customer: Browser, books: Books, whole_api: Api
) -> None:
    _, ticket_id = await ask(whole_api, books)
    await customer.log_in(Role.ACCOUNTANT, login="pavlova")
    link = f"/desk/tickets/{ticket_id}/transcript.pdf"
    assert f'href="{link}"' in (await customer.get(f"/desk/tickets/{ticket_id}")).html
    saved = await customer.get(link)
    assert (saved.status, saved.response.content[:5]) == (200, b"%PDF-")
    assert saved.response.headers["content-security-policy"] == "default-src 'none'; sandbox"
