"""Tickets at the desk: queues by department and deadline, the thread, answers, notes, decisions."""

import re
from urllib.parse import quote
from uuid import uuid4

import pytest

from domain.access.roles import Role
from tests.books import Books
from tests.starter.caller import Api
from tests.starter.refund.shop import SUBSCRIPTION, Shop
from tests.starter.subscription.registered import in_days
from tests.starter.ticket.test_tickets import answered, ask, did, opened, read, said, texts
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
    queue = await customer.get(f"{LIST}?department=refunds&q={number}")
    assert link in queue.html
    assert "alert(1)" in queue.words
    assert "<script>alert" not in queue.html
    assert link not in (await customer.get(f"{LIST}?department=support&q={number}")).html
    page = await customer.get(f"{LIST}/{ticket_id}")
    assert "<script>alert" not in page.html
    assert (await sent(customer, ticket_id, "/take")).status == 303
    assert link in (await customer.get(f"{LIST}?whose=mine&q={number}")).html
    assert link not in (await customer.get(f"{LIST}?whose=nobody&q={number}")).html
    done = await sent(customer, ticket_id, "/answer", text="Деньги отправлены.")
    assert done.leads_to == f"{LIST}/{ticket_id}"
    assert link not in (await customer.get(f"{LIST}?q={number}")).html
    theirs = await customer.get(f"{LIST}?turn=client&q={number}")
    assert link in theirs.html
    assert "Мы: Деньги отправлены." in theirs.words
    shown = await read(whole_api, client_id, ticket_id)
    assert shown["status"] == "new_messages"


async def test_words_of_any_message_find_a_ticket_and_what_was_refused_none(
    customer: Browser, books: Books, whole_api: Api
) -> None:
    mark = f"кассета{uuid4().hex[:8]}"
    client_id, first = await ask(whole_api, books, topic=f"Где {mark}?", text="Пришла пустая.")
    asked = await opened(whole_api, client_id, topic="Другое", text="Совсем о другом.")
    second = asked.json()["id"]
    await answered(whole_api, second, text=f"Отправили вам {mark} и накладную.")
    await did(whole_api, first, "notes", text="секретная заметка")
    late = await answered(whole_api, second, text=f"поздно про {mark}")
    assert late.status_code == 409
    await customer.log_in(Role.SPECIALIST)
    for sought, found in (
        (mark, [second, first]),
        (f"накладная {mark}", [second]),
        (f'"пустая пришла" {mark}', []),
        (f'"пришла пустая" {mark}', [first]),
        (f"{mark} -накладная", [first]),
        (f"{mark} заметка", []),
        (f"{mark} поздно", []),
    ):
        page = await customer.get(f"{LIST}?turn=any&q={quote(sought)}")
        links = re.findall(rf'href="{LIST}/(ticket-\d+)"', page.html)
        assert list(dict.fromkeys(links)) == found, sought
    waiting = (await customer.get(f"{LIST}?q={mark}")).html
    assert f'href="{LIST}/{first}"' in waiting
    assert f'href="{LIST}/{second}"' not in waiting


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
    number = ticket_id.removeprefix("ticket-")
    assert "alert(1)" not in (await customer.get(f"{LIST}?q={number}")).words
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
    assert "data-here" not in inserted.html
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


async def test_a_prepared_answer_is_seen_before_it_is_sent(
    customer: Browser, books: Books, whole_api: Api
) -> None:
    _, ticket_id = await ask(whole_api, books, topic="Вопрос {client}")
    await customer.log_in(Role.SUPPORT, login="sidorova")
    inserted = await sent(customer, ticket_id, "/answer", then="insert", insert="solved")
    typed = inserted.html.split('<textarea id="text"')[1].split("</textarea>")[0]
    assert "«Вопрос {client}»" in typed
    assert ticket_id.removeprefix("ticket-") in typed
    foreign = await sent(customer, ticket_id, "/answer", then="insert", insert="where-refund")
    typed = foreign.html.split('<textarea id="text"')[1].split("</textarea>")[0]
    assert typed.endswith(">")


async def test_whoever_else_has_the_ticket_open_is_named_for_a_while(
    customer: Browser, books: Books, whole_api: Api
) -> None:
    _, ticket_id = await ask(whole_api, books)
    path = f"{LIST}/{ticket_id}"
    await customer.log_in(Role.SPECIALIST, login="petrova")
    assert "открыт" not in (await customer.get(path)).words
    await customer.log_in(Role.SUPPORT, login="sidorova")
    page = await customer.get(path)
    assert "Запрос сейчас открыт у сотрудника: petrova" in page.words
    assert "petrova" in (await customer.get(f"{path}/presence")).words
    books.rows(
        "UPDATE ticket_presences SET seen_at = seen_at - interval '2 minutes'"
        " WHERE login = 'petrova' RETURNING login"
    )
    assert "petrova" not in (await customer.get(f"{path}/presence")).words
    kept = books.rows("SELECT login FROM ticket_presences WHERE ticket_id = %(t)s", t=ticket_id)
    assert [row.login for row in kept] == ["sidorova"]


