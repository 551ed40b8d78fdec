"""Departments by their operators: versions, the day they hold from, limits, who answers."""

from datetime import timedelta
from typing import Any

import pytest

from domain.access.roles import Role
from starter.api.ticket.department import EXAMPLE
from tests.books import Books
from tests.starter.caller import Api
from tests.starter.subscription.registered import in_days
from tests.starter.ticket.test_tickets import ask, did, opened

DEPARTMENT: dict[str, Any] = {**EXAMPLE}


async def write(api: Api, code: str, **changes: Any) -> Any:
    body = {**DEPARTMENT, **changes}
    return await api.call(
        "PUT", f"/v1/departments/{code}", role=Role.OPERATOR, login="smirnov", json=body
    )


async def versions(api: Api, code: str, query: str = "") -> Any:
    path = f"/v1/departments/{code}/versions{query}"
    return (await api.call("GET", path, role=Role.SUPPORT)).json()


async def offered(api: Api) -> dict[str, Any]:
    found = await api.call("GET", "/v1/departments", role=Role.SUPPORT)
    return {one["code"]: one for one in found.json()}


async def test_versions_follow_one_another_with_who_wrote_them_and_why(whole_api: Api) -> None:
    made = await write(whole_api, "licences")
    assert made.status_code == 200, made.text
    assert (made.json()["version"], made.json()["author"]) == (1, "smirnov")
    same = await write(whole_api, "licences", seen_version=1)
    assert same.json()["version"] == 1
    changed = await write(
        whole_api, "licences", seen_version=1, text_limit=300, reason="Короткие вопросы"
    )
    assert changed.json()["version"] == 2
    late = await write(whole_api, "licences", seen_version=1, text_limit=400)
    assert (late.status_code, late.json()["code"]) == (409, "department_written_meanwhile")
    page = await versions(whole_api, "licences", "?limit=1")
    assert [one["reason"] for one in page["items"]] == ["Короткие вопросы"]
    rest = await versions(whole_api, "licences", f"?limit=1&cursor={page['next']}")
    assert [one["text_limit"] for one in rest["items"]] == [10_000]
    assert (await offered(whole_api))["licences"]["text_limit"] == 300


async def test_a_version_of_a_day_to_come_holds_from_that_day(whole_api: Api, books: Books) -> None:
    await write(whole_api, "day_to_come")
    done = await write(
        whole_api, "day_to_come", seen_version=1, text_limit=500, valid_from=in_days(2)
    )
    assert done.status_code == 200, done.text
    assert (await offered(whole_api))["day_to_come"]["text_limit"] == 10_000
    far = await write(whole_api, "day_to_come", seen_version=2, valid_from=in_days(400))
    assert far.json()["errors"][0]["pointer"] == "/valid_from"
    today = await write(whole_api, "day_to_come", seen_version=2, valid_from=in_days(0))
    assert today.status_code == 422
    (row,) = books.rows(
        "SELECT valid_from FROM department_rules WHERE department = 'day_to_come' AND version = 2"
    )
    assert (row.valid_from + timedelta(hours=3)).strftime("%H:%M") == "00:00"  # in Moscow


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"closes_at": "08:00"}, "/closes_at"),
        ({"lunch_to": None}, "/closes_at"),
        ({"solution_minutes": 1}, "/solution_minutes"),
        ({"resolve_after_days": 3}, "/resolve_after_days"),
        ({"role": None}, "/role"),
        ({"role": "client"}, "/role"),
    ],
)
async def test_what_does_not_hold_together_is_refused_beside_its_field(
    whole_api: Api, books: Books, changes: dict[str, Any], pointer: str
) -> None:
    wrong = await write(whole_api, "never_made", **changes)
    assert wrong.status_code == 422
    assert [one["pointer"] for one in wrong.json()["errors"]] == [pointer]
    assert books.rows("SELECT FROM departments WHERE code = 'never_made'") == []


async def test_an_address_leads_to_one_department(whole_api: Api) -> None:
    await write(whole_api, "by_mail", mail_address="Licences@kopeyka.example")
    (first,) = (await versions(whole_api, "by_mail"))["items"]
    assert first["mail_address"] == "licences@kopeyka.example"
    taken = await write(whole_api, "by_mail_too", mail_address="licences@kopeyka.example")
    assert taken.json()["errors"][0]["pointer"] == "/mail_address"


async def test_a_department_that_names_its_staff_is_answered_by_it_and_by_operators(
    whole_api: Api, books: Books
) -> None:
    await write(whole_api, "named_staff", staff=["Petrova"])
    _, ticket_id = await ask(whole_api, books, department="named_staff")
    refused = await did(
        whole_api, ticket_id, "answer", login="sidorova", text="Нет.", seen_answers=0
    )
    assert (refused.status_code, refused.json()["code"]) == (409, "ticket_of_other_staff")
    taking: dict[str, Any] = {"seen_assignee": None}
    for action, said in (("take", taking), ("resolve", {})):
        other = await did(whole_api, ticket_id, action, login="sidorova", **said)
        assert other.json()["code"] == "ticket_of_other_staff"
    path = f"/v1/tickets/{ticket_id}"
    seen = await whole_api.call("GET", path, role=Role.SUPPORT, login="sidorova")
    assert seen.json()["actions"] == ["escalate"]
    told = await did(whole_api, ticket_id, "escalate", login="sidorova", reason="Срочно")
    assert told.status_code == 200
    own = await did(whole_api, ticket_id, "answer", text="Да.", seen_answers=0)
    assert own.status_code == 200
    body = {"text": "И ещё.", "seen_answers": 1}
    by_operator = await whole_api.call("POST", f"{path}/answer", role=Role.OPERATOR, json=body)
    assert by_operator.status_code == 200


async def test_a_department_says_how_many_files_of_what_size_it_takes(
    whole_api: Api, books: Books
) -> None:
    client_id = books.client()
    await write(whole_api, "few_files", files_limit=1, file_mebibytes=1)
    sent = await whole_api.call(
        "POST",
        "/v1/files",
        client_id=client_id,
        files=[("file", (name, content)) for name, content in FILES],
    )
    assert sent.status_code == 201, sent.text
    small, large = [one["id"] for one in sent.json()]
    asked = {"department": "few_files"}
    many = await opened(whole_api, client_id, **asked, files=[small, large])
    assert many.json()["errors"][0]["code"] == "files_too_many"
    big = await opened(whole_api, client_id, **asked, files=[large])
    assert big.json()["errors"][0]["code"] == "file_over_limit"
    assert "b.txt" in big.json()["errors"][0]["detail"]
    assert (await opened(whole_api, client_id, **asked, files=[small])).status_code == 201


FILES = (("a.txt", b"a"), ("b.txt", b"b" * (1024 * 1024 + 1)))


@pytest.mark.parametrize("role", [Role.SPECIALIST, Role.ACCOUNTANT, Role.SUPPORT, Role.CLIENT])
async def test_only_an_operator_writes_departments(whole_api: Api, role: Role) -> None:
    client: dict[str, Any] = {"client_id": "romashka"} if role is Role.CLIENT else {}
    path = "/v1/departments/not_theirs"
    refused = await whole_api.call("PUT", path, role=role, json=DEPARTMENT, **client)
    assert refused.status_code == 403
