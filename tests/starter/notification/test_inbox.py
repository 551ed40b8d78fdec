"""The inbox and the mails that delivery gave up."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.access.roles import Role
from domain.notification.notification import ONE_TIME_CODE
from tests.books import Books
from tests.starter.caller import Api
from tests.starter.registered import register_client

AT = datetime(2026, 3, 17, 9, tzinfo=UTC)


def tell(books: Books, client_id: str | None, **columns: Any) -> UUID:
    """A message of an earlier day; its id."""
    message_id = uuid4()
    row = {
        "id": message_id,
        "occasion": uuid4().hex,
        "role": "client" if client_id else "specialist",
        "client_id": client_id,
        "case_id": None if client_id else "refund-17-1",
        "channel": "inbox",
        "template": "refund_completed" if client_id else "staff_review_needed",
        "params": {
            "invoice_number": "17",
            "amount_kopecks": 969355,
            "payment_date_on": "2026-03-20",
            "credit_by_on": "2026-04-03",
            "way": "card",
        },
        "status": "sent",
        "created_at": AT,
    }
    books.put("notifications", **row | columns)
    return message_id


async def inbox(api: Api, query: str = "", **caller: Any) -> Any:
    return (await api.call("GET", f"/v1/inbox{query}", **caller)).json()


async def test_a_client_reads_its_own_messages_in_words(api: Api, books: Books) -> None:
    client_id, stranger = await register_client(api), await register_client(api)
    message_id = tell(books, client_id)
    tell(books, stranger)
    (message,) = (await inbox(api, client_id=client_id))["items"]
    assert message["id"] == str(message_id)
    assert message["subject"] == "Возврат по счёту № 17: завершено, деньги отправлены"
    assert "9\u00a0693,55\u00a0₽" in message["text"]
    assert "20.03.2026" in message["text"]
    assert "03.04.2026" in message["text"]
    assert message["read_at"] is None


async def test_a_message_is_said_in_the_readers_language(api: Api, books: Books) -> None:
    client_id = await register_client(api)
    tell(books, client_id)
    english = await inbox(api, client_id=client_id, headers={"Accept-Language": "en"})
    assert "17" in english["items"][0]["subject"]
    assert "Возврат" not in english["items"][0]["subject"]


async def test_a_role_reads_what_its_role_was_told(api: Api, books: Books) -> None:
    message_id = str(tell(books, None))
    for role, sees in ((Role.SPECIALIST, True), (Role.ACCOUNTANT, False), (Role.OPERATOR, False)):
        seen = {item["id"] for item in (await inbox(api, role=role))["items"]}
        assert (message_id in seen) is sees


async def test_mails_are_not_shown_in_the_inbox(api: Api, books: Books) -> None:
    client_id = await register_client(api)
    tell(books, client_id, channel="mail")
    assert (await inbox(api, client_id=client_id))["items"] == []


async def test_the_first_reading_counts(api: Api, books: Books) -> None:
    client_id = await register_client(api)
    path = f"/v1/inbox/{tell(books, client_id)}/read"
    assert (await api.call("POST", path, client_id=client_id)).status_code == 204
    (first,) = (await inbox(api, client_id=client_id))["items"]
    assert (await api.call("POST", path, client_id=client_id)).status_code == 204
    (again,) = (await inbox(api, client_id=client_id))["items"]
    assert first["read_at"] is not None
    assert again["read_at"] == first["read_at"]


async def test_nobody_reads_a_message_for_another(api: Api, books: Books) -> None:
    owner, stranger = await register_client(api), await register_client(api)
    path = f"/v1/inbox/{tell(books, owner)}/read"
    assert (await api.call("POST", path, client_id=stranger)).status_code == 404
    assert (await api.call("POST", path, role=Role.SPECIALIST)).status_code == 404
    assert (await inbox(api, client_id=owner))["items"][0]["read_at"] is None


async def test_messages_come_in_pages_newest_first_without_gaps(api: Api, books: Books) -> None:
    client_id = await register_client(api)
    told = [tell(books, client_id, created_at=AT + timedelta(days=n // 2)) for n in range(7)]
    seen: list[str] = []
    query = "?limit=3"
    while True:
        page = await inbox(api, query, client_id=client_id)
        seen += [item["id"] for item in page["items"]]
        if page["next"] is None:
            break
        query = f"?limit=3&cursor={page['next']}"
    by_age = {str(message): n // 2 for n, message in enumerate(told)}
    assert len(seen) == len(set(seen)) == len(told)
    assert [by_age[one] for one in seen] == sorted(by_age.values(), reverse=True)


async def test_a_cursor_of_another_list_is_refused(api: Api) -> None:
    for cursor in ("WyIxIl0", "WyJhIiwiYiJd", "!", "W10", "bnVsbA", "WyIyMDI2LTAxLTAxIiwiYiJd"):
        page = await inbox(api, f"?cursor={cursor}", client_id="romashka")
        assert page["code"] == "cursor_malformed"


async def test_an_operator_has_a_given_up_mail_delivered_after_all(api: Api, books: Books) -> None:
    client_id = await register_client(api)
    failed = {"channel": "mail", "status": "failed", "attempts": 13, "last_error": "550"}
    message_id = tell(books, client_id, **failed)
    listed = await api.call("GET", "/v1/notifications?status=failed", role=Role.OPERATOR)
    assert [one["last_error"] for one in listed.json()["items"] if one["id"] == str(message_id)]
    assert "params" not in listed.json()["items"][0]
    path = f"/v1/notifications/{message_id}/retry"
    assert (await api.call("POST", path, role=Role.OPERATOR)).status_code == 204
    row = books.row("SELECT * FROM notifications WHERE id = %(id)s", id=message_id)
    assert (row.status, row.attempts, row.due_at is not None) == ("queued", 0, True)


@pytest.mark.parametrize(
    "columns",
    [
        {"status": "sent"},
        {"status": "queued", "due_at": AT},
        {"status": "failed", "template": ONE_TIME_CODE.template},
    ],
)
async def test_only_a_given_up_mail_that_is_whole_is_retried(
    api: Api, books: Books, columns: dict[str, Any]
) -> None:
    message_id = tell(books, await register_client(api), channel="mail", **columns)
    path = f"/v1/notifications/{message_id}/retry"
    answer = await api.call("POST", path, role=Role.OPERATOR)
    assert (answer.status_code, answer.json()["code"]) == (409, "notification_not_failed")
    row = books.row("SELECT status FROM notifications WHERE id = %(id)s", id=message_id)
    assert row.status == columns["status"]


async def test_a_message_that_is_not_there_is_not_found(api: Api) -> None:
    path = f"/v1/notifications/{uuid4()}/retry"
    assert (await api.call("POST", path, role=Role.OPERATOR)).status_code == 404
