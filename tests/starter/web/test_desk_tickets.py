"""Tickets at the desk: queues by department and deadline, the thread, answers, notes, decisions."""

import pytest

from domain.access.roles import Role
from tests.books import Books
from tests.starter.caller import Api
from tests.starter.refund.shop import SUBSCRIPTION, Shop
from tests.starter.ticket.test_tickets import answered, ask, did, read, texts
from tests.starter.web.browser import Browser, Page

HOSTILE = "<script>alert(1)</script>\"'{{ 7 * 7 }}{company}"
LIST = "/desk/tickets"


async def sent(browser: Browser, ticket_id: str, ending: str, **typed: str) -> Page:
    """One of the forms of the ticket's page."""
    path = f"{LIST}/{ticket_id}"
    form = (await browser.get(path)).form(ending)
    form.pop("then", None)
    form.pop("resolves", None)
    return await browser.send(f"{path}{ending}", {**form, **typed})


async def test_a_question_is_in_the_queue_of_its_department_until_it_is_answered(
    customer: Browser, books: Books, whole_api: Api
) -> None:
    client_id, ticket_id = await ask(whole_api, books, department="refunds", text=HOSTILE)
    await customer.log_in(Role.SPECIALIST, login="petrova")
    link = f'href="{LIST}/{ticket_id}"'
    number = ticket_id.removeprefix("ticket-")
    assert link in (await customer.get(f"{LIST}?department=refunds&q={number}")).html
    assert link not in (await customer.get(f"{LIST}?department=support&q={number}")).html
    page = await customer.get(f"{LIST}/{ticket_id}")
    assert "<script>alert" not in page.html
    assert (await sent(customer, ticket_id, "/take")).status == 303
    assert link in (await customer.get(f"{LIST}?whose=mine&q={number}")).html
    assert link not in (await customer.get(f"{LIST}?whose=nobody&q={number}")).html
    done = await sent(customer, ticket_id, "/answer", text="Деньги отправлены.")
    assert done.leads_to == f"{LIST}/{ticket_id}"
    assert link not in (await customer.get(f"{LIST}?q={number}")).html
    assert link in (await customer.get(f"{LIST}?turn=client&q={number}")).html
    shown = await read(whole_api, client_id, ticket_id)
    assert shown["status"] == "new_messages"


async def test_a_second_answer_asks_once_more_and_keeps_what_was_typed(
    customer: Browser, books: Books, whole_api: Api
) -> None:
    _, ticket_id = await ask(whole_api, books)
    await customer.log_in(Role.SPECIALIST, login="petrova")
    path = f"{LIST}/{ticket_id}"
    form = (await customer.get(path)).form("/answer")
    form = {**form, "resolves": "", "then": ""}
    await answered(whole_api, ticket_id, text="Первый ответ.", login="sidorova")
    late = await customer.send(f"{path}/answer", {**form, "text": "Второй ответ."})
    assert late.status == 409
    assert "Ответ уже отправлен" in late.words
    assert "Первый ответ." in late.words
    assert "Всё равно отправить мой ответ" in late.words
    assert ">Второй ответ.</textarea>" in late.html
    assert await texts(whole_api, ticket_id) == ["Жду неделю.", "Первый ответ."]
    again = late.form("/answer")
    once_more = await customer.send(
        f"{path}/answer", {**again, "resolves": "", "then": "", "text": "Второй ответ."}
    )
    assert once_more.status == 303
    assert (await texts(whole_api, ticket_id))[-1] == "Второй ответ."


async def test_a_note_stands_apart_and_its_client_never_reads_it(
    customer: Browser, books: Books, whole_api: Api
) -> None:
    client_id, ticket_id = await ask(whole_api, books)
    await customer.log_in(Role.ACCOUNTANT, login="pavlova")
    assert (await sent(customer, ticket_id, "/notes", note=HOSTILE)).status == 303
    page = await customer.get(f"{LIST}/{ticket_id}")
    assert "alert(1)" in page.words.split("Внутренние заметки")[1]
    assert "<script>alert" not in page.html
    await customer.log_in(Role.CLIENT, client_id)
    assert "alert(1)" not in (await customer.get(f"/tickets/{ticket_id}")).html


