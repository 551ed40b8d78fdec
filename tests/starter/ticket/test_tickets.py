"""A client asks, staff answer, the client reads, replies, puts away and rates: over the API."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from domain.access.roles import Role
from domain.calendar.bank_calendar import moscow_date
from tests.books import Books
from tests.starter.caller import Api

ASKED = {"department": "support", "topic": "Где возврат?", "text": "Жду неделю."}
HOSTILE = "<script>alert(1)</script>\u202e & «кавычки»"


async def opened(api: Api, client_id: str, **changes: Any) -> Any:
    return await api.call("POST", "/v1/tickets", client_id=client_id, json={**ASKED, **changes})


async def did(api: Api, ticket_id: str, action: str, **body: Any) -> Any:
    """What staff do."""
    login = body.pop("login", "petrova")
    path = f"/v1/tickets/{ticket_id}/{action}"
    sent: dict[str, Any] = {"json": body} if body else {}
    return await api.call("POST", path, role=Role.SUPPORT, login=login, **sent)


async def said(api: Api, client_id: str, ticket_id: str, action: str, **body: Any) -> Any:
    """What the client does."""
    sent: dict[str, Any] = {"json": body} if body else {}
    return await api.call("POST", f"/v1/tickets/{ticket_id}/{action}", client_id=client_id, **sent)


async def answered(api: Api, ticket_id: str, **body: Any) -> Any:
    return await did(api, ticket_id, "answer", **{"text": "Выплатили.", "seen_answers": 0, **body})


async def read(api: Api, client_id: str, ticket_id: str) -> Any:
    return (await api.call("GET", f"/v1/tickets/{ticket_id}", client_id=client_id)).json()


async def texts(api: Api, ticket_id: str) -> list[str]:
    """The thread, the oldest first."""
    path = f"/v1/tickets/{ticket_id}/messages"
    found = (await api.call("GET", path, role=Role.SPECIALIST)).json()
    return [one["text"] for one in reversed(found["items"])]


def told(books: Books, ticket_id: str) -> list[tuple[str, str]]:
    rows = books.rows(
        "SELECT role, template FROM notifications WHERE case_id = %(id)s AND channel = 'mail'"
        " ORDER BY created_at",
        id=ticket_id,
    )
    return [(row.role, row.template) for row in rows]


async def ask(api: Api, books: Books, **changes: Any) -> tuple[str, str]:
    """A client with a question; their ids."""
    client_id = books.client()
    asked = await opened(api, client_id, **changes)
    assert asked.status_code == 201, asked.text
    return client_id, asked.json()["id"]


async def test_a_question_is_answered_replied_to_settled_and_rated(
    whole_api: Api, books: Books
) -> None:
    client_id, ticket_id = await ask(whole_api, books, text=HOSTILE)
    shown = await read(whole_api, client_id, ticket_id)
    assert (shown["status"], shown["title"]) == ("under_review", "Находится на рассмотрении")
    assert shown["actions"] == ["reply", "hasten"]
    queue = await whole_api.call("GET", "/v1/ticket-queue?limit=100", role=Role.SPECIALIST)
    assert ticket_id in [one["id"] for one in queue.json()["items"]]
    assert (await answered(whole_api, ticket_id)).json()["status"] == "waiting_client"
    shown = await read(whole_api, client_id, ticket_id)
    assert (shown["status"], shown["assignee"]) == ("new_messages", None)
    await said(whole_api, client_id, ticket_id, "seen", answers=1)
    assert (await read(whole_api, client_id, ticket_id))["status"] == "awaiting_reply"
    assert (await said(whole_api, client_id, ticket_id, "reply", text="Спасибо!")).json()[
        "status"
    ] == "under_review"
    settled = await answered(
        whole_api, ticket_id, text="Пожалуйста.", seen_answers=1, resolves=True
    )
    assert settled.json()["status"] == "resolved"
    put_away = await said(whole_api, client_id, ticket_id, "archive")
    assert put_away.json()["status"] == "archived"
    rated = await said(whole_api, client_id, ticket_id, "rating", score=5, text="Быстро")
    assert rated.status_code == 201
    again = await said(whole_api, client_id, ticket_id, "rating", score=1)
    assert again.json()["code"] == "ticket_rated_already"
    assert await texts(whole_api, ticket_id) == [
        HOSTILE.replace("\u202e", ""),
        "Выплатили.",
        "Спасибо!",
        "Пожалуйста.",
    ]
    assert told(books, ticket_id) == [
        ("support", "staff_ticket_opened"),
        ("client", "ticket_answered"),
        ("support", "staff_ticket_replied"),
        ("client", "ticket_resolved"),
    ]


async def test_a_repeated_question_is_one_ticket(whole_api: Api, books: Books) -> None:
    client_id, key = books.client(), uuid4().hex
    sent = [
        await whole_api.call(
            "POST", "/v1/tickets", client_id=client_id, json=ASKED, headers={"Idempotency-Key": key}
        )
        for _ in range(2)
    ]
    assert sent[0].json()["id"] == sent[1].json()["id"]
    assert len(books.rows("SELECT FROM tickets WHERE client_id = %(id)s", id=client_id)) == 1


async def test_of_two_answers_at_once_one_is_sent_and_the_other_hears_of_it(
    whole_api: Api, books: Books
) -> None:
    _, ticket_id = await ask(whole_api, books)
    answers = await asyncio.gather(
        *(answered(whole_api, ticket_id, login=one, text=one) for one in ("one", "two"))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    (refused,) = [answer for answer in answers if answer.status_code == 409]
    assert refused.json()["code"] == "ticket_answered_meanwhile"
    assert len(await texts(whole_api, ticket_id)) == 2


async def test_of_two_who_take_one_has_it(whole_api: Api, books: Books) -> None:
    _, ticket_id = await ask(whole_api, books)
    taken = await asyncio.gather(
        *(did(whole_api, ticket_id, "take", login=one, seen_assignee=None) for one in ("a1", "b2"))
    )
    assert sorted(one.status_code for one in taken) == [200, 409]
    (refused,) = [one for one in taken if one.status_code == 409]
    assert refused.json()["code"] == "ticket_taken_meanwhile"


async def test_a_transfer_leads_to_the_other_departments_queue(
    whole_api: Api, books: Books
) -> None:
    _, ticket_id = await ask(whole_api, books)
    moved = await did(
        whole_api,
        ticket_id,
        "transfer",
        department="accounting",
        reason="Сверка",
        seen_assignee=None,
    )
    assert moved.json()["department_name"] == "Бухгалтерия"
    assert ("accountant", "staff_ticket_opened") in told(books, ticket_id)
    path = "/v1/ticket-queue?limit=100&department={}"
    for department, is_there in (("accounting", True), ("support", False)):
        queue = await whole_api.call("GET", path.format(department), role=Role.ACCOUNTANT)
        assert (ticket_id in [one["id"] for one in queue.json()["items"]]) is is_there


async def test_a_client_presses_once_and_operators_are_asked_for_help(
    whole_api: Api, books: Books
) -> None:
    client_id, ticket_id = await ask(whole_api, books)
    pressed = await said(whole_api, client_id, ticket_id, "hasten")
    assert pressed.json()["actions"] == ["reply"]
    again = await said(whole_api, client_id, ticket_id, "hasten")
    assert again.json()["code"] == "ticket_hastened"
    await did(whole_api, ticket_id, "escalate", reason="Не понимаю")
    assert ("operator", "staff_ticket_escalated") in told(books, ticket_id)


async def test_notes_are_read_by_staff_and_by_nobody_else(whole_api: Api, books: Books) -> None:
    client_id, ticket_id = await ask(whole_api, books)
    noted = await did(whole_api, ticket_id, "notes", text="Клиент путает счета")
    assert noted.status_code == 204
    path = f"/v1/tickets/{ticket_id}/notes"
    (note,) = (await whole_api.call("GET", path, role=Role.ACCOUNTANT)).json()
    assert (note["text"], note["written_by"]) == ("Клиент путает счета", "petrova")
    assert (await whole_api.call("GET", path, client_id=client_id)).status_code == 403
    messages = await whole_api.call("GET", f"/v1/tickets/{ticket_id}/messages", client_id=client_id)
    assert "путает" not in messages.text


async def test_a_ticket_of_another_client_is_not_found(whole_api: Api, books: Books) -> None:
    _, ticket_id = await ask(whole_api, books)
    other = books.client()
    assert (
        await whole_api.call("GET", f"/v1/tickets/{ticket_id}", client_id=other)
    ).status_code == 404
    assert (await said(whole_api, other, ticket_id, "reply", text="?")).status_code == 404
    assert (await said(whole_api, other, ticket_id, "archive")).status_code == 404


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"department": "nobody"}, "department_unknown"),
        ({"invoice_number": "none-such"}, "ticket_subject_unknown"),
        ({"follows": "ticket-999999999"}, "ticket_subject_unknown"),
        ({"invoice_number": "a", "refund_id": "refund-a-1"}, "ticket_about_one_thing"),
        ({"text": "я" * 10_001}, "ticket_text_too_long"),
    ],
)
async def test_a_wrong_question_is_refused_with_its_reason(
    whole_api: Api, books: Books, changes: dict[str, str], code: str
) -> None:
    client_id = books.client()
    refused = await opened(whole_api, client_id, **changes)
    assert refused.status_code == 422
    assert [error["code"] for error in refused.json()["errors"]] == [code]
    assert books.rows("SELECT FROM ticket_openings WHERE client_id = %(c)s", c=client_id) == []


async def test_a_question_about_an_order_names_only_ones_own(whole_api: Api, books: Books) -> None:
    number = books.invoice()
    owner = books.row("SELECT client_id FROM invoices WHERE number = %(n)s", n=number).client_id
    own = await opened(whole_api, owner, invoice_number=number)
    assert own.json()["invoice_number"] == number
    foreign = await opened(whole_api, books.client(), invoice_number=number)
    assert foreign.status_code == 422


async def test_lists_show_a_clients_own_and_the_archive_apart(whole_api: Api, books: Books) -> None:
    client_id, first = await ask(whole_api, books)
    second = (await opened(whole_api, client_id)).json()["id"]
    await answered(whole_api, first)
    await said(whole_api, client_id, first, "archive")

    async def ids(query: str) -> list[str]:
        found = await whole_api.call("GET", f"/v1/tickets?{query}", client_id=client_id)
        return [one["id"] for one in found.json()["items"]]

    assert await ids("") == [second, first]
    assert await ids("archived=true") == [first]
    assert await ids("archived=false") == [second]
    page = await whole_api.call("GET", "/v1/tickets?limit=1", client_id=client_id)
    assert await ids(f"limit=1&cursor={page.json()['next']}") == [first]


async def test_a_merged_ticket_is_read_in_the_other_and_comes_back_when_it_is_undone(
    whole_api: Api, books: Books
) -> None:
    client_id, first = await ask(whole_api, books, text="Первый вопрос.")
    again = await opened(whole_api, client_id, department="accounting", text="То же ещё раз.")
    second = again.json()["id"]  # a department that answers later
    wrong = await did(whole_api, first, "merge", into=second)
    assert wrong.json()["code"] == "ticket_merge_due_earlier"
    merged = await did(whole_api, second, "merge", into=first)
    assert (merged.json()["status"], merged.json()["merged_into"]) == ("merged", first)
    assert await texts(whole_api, first) == ["Первый вопрос.", "То же ещё раз."]
    assert (await read(whole_api, client_id, second))["status"] == "archived"
    late = await said(whole_api, client_id, second, "reply", text="А?")
    assert late.json()["code"] == "not_allowed_in_status"
    held = await did(whole_api, first, "merge", into=second)
    assert held.status_code == 409
    undone = await did(whole_api, second, "unmerge")
    assert (undone.json()["status"], undone.json()["merged_into"]) == ("open", None)
    assert await texts(whole_api, first) == ["Первый вопрос."]


async def test_answers_of_a_merged_ticket_count_in_the_other_until_it_is_undone(
    whole_api: Api, books: Books
) -> None:
    client_id, first = await ask(whole_api, books, text="Первый вопрос.")
    second = (await opened(whole_api, client_id, text="То же ещё раз.")).json()["id"]
    await answered(whole_api, second)
    await did(whole_api, second, "merge", into=first)
    shown = await read(whole_api, client_id, first)
    assert (shown["status"], shown["answers"], shown["seen_answers"]) == ("new_messages", 1, 0)
    unseen = await answered(whole_api, first)
    assert unseen.json()["code"] == "ticket_answered_meanwhile"
    assert (await answered(whole_api, first, seen_answers=1)).json()["answers"] == 2
    await said(whole_api, client_id, first, "seen", answers=1)
    assert (await read(whole_api, client_id, first))["status"] == "new_messages"
    await said(whole_api, client_id, first, "seen", answers=2)
    assert (await read(whole_api, client_id, first))["status"] == "awaiting_reply"
    await did(whole_api, second, "unmerge")
    for ticket_id, status in ((first, "awaiting_reply"), (second, "under_review")):
        shown = await read(whole_api, client_id, ticket_id)
        assert (shown["status"], shown["answers"], shown["seen_answers"]) == (status, 1, 1)
    await answered(whole_api, second, seen_answers=1)
    assert (await read(whole_api, client_id, second))["status"] == "new_messages"


async def test_only_tickets_of_one_client_are_merged(whole_api: Api, books: Books) -> None:
    _, ticket_id = await ask(whole_api, books)
    _, other = await ask(whole_api, books)
    for into in (other, ticket_id, "ticket-999999999999"):
        refused = await did(whole_api, ticket_id, "merge", into=into)
        assert [one["code"] for one in refused.json()["errors"]] == ["ticket_merge_unknown"]


async def test_a_thread_of_merged_tickets_is_read_in_pages_by_time(
    whole_api: Api, books: Books
) -> None:
    client_id, first = await ask(whole_api, books, text="1")
    second = (await opened(whole_api, client_id, text="2")).json()["id"]
    await said(whole_api, client_id, first, "reply", text="3")
    await did(whole_api, second, "merge", into=first)
    found, cursor = [], ""
    for _ in range(3):
        path = f"/v1/tickets/{first}/messages?limit=1{cursor}"
        page = (await whole_api.call("GET", path, role=Role.SPECIALIST)).json()
        found += [one["text"] for one in page["items"]]
        cursor = f"&cursor={page['next']}"
    assert found == ["3", "2", "1"]
    assert page["next"] is None


async def test_a_third_party_is_awaited_until_a_day(whole_api: Api, books: Books) -> None:
    client_id, ticket_id = await ask(whole_api, books)
    await answered(whole_api, ticket_id)
    await said(whole_api, client_id, ticket_id, "reply", text="Жду.")
    today = moscow_date(datetime.now(UTC))
    for day in (today, today + timedelta(days=31)):
        refused = await did(
            whole_api, ticket_id, "third-party", reason="Банк", until=day.isoformat()
        )
        assert [one["code"] for one in refused.json()["errors"]] == ["ticket_third_party_until"]
    until = (today + timedelta(days=2)).isoformat()
    awaited = await did(whole_api, ticket_id, "third-party", reason="Банк", until=until)
    assert awaited.json()["status"] == "waiting_third_party"
    await said(whole_api, client_id, ticket_id, "seen", answers=1)
    assert (await read(whole_api, client_id, ticket_id))["status"] == "under_review"
    back = await said(whole_api, client_id, ticket_id, "reply", text="Уже пришло.")
    assert back.json()["status"] == "under_review"


async def test_a_client_has_so_many_open_questions_at_most(
    whole_api: Api, books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("starter.commands.ticket.open.MAX_OPEN_TICKETS", 2)
    client_id, ticket_id = await ask(whole_api, books)
    asked = await asyncio.gather(*(opened(whole_api, client_id) for _ in range(3)))
    assert sorted(one.status_code for one in asked) == [201, 409, 409]
    assert {one.json().get("code") for one in asked} == {None, "ticket_too_many_open"}
    await answered(whole_api, ticket_id)
    await did(whole_api, ticket_id, "resolve")


async def test_prepared_answers_have_versions_and_known_places_only(
    whole_api: Api, books: Books
) -> None:
    path = "/v1/canned-answers/our-hours"
    body = {"title": "Часы", "text": "Работаем с 9 до 18, {client}.", "department": "support"}

    async def put(**changes: Any) -> Any:
        sent = {**body, **changes}
        return await whole_api.call("PUT", path, role=Role.SUPPORT, login="sidorova", json=sent)

    assert (await put()).json()["version"] == 1
    assert (await put()).json()["version"] == 1
    changed = (await put(is_offered=False)).json()
    assert (changed["version"], changed["author"]) == (2, "sidorova")
    for wrong, code in (
        ({"text": "{сумма}"}, "canned_answer_places"),
        ({"department": "nobody"}, "department_unknown"),
    ):
        refused = await put(**wrong)
        assert [one["code"] for one in refused.json()["errors"]] == [code]
    listed = await whole_api.call("GET", "/v1/canned-answers", role=Role.SUPPORT)
    assert [one["version"] for one in listed.json() if one["code"] == "our-hours"] == [2]


async def test_spam_is_put_aside_without_a_letter_and_taken_back(
    whole_api: Api, books: Books
) -> None:
    client_id, ticket_id = await ask(whole_api, books)
    before = told(books, ticket_id)
    silent = await did(whole_api, ticket_id, "spam", reason="")
    assert silent.status_code == 422
    marked = await did(whole_api, ticket_id, "spam", reason="Реклама")
    assert (marked.json()["status"], marked.json()["actions"]) == ("spam", ["unmark_spam"])
    assert told(books, ticket_id) == before
    shown = await read(whole_api, client_id, ticket_id)
    assert (shown["status"], shown["actions"]) == ("archived", [])
    assert "спам" not in str(shown).lower()
    refused = await said(whole_api, client_id, ticket_id, "reply", text="Почему?")
    assert (refused.status_code, refused.json()["code"]) == (409, "ticket_closed")
    rated = await said(whole_api, client_id, ticket_id, "rating", score=1)
    assert rated.json()["code"] == "ticket_rated_too_early"
    queue = await whole_api.call("GET", "/v1/ticket-queue?limit=100", role=Role.SPECIALIST)
    assert ticket_id not in [one["id"] for one in queue.json()["items"]]
    back = await did(whole_api, ticket_id, "not-spam")
    assert back.json()["status"] == "open"
    assert (await said(whole_api, client_id, ticket_id, "reply", text="Жду.")).status_code == 200
    again = await did(whole_api, ticket_id, "not-spam")
    assert again.json()["code"] == "not_allowed_in_status"