async def test_two_tickets_of_a_client_are_merged_and_parted_on_the_page(
    customer: Browser, books: Books, whole_api: Api
) -> None:
    client_id, first = await ask(whole_api, books, text="Первый вопрос.")
    again = await opened(whole_api, client_id, department="accounting", text="То же ещё раз.")
    second = again.json()["id"]  # a department that answers later
    await customer.log_in(Role.SUPPORT, login="sidorova")
    for into in ("", "не номер", "999999999999"):
        wrong = await sent(customer, second, "/merge", into=into)
        assert (wrong.status, 'id="into-error"' in wrong.html) == (422, True)
    late = await sent(customer, first, "/merge", into=second.removeprefix("ticket-"))
    assert late.status == 409
    assert "Объедините наоборот" in late.words
    done = await sent(customer, second, "/merge", into="№ " + first.removeprefix("ticket-"))
    assert done.status == 303
    thread = await customer.get(f"{LIST}/{first}")
    assert "То же ещё раз." in thread.words
    found = f"{LIST}?q={first.removeprefix('ticket-')}"
    assert "То же ещё раз." in (await customer.get(found)).words
    await customer.log_in(Role.CLIENT, client_id)
    assert (await customer.get(f"/tickets/{second}")).leads_to == f"/tickets/{first}"
    typed = {"idempotency_key": "of-a-page-before", "text": "Набрано до объединения."}
    kept = await customer.send(f"/tickets/{second}/reply", typed)
    assert kept.status == 409
    assert f'action="/tickets/{first}/reply"' in kept.html
    assert ">Набрано до объединения.</textarea>" in kept.html
    await customer.log_in(Role.SUPPORT, login="sidorova")
    assert (await sent(customer, second, "/unmerge")).status == 303
    assert "То же ещё раз." not in (await customer.get(f"{LIST}/{first}")).words
    assert "Первый вопрос." in (await customer.get(found)).words


async def test_spam_is_marked_with_its_reason_and_taken_back_on_the_page(
    customer: Browser, books: Books, whole_api: Api
) -> None:
    client_id, ticket_id = await ask(whole_api, books)
    await customer.log_in(Role.SUPPORT, login="sidorova")
    silent = await sent(customer, ticket_id, "/spam")
    assert (silent.status, 'id="spam-reason-error"' in silent.html) == (422, True)
    typed = {"spam-reason": HOSTILE}
    assert (await sent(customer, ticket_id, "/spam", **typed)).status == 303
    page = await customer.get(f"{LIST}/{ticket_id}")
    assert "Запрос отмечен как спам: sidorova" in page.words
    assert "<script>alert" not in page.html
    number = ticket_id.removeprefix("ticket-")
    assert f'href="{LIST}/{ticket_id}"' in (await customer.get(f"{LIST}?turn=spam&q={number}")).html
    await customer.log_in(Role.CLIENT, client_id)
    archived = await customer.get(f"/tickets/{ticket_id}")
    assert (archived.status, "Запрос в архиве" in archived.words) == (200, True)
    assert "спам" not in archived.words
    await customer.log_in(Role.SUPPORT, login="sidorova")
    assert (await sent(customer, ticket_id, "/not-spam")).status == 303
    assert "отмечен как спам" not in (await customer.get(f"{LIST}/{ticket_id}")).words


async def test_a_third_party_is_named_with_its_day(
    customer: Browser, books: Books, whole_api: Api
) -> None:
    client_id, ticket_id = await ask(whole_api, books)
    await answered(whole_api, ticket_id)
    await said(whole_api, client_id, ticket_id, "reply", text="Жду.")
    await customer.log_in(Role.SUPPORT, login="sidorova")
    reason = {"third-party-reason": "Банк проверяет платёж"}
    for until in ("", "завтра", "2020-01-01"):
        wrong = await sent(customer, ticket_id, "/third-party", until=until, **reason)
        assert (wrong.status, 'id="until-error"' in wrong.html) == (422, True)
    silent = await sent(customer, ticket_id, "/third-party", until=in_days(2))
    assert (silent.status, 'id="third-party-reason-error"' in silent.html) == (422, True)
    done = await sent(customer, ticket_id, "/third-party", until=in_days(2), **reason)
    assert done.status == 303
    assert "Ждёт третью сторону" in (await customer.get(f"{LIST}/{ticket_id}")).words
    await customer.log_in(Role.CLIENT, client_id)
    page = await customer.get(f"/tickets/{ticket_id}")
    assert "Находится на рассмотрении" in page.words
    assert "мы ждём сведений от третьей стороны" in page.words
    assert "Банк" not in page.words


async def test_a_prepared_answer_is_written_with_a_look_at_how_it_reads(
    customer: Browser, books: Books
) -> None:
    await customer.log_in(Role.SUPPORT, login="sidorova")
    path = "/desk/reference/canned-answers"
    released = await customer.get(f"{path}/where-refund")
    assert ("migration" in released.words, "вместе с программой" in released.words) == (False, True)
    form = (await customer.get(f"{path}/new")).form("/new")
    form["then"] = ""
    new = {**form, "code": "hours", "title": "Часы", "text": HOSTILE.replace("{{ 7 * 7 }}", "")}
    unknown = await customer.send(f"{path}/new", new)
    assert (unknown.status, 'id="text-error"' in unknown.html) == (422, True)
    assert "{company}" in unknown.words
    new["text"] = "Здравствуйте, {client}!"
    seen = await customer.send(f"{path}/new", {**new, "then": "preview"})
    assert seen.status == 200
    assert "Здравствуйте, ООО «Ромашка»!" in seen.words
    assert books.rows("SELECT FROM canned_answers WHERE code = 'hours'") == []
    assert (await customer.send(f"{path}/new", new)).leads_to == path
    assert "Часы" in (await customer.get(path)).words
    again = (await customer.get(f"{path}/hours")).form("/hours")
    assert again["title"] == "Часы"
    typed = {"then": "", "title": "Когда мы работаем", "text": "Здравствуйте, {client}!"}
    assert (await customer.send(f"{path}/hours", {**again, **typed})).status == 303
    rows = books.rows("SELECT version, author FROM canned_answers WHERE code = 'hours'")
    assert [(row.version, row.author) for row in rows] == [(1, "sidorova"), (2, "sidorova")]
    assert (await customer.get(f"{path}/no-such")).status == 404
