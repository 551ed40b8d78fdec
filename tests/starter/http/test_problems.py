"""Bad requests: each gets a problem in the caller's language, and nothing else happens."""

import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from domain.access.roles import Role
from starter.api.http.limits import MAX_BODY_BYTES, MAX_DEPTH, depth_and_values, is_storable
from starter.api.http.problems import MEDIA_TYPE, ProblemBody
from tests.books import Books
from tests.starter.caller import Api
from tests.starter.registered import client_body

PROBLEM = Draft202012Validator(ProblemBody.model_json_schema())
JSON = {"Content-Type": "application/json"}
PATH = "/v1/clients/client-of-bad-requests"


def nested(depth: int) -> bytes:
    return b"[" * depth + b"]" * depth


BAD_BODIES: list[tuple[str, bytes, int, str]] = [
    ("nothing at all", b"", 422, "validation"),
    ("not JSON", b"{kind:", 400, "body_not_json"),
    ("half an object", b'{"kind": "company"', 400, "body_not_json"),
    ("a number too long to read", b"1" * 5000, 400, "body_not_json"),
    ("not UTF-8", '{"kind": "Ромашка"}'.encode("cp1251"), 400, "body_not_json"),
    ("UTF-16", '{"kind": "company"}'.encode("utf-16"), 400, "body_not_json"),
    ("a list", b"[]", 422, "validation"),
    ("a text", b'"company"', 422, "validation"),
    ("null", b"null", 422, "validation"),
    ("NUL", b'{"name": "a\\u0000b"}', 422, "body_characters"),
    ("NUL in a name", b'{"a\\u0000b": 1}', 422, "body_characters"),
    ("half of a pair", b'{"name": "\\ud83d"}', 422, "body_characters"),
    ("as deep as allowed", nested(MAX_DEPTH), 422, "validation"),
    ("one level too deep", nested(MAX_DEPTH + 1), 400, "body_too_deep"),
    ("deep enough to break a parser", nested(100_000), 400, "body_too_deep"),
    ("unclosed depth", b"[" * 100_000, 400, "body_too_deep"),
    ("too large", b" " * (MAX_BODY_BYTES + 1), 413, "body_too_large"),
    ("NaN", b'{"name": NaN}', 400, "body_not_json"),
    ("infinity", b'{"name": -Infinity}', 400, "body_not_json"),
    ("a number above all numbers", b'{"name": 1e999}', 422, "validation"),
    (
        "more than a database counts to",
        b'{"lines": [{"line_no": 9223372036854775808}]}',
        422,
        "validation",
    ),
    ("half of a pair in a name", b'{"\\udc00": 1}', 422, "body_characters"),
    ("a name twice", b'{"kind": "company", "kind": "individual"}', 422, "body_key_twice"),
    ("a name twice inside", b'{"a": [{"b": 1, "\\u0062": 1}]}', 422, "body_key_twice"),
    ("half of a pair twice", b'{"\\udc00": 1, "\\udc00": 1}', 422, "body_key_twice"),
]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [pytest.param(*case[1:], id=case[0]) for case in BAD_BODIES],
)
@pytest.mark.parametrize("in_pieces", [False, True])
async def test_a_bad_body_is_refused_and_nothing_is_stored(
    api: Api, books: Books, body: bytes, status: int, code: str, in_pieces: bool
) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(body), 65_536):
            yield body[start : start + 65_536]

    content = pieces() if in_pieces else body
    answer = await api.call("PUT", PATH, content=content, headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    PROBLEM.validate(answer.json())
    assert answer.headers["content-type"] == MEDIA_TYPE
    assert books.rows("SELECT 1 FROM clients WHERE id = 'client-of-bad-requests'") == []


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "", "application/jsonp"])
async def test_a_body_of_another_kind_is_refused(api: Api, kind: str) -> None:
    body = json.dumps(client_body()).encode()
    answer = await api.call("PUT", PATH, content=body, headers={"Content-Type": kind})
    assert (answer.status_code, answer.json()["code"]) == (415, "media_type_unsupported")


