"""Commands may be repeated: the first final answer is the answer."""

import asyncio
from collections.abc import Iterator
from itertools import product
from uuid import uuid4

import pytest
from fastapi.dependencies.models import Dependant

from domain.access.roles import Role
from starter.api.app import all_routes
from starter.api.http.auth import Caller
from starter.api.http.idempotency import MAX_KEY_LENGTH, WITHOUT_KEY
from starter.http.idempotency import command_id
from tests.books import Books
from tests.starter.caller import Api, token
from tests.starter.registered import client_body, invoice_body, payment_body, register_client


async def test_a_repeat_gets_the_first_answer_to_the_byte(api: Api) -> None:
    path, key = f"/v1/clients/{uuid4()}", uuid4().hex
    first = await api.call("PUT", path, json=client_body(), key=key)
    await api.call("PUT", path, json=client_body(name="ООО «Лютик»"))
    again = await api.call("PUT", path, json=client_body(), key=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert again.headers["content-type"] == first.headers["content-type"]
    now = await api.call("GET", path)
    assert now.json()["name"] == "ООО «Лютик»"


async def test_a_refusal_is_repeated_too(api: Api) -> None:
    path, key = f"/v1/payments/{uuid4().hex}", uuid4().hex
    number, body = uuid4().hex, payment_body("missing")
    body["invoice_number"] = number
    first = await api.call("PUT", path, json=body, key=key)
    client_id = await register_client(api)
    await api.call("PUT", f"/v1/invoices/{number}", json=invoice_body(client_id))
    again = await api.call("PUT", path, json=body, key=key)
    fresh = await api.call("PUT", path, json=body)
    assert (first.status_code, again.status_code, fresh.status_code) == (422, 422, 201)
    assert again.content == first.content
    assert again.headers["content-language"] == "ru"


@pytest.mark.parametrize("change", ["body", "path", "method"])
async def test_another_request_under_the_same_key_is_refused(api: Api, change: str) -> None:
    path, key = f"/v1/clients/{uuid4()}", uuid4().hex
    await api.call("PUT", path, json=client_body(), key=key)
    match change:
        case "body":
            other = await api.call("PUT", path, json=client_body(name="ООО «Лютик»"), key=key)
        case "path":
            other = await api.call("PUT", f"{path}1", json=client_body(), key=key)
        case _:
            body = invoice_body("client")
            other = await api.call("PUT", f"/v1/invoices/{uuid4()}", json=body, key=key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


async def test_another_parameter_under_the_same_key_is_another_request(api: Api) -> None:
    path, key = "/v1/calendar/days/2026-05-04?reason=", uuid4().hex
    answers = [
        await api.call("DELETE", f"{path}{reason}", key=key, role=Role.OPERATOR)
        for reason in ("one", "other")
    ]
    assert [one.json()["code"] for one in answers] == [
        "temporal_unavailable",
        "idempotency_key_reused",
    ]


async def test_a_key_belongs_to_its_caller(api: Api) -> None:
    path, key = f"/v1/clients/{uuid4()}", uuid4().hex
    await api.call("PUT", path, json=client_body(), key=key)
    other = await api.call("PUT", path, json=client_body(name="ООО «Лютик»"), key=key, login="b2")
    assert other.status_code == 200


async def test_a_malformed_request_leaves_its_key_free(api: Api) -> None:
    path, key = f"/v1/clients/{uuid4()}", uuid4().hex
    wrong = await api.call("PUT", path, json=client_body(kind="crowd"), key=key)
    right = await api.call("PUT", path, json=client_body(), key=key)
    assert (wrong.status_code, right.status_code) == (422, 201)


@pytest.mark.parametrize("key", ["", " ", "a b", "ключ".encode(), "a" * (MAX_KEY_LENGTH + 1)])
async def test_a_command_without_a_usable_key_is_refused(api: Api, key: str | bytes) -> None:
    answer = await api.http.put(
        "/v1/clients/1",
        json=client_body(),
        headers=[
            (b"Authorization", _bearer()),
            (b"Idempotency-Key", key if isinstance(key, bytes) else key.encode()),
        ],
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_missing")


async def test_equal_commands_at_once_get_one_answer(api: Api, books: Books) -> None:
    client_id, number = await register_client(api), uuid4().hex
    key, body = uuid4().hex, invoice_body(client_id)
    answers = await asyncio.gather(
        *(api.call("PUT", f"/v1/invoices/{number}", json=body, key=key) for _ in range(10))
    )
    assert len({(answer.status_code, answer.content) for answer in answers}) == 1
    stored = books.rows("SELECT status_code FROM idempotency_keys WHERE key = %(k)s", k=key)
    assert [row.status_code for row in stored] == [answers[0].status_code]


async def test_a_command_whose_outcome_is_open_is_tried_again(api: Api, books: Books) -> None:
    key, body = uuid4().hex, {"is_working": True, "reason": "проверка"}
    for _ in range(2):
        answer = await api.call(
            "PUT", "/v1/calendar/days/2026-05-04", json=body, key=key, role=Role.OPERATOR
        )
        assert (answer.status_code, answer.json()["code"]) == (503, "temporal_unavailable")
        assert int(answer.headers["Retry-After"]) > 0
    row = books.row("SELECT status_code FROM idempotency_keys WHERE key = %(k)s", k=key)
    assert row.status_code is None


def test_every_route_that_changes_something_documents_the_key_unless_the_table_says_why() -> None:
    commands = [route for route in all_routes() if "GET" not in (route.methods or ())]
    for route in commands:
        names = set(_headers(route.dependant))
        takes_key = route.operation_id not in WITHOUT_KEY
        assert ("Idempotency-Key" in names) is takes_key, route.operation_id
    assert {str(route.operation_id) for route in commands} > set(WITHOUT_KEY)


def _headers(dependant: Dependant) -> Iterator[str]:
    """The headers that a route reads, by itself or by what it depends on."""
    yield from (param.alias for param in dependant.header_params)
    for other in dependant.dependencies:
        yield from _headers(other)


def test_a_commands_id_is_the_same_on_a_repeat_and_another_for_others() -> None:
    callers = [
        Caller("a", Role.BILLING),
        Caller("a", Role.OPERATOR),
        Caller("b", Role.BILLING),
        Caller("a", Role.CLIENT, "c-1"),
        Caller("a", Role.CLIENT, "c-2"),
        Caller("c-1", Role.CLIENT, "a"),
        Caller("c-1:a", Role.CLIENT, "c-1"),
    ]
    ids = [command_id(*of) for of in product(callers, ("1", "2"), ("one body", "another"))]
    assert len(set(ids)) == len(ids)
    assert command_id(callers[0], "1", "one body") == ids[0]


def _bearer() -> bytes:
    return f"Bearer {token(Caller('billing', Role.BILLING))}".encode()
