"""Clients: registered by the billing system, read by themselves."""

from typing import Any
from uuid import uuid4

import pytest

from domain.access.roles import Role
from tests.books import Books
from tests.starter.caller import Api
from tests.starter.registered import client_body, register_client

SOLE_TRADER = {"kind": "sole_trader", "inn": "500100732259", "kpp": None}
INDIVIDUAL = {"kind": "individual", "inn": None, "kpp": None, "name": "Ёлкина Анна"}


@pytest.mark.parametrize("changes", [{}, {"kpp": None}, SOLE_TRADER, INDIVIDUAL])
async def test_a_registered_client_is_read_back(api: Api, changes: dict[str, Any]) -> None:
    client_id = await register_client(api, **changes)
    read = (await api.call("GET", f"/v1/clients/{client_id}", client_id=client_id)).json()
    expected = client_body(**changes) | {
        "language": "ru",
        "time_zone": "Europe/Moscow",
        "address": None,
    }
    assert read == expected | {"id": client_id}


async def test_a_client_that_is_known_is_replaced(api: Api) -> None:
    client_id = await register_client(api)
    body = client_body(email="new@romashka.example", language="en")
    answer = await api.call("PUT", f"/v1/clients/{client_id}", json=body)
    assert (answer.status_code, answer.json()["email"]) == (200, "new@romashka.example")


async def test_a_language_that_the_client_chose_ends_with_a_new_one_only(
    api: Api, books: Books
) -> None:
    client_id = await register_client(api, language="ru")
    books.connection.execute(
        "UPDATE clients SET language = 'en', billing_language = 'ru' WHERE id = %s", (client_id,)
    )
    for written, counts in (("ru", "en"), ("en", "en"), ("ru", "ru")):
        body = client_body(language=written)
        answer = await api.call("PUT", f"/v1/clients/{client_id}", json=body)
        assert answer.json()["language"] == counts


@pytest.mark.parametrize(
    ("changes", "code", "pointer"),
    [
        ({"inn": None}, "inn_missing", "/inn"),
        ({"inn": "770708389"}, "inn_format", "/inn"),
        ({"inn": "7707083894"}, "inn_check_digit", "/inn"),
        ({"inn": "500100732259"}, "inn_kind", "/inn"),
        ({"kind": "individual"}, "inn_kind", "/inn"),
        ({"kpp": "77070100"}, "kpp_format", "/kpp"),
        (SOLE_TRADER | {"kpp": "770701001"}, "kpp_not_applicable", "/kpp"),
        ({"name": "ООО Рома\x07шка"}, "recipient_name_characters", "/name"),
        ({"name": "ООО «Ромашка» 🌼"}, "recipient_name_characters", "/name"),
        ({"name": "ООО «Омега Ω»"}, "recipient_name_characters", "/name"),
        ({"name": " \u2060\u00ad "}, "field_too_short", "/name"),
        ({"name": "Я" * 161}, "field_too_long", "/name"),
        ({"email": "office"}, "email_format", "/email"),
        ({"email": "a@b.ru, c@d.ru"}, "email_format", "/email"),
        ({"email": "a@b.ru\r\nBcc: c@d.ru"}, "email_format", "/email"),
        ({"language": "de"}, "field_malformed", "/language"),
        ({"time_zone": "Europe/Atlantis"}, "time_zone_unknown", "/time_zone"),
    ],
)
async def test_a_wrong_client_is_refused_at_its_field(
    api: Api, changes: dict[str, Any], code: str, pointer: str
) -> None:
    path = f"/v1/clients/{uuid4()}"
    answer = await api.call("PUT", path, json=client_body(**changes))
    assert answer.status_code == 422
    assert (code, pointer) in {(one["code"], one["pointer"]) for one in answer.json()["errors"]}
    assert (await api.call("GET", path)).status_code == 404


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("ООО «Ро\u00adмашка»", "ООО «Ромашка»"),
        ("\ufeffООО\u2060 «Ромашка»", "ООО «Ромашка»"),
        ("\u202aООО «Ромашка»\u202c", "ООО «Ромашка»"),
        ("ООО\n«Ромашка»\t", "ООО «Ромашка»"),
        ("ООО\u00a0\u2003«Ромашка»", "ООО «Ромашка»"),
        ("АО «И\u0306од и Е\u0308ж»", "АО «Йод и Ёж»"),
        ("ООО «Müller»", "ООО «Müller»"),
    ],
)
async def test_a_name_is_kept_as_it_is_seen(api: Api, written: str, kept: str) -> None:
    client_id = await register_client(api, name=written)
    answer = await api.call("GET", f"/v1/clients/{client_id}")
    assert answer.json()["name"] == kept


async def test_a_client_does_not_see_another(api: Api) -> None:
    one, other = await register_client(api), await register_client(api)
    path = f"/v1/clients/{one}"
    assert (await api.call("GET", path, client_id=other)).status_code == 404
    assert (await api.call("GET", path, role=Role.ACCOUNTANT)).status_code == 200