async def test_a_kind_with_a_charset_is_json_too(api: Api) -> None:
    headers = {"Content-Type": "Application/JSON; charset=utf-8"}
    body = json.dumps(client_body()).encode()
    path = f"/v1/clients/{uuid4()}"
    answer = await api.call("PUT", path, content=body, headers=headers)
    assert answer.status_code == 201


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/", 404, "not_found"),
        ("GET", "/v1/nothing", 404, "not_found"),
        ("GET", "/v1/clients/a%00b", 404, "not_found"),
        ("GET", "/v1/clients/%D1%8F", 422, "validation"),
        ("GET", "/v1/clients/" + "a" * 41, 422, "validation"),
        ("PATCH", PATH, 405, "method_not_allowed"),
        ("POST", "/health/live", 405, "method_not_allowed"),
        ("GET", "/v1/invoices?limit=0", 422, "validation"),
        ("GET", "/v1/invoices?limit=101", 422, "validation"),
        ("GET", "/v1/invoices?limit=ten", 422, "validation"),
        ("GET", "/v1/invoices?cursor=%00", 404, "not_found"),
        ("GET", "/v1/invoices?cursor=zzz", 422, "cursor_malformed"),
        ("GET", "/v1/invoices?issued_from=yesterday", 422, "validation"),
    ],
)
async def test_a_bad_address_is_refused(
    api: Api, method: str, path: str, status: int, code: str
) -> None:
    answer = await api.call(method, path)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    PROBLEM.validate(answer.json())


async def test_a_method_that_is_not_there_is_answered_with_those_that_are(api: Api) -> None:
    assert (await api.call("PATCH", PATH)).headers["Allow"] == "GET, PUT"
    assert (await api.call("GET", "/v1/payments/1")).headers["Allow"] == "PUT"


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "ru"),
        ("ru", "ru"),
        ("en", "en"),
        ("en-GB,en;q=0.9,ru;q=0.8", "en"),
        ("ru-RU,ru;q=0.9,en;q=0.8", "ru"),
        ("en;q=0", "ru"),
        ("en, ru", "ru"),
        ("en-GB;q=0.9, ru-RU;q=0.9", "ru"),
        ("ru;q=0.5, en-GB, en;q=0.1", "en"),
        ("de, en;q=0.5", "en"),
        ("en;q=nan", "ru"),
        ("de, fr", "ru"),
        ("en;q=high", "ru"),
        ("\t, ;;q=,", "ru"),
        ("x" * 10_000 + ",en", "ru"),
    ],
)
async def test_a_problem_speaks_the_callers_language(
    api: Api, header: str | None, language: str
) -> None:
    headers = {} if header is None else {"Accept-Language": header}
    answer = await api.call("GET", "/v1/clients/nobody", headers=headers)
    assert answer.headers["Content-Language"] == language
    assert ("Не найдено" in answer.json()["detail"]) is (language == "ru")


async def test_every_wrong_field_is_named_at_once(api: Api) -> None:
    body = {"kind": "crowd", "name": "", "email": "nobody", "fax": "1", "inn": 7707083893}
    answer = await api.call("PUT", PATH, json=body)
    found = {(one["pointer"], one["code"]) for one in answer.json()["errors"]}
    assert found == {
        ("/kind", "field_malformed"),
        ("/name", "field_too_short"),
        ("/email", "email_format"),
        ("/fax", "field_unknown"),
        ("/inn", "field_malformed"),
    }
    assert all(one["detail"] for one in answer.json()["errors"])


async def test_a_pointer_is_escaped(api: Api) -> None:
    answer = await api.call("PUT", PATH, json=client_body(**{"a/b~c": 1}))
    assert answer.json()["errors"][0]["pointer"] == "/a~1b~0c"


async def test_a_wrong_parameter_is_named(api: Api) -> None:
    answer = await api.call(
        "GET", "/v1/bank-days?start=2026-04-28", role=Role.CLIENT, client_id="c"
    )
    assert [(one["field"], one["code"]) for one in answer.json()["errors"]] == [
        ("count", "field_missing")
    ]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=30,
)


def depth(value: Any) -> int:
    match value:
        case list():
            return 1 + max(map(depth, value), default=0)
        case dict():
            return 1 + max(map(depth, value.values()), default=0)
        case _:
            return 0


@given(json_values)
def test_the_depth_of_a_text_is_the_depth_of_its_value(value: Any) -> None:
    text, ascii_text = json.dumps(value, ensure_ascii=False), json.dumps(value)
    assert depth_and_values(text) == depth_and_values(ascii_text)
    assert depth_and_values(text)[0] == depth(value)


@given(json_values)
def test_a_value_is_storable_when_it_has_no_nul_and_no_half_of_a_pair(value: Any) -> None:
    text = json.dumps(value, ensure_ascii=False)
    try:
        text.encode()
        whole = True
    except UnicodeEncodeError:
        whole = False
    assert is_storable(value) is (whole and "\\u0000" not in text.replace("\\\\", ""))