async def test_a_transfer_and_a_call_of_operators_need_a_reason_each(
    customer: Browser, books: Books, whole_api: Api
) -> None:
    _, ticket_id = await ask(whole_api, books)
    await customer.log_in(Role.SPECIALIST, login="petrova")
    path = f"{LIST}/{ticket_id}"
    nowhere = await sent(customer, ticket_id, "/transfer", department="accounting")
    assert (nowhere.status, 'id="transfer-reason-error"' in nowhere.html) == (422, True)
    unnamed = await sent(customer, ticket_id, "/transfer", **{"transfer-reason": "Сверка"})
    assert (unnamed.status, 'id="department-error"' in unnamed.html) == (422, True)
    silent = await sent(customer, ticket_id, "/escalate")
    assert (silent.status, 'id="escalate-reason-error"' in silent.html) == (422, True)
    moved = await sent(
        customer, ticket_id, "/transfer", department="accounting", **{"transfer-reason": "Сверка"}
    )
    assert moved.status == 303
    assert "Бухгалтерия" in (await customer.get(path)).words
    called = await sent(customer, ticket_id, "/escalate", **{"escalate-reason": "Не понимаю"})
    assert called.status == 303
    assert "У операторов" in (await customer.get(path)).words


async def test_who_takes_what_somebody_has_taken_meanwhile_is_told(
    customer: Browser, books: Books, whole_api: Api
) -> None:
    _, ticket_id = await ask(whole_api, books)
    await customer.log_in(Role.SPECIALIST, login="petrova")
    form = (await customer.get(f"{LIST}/{ticket_id}")).form("/take")
    await did(whole_api, ticket_id, "take", login="sidorova", seen_assignee=None)
    late = await customer.send(f"{LIST}/{ticket_id}/take", form)
    assert late.status == 409
    assert "sidorova" in late.words


async def test_where_is_my_refund_is_answered_from_the_case(
    customer: Browser, shop: Shop, whole_api: Api
) -> None:
    case = await shop.opened(SUBSCRIPTION)
    client_id = case.client.caller.client_id or ""
    asked = await whole_api.call(
        "POST",
        "/v1/tickets",
        client_id=client_id,
        json={
            "department": "refunds",
            "topic": "Где возврат?",
            "text": "Жду.",
            "refund_id": case.id,
        },
    )
    ticket_id = asked.json()["id"]
    await customer.log_in(Role.SPECIALIST, login="petrova")
    page = await customer.get(f"{LIST}/{ticket_id}")
    assert f'href="/desk/refunds/{case.id}"' in page.html
    inserted = await sent(
        customer, ticket_id, "/answer", text="Добрый день!", then="insert", insert=case.id
    )
    assert inserted.status == 200
    typed = inserted.html.split('<textarea id="text"')[1].split("</textarea>")[0]
    assert "Добрый день!" in typed
    assert "Возврат по счёту №" in typed
    assert "Следующий шаг за вами" in typed
    assert len(await texts(whole_api, ticket_id)) == 1


async def test_the_queue_goes_on_in_pages_and_is_a_file(
    customer: Browser, books: Books, whole_api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = f"Клиент {books.client()}"
    client_id = books.client()
    books.rows("UPDATE clients SET name = %(n)s WHERE id = %(c)s RETURNING id", n=name, c=client_id)
    ids = []
    for topic in ("Раз", "Два", "Три"):
        asked = await whole_api.call(
            "POST",
            "/v1/tickets",
            client_id=client_id,
            json={"department": "support", "topic": topic, "text": "Вопрос."},
        )
        ids.append(asked.json()["id"])
    monkeypatch.setattr("starter.web.desk.tickets.SHOWN", 2)
    await customer.log_in(Role.SPECIALIST, login="petrova")
    for turn in ("ours", "any"):
        answer = await customer.http.get(LIST, params={"q": name, "turn": turn})
        shown = [one for one in ids if f"{LIST}/{one}" in answer.text]
        assert len(shown) == 2
        more = answer.text.split(f'class="button" href="{LIST}?')[1].split('"')[0]
        second = await customer.get(f"{LIST}?{more.replace('&amp;', '&')}")
        assert [one for one in ids if f"{LIST}/{one}" in second.html] == [
            one for one in ids if one not in shown
        ]
    file = await customer.http.get(LIST, params={"q": name, "file": "csv"})
    assert file.text.count("Техническая поддержка") == 3
    assert name in file.text.splitlines()[0]


@pytest.mark.parametrize("after", ["1_x", "99999999999999999_1", "0_-1", "1_" + "9" * 30])
async def test_a_mark_of_nobody_begins_the_queue_from_the_start(
    customer: Browser, after: str
) -> None:
    await customer.log_in(Role.SPECIALIST, login="petrova")
    assert (await customer.get(f"{LIST}?after={after}")).status == 200
