"""The bank calendar over HTTP: everybody counts by it, operators change it through its process."""

from typing import Any
from uuid import uuid4

import pytest

from domain.access import Role
from domain.calendar import STATUTORY_HOLIDAYS
from tests.books import Books
from tests.starter.caller import Api

XML = {"Content-Type": "application/xml"}
HOLIDAYS = [f"{month:02}.{day:02}" for month, day in STATUTORY_HOLIDAYS]


def calendar_file(year: int, *, days: list[str] = HOLIDAYS) -> bytes:
    listed = "".join(f'<day d="{day}" t="1"/>' for day in days)
    return f'<calendar year="{year}" country="ru"><days>{listed}</days></calendar>'.encode()


async def operate(api: Api, method: str, path: str, **more: Any) -> Any:
    return await api.call(method, f"/v1/calendar/{path}", role=Role.OPERATOR, **more)


async def bank_day(api: Api, start: str, count: int) -> Any:
    path = f"/v1/bank-days?start={start}&count={count}"
    return (await api.call("GET", path, client_id="romashka")).json()


@pytest.mark.parametrize(
    ("start", "count", "expected"),
    [("2026-04-28", 10, "2026-05-14"), ("2026-12-25", 10, "2027-01-19")],
)
async def test_bank_days_are_counted_by_the_decrees(
    api: Api, start: str, count: int, expected: str
) -> None:
    assert (await bank_day(api, start, count))["date"] == expected


async def test_a_bank_day_ends_at_midnight_in_moscow(api: Api) -> None:
    assert (await bank_day(api, "2026-04-28", 10))["ends_at"] == "2026-05-14T21:00:00Z"


async def test_a_year_without_a_calendar_is_named_and_never_guessed(api: Api) -> None:
    answer = await bank_day(api, "2027-12-20", 10)
    assert answer["code"] == "calendar_not_covered"
    assert "2028" in answer["detail"]
    path = "/v1/calendar/days?from=2027-12-30&to=2028-01-02"
    listed = await api.call("GET", path)
    assert (listed.status_code, listed.json()["code"]) == (422, "calendar_not_covered")


@pytest.mark.parametrize("span", ["from=2026-05-02&to=2026-05-01", "from=2025-01-01&to=2026-12-31"])
async def test_a_span_of_days_is_bounded(api: Api, span: str) -> None:
    answer = await api.call("GET", f"/v1/calendar/days?{span}")
    assert answer.json()["errors"][0]["code"] == "span_malformed"


async def test_an_override_counts_until_it_is_taken_away(whole_api: Api, books: Books) -> None:
    body = {"is_working": True, "reason": "Постановление"}
    stored = await operate(whole_api, "PUT", "days/2026-05-11", json=body, login="olga")
    assert stored.json() == {"days": 1, "confirmed_year": None}
    (day,) = (
        await whole_api.call("GET", "/v1/calendar/days?from=2026-05-11&to=2026-05-11")
    ).json()["days"]
    assert day == {
        "day": "2026-05-11",
        "is_bank_day": True,
        "overridden": True,
        "reason": "Постановление",
        "author": "olga",
    }
    assert (await bank_day(whole_api, "2026-04-28", 10))["date"] == "2026-05-13"
    await operate(whole_api, "DELETE", "days/2026-05-11?reason=ошибка", login="oleg")
    assert (await bank_day(whole_api, "2026-04-28", 10))["date"] == "2026-05-14"
    history = books.rows(
        "SELECT is_working, author FROM calendar_history WHERE day = '2026-05-11' ORDER BY id"
    )
    assert [(row.is_working, row.author) for row in history] == [(True, "olga"), (None, "oleg")]


async def test_a_repeated_change_is_stored_once(whole_api: Api, books: Books) -> None:
    key, body = uuid4().hex, {"is_working": False, "reason": "повтор"}
    first = await operate(whole_api, "PUT", "days/2026-09-01", json=body, key=key)
    books.rows(
        "UPDATE idempotency_keys SET status_code = NULL WHERE key = %(k)s RETURNING 1", k=key
    )
    again = await operate(whole_api, "PUT", "days/2026-09-01", json=body, key=key)
    assert (first.status_code, again.status_code) == (200, 200)
    assert len(books.rows("SELECT 1 FROM calendar_history WHERE day = '2026-09-01'")) == 1


async def test_a_year_is_covered_once_its_file_is_read(whole_api: Api) -> None:
    before = await bank_day(whole_api, "2028-01-10", 1)
    answer = await operate(
        whole_api, "POST", "years/2028/import", content=calendar_file(2028), headers=XML
    )
    assert answer.status_code == 200, answer.text
    assert before["code"] == "calendar_not_covered"
    assert (await bank_day(whole_api, "2028-01-07", 1))["date"] == "2028-01-10"
    assert (await bank_day(whole_api, "2028-02-22", 1))["date"] == "2028-02-24"


async def test_a_year_may_be_confirmed_by_word_alone(whole_api: Api) -> None:
    assert (await bank_day(whole_api, "2031-03-03", 1))["code"] == "calendar_not_covered"
    answer = await operate(whole_api, "PUT", "years/2031", json={"reason": "проверен"})
    assert answer.json() == {"days": 0, "confirmed_year": 2031}
    assert (await bank_day(whole_api, "2031-03-03", 1))["date"] == "2031-03-04"


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        (b"not a file", "xml_malformed", 1),
        (b"", "xml_malformed", 1),
        (calendar_file(2029)[:-20], "xml_malformed", 1),
        (calendar_file(2029, days=HOLIDAYS[1:]), "holiday_missing", None),
        (calendar_file(2029, days=[*HOLIDAYS, "02.30"]), "day_malformed", 1),
        (calendar_file(2029, days=[*HOLIDAYS, "01.01"]), "day_twice", 1),
        (calendar_file(2030), "year_differs", None),
        (b"<!DOCTYPE calendar>" + calendar_file(2029), "document_type_refused", 1),
    ],
)
async def test_a_file_with_a_defect_is_refused_whole(
    api: Api, content: bytes, code: str, line: int | None
) -> None:
    answer = await operate(api, "POST", "years/2029/import", content=content, headers=XML)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert answer.json().get("line") == line
    assert (await bank_day(api, "2029-03-05", 1))["code"] == "calendar_not_covered"


async def test_a_file_must_be_xml_and_small(api: Api) -> None:
    path = "years/2029/import"
    as_json = await operate(api, "POST", path, json={})
    too_large = await operate(api, "POST", path, content=b" " * 70_000, headers=XML)
    assert (as_json.status_code, too_large.status_code) == (415, 413)


async def test_without_temporal_a_change_is_refused_and_reads_go_on(api: Api) -> None:
    body = {"is_working": False, "reason": "проверка"}
    answer = await operate(api, "PUT", "days/2026-10-01", json=body)
    assert (answer.status_code, answer.json()["code"]) == (503, "temporal_unavailable")
    assert (await bank_day(api, "2026-09-30", 1))["date"] == "2026-10-01"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("days/2026-05-11", {"is_working": "yes", "reason": "x"}),
        ("days/2026-05-11", {"is_working": True}),
        ("days/2026-05-11", {"is_working": True, "reason": " "}),
        ("days/2026-05-11", {"is_working": True, "reason": "x" * 301}),
        ("days/2026-02-30", {"is_working": True, "reason": "x"}),
        ("days/11.05.2026", {"is_working": True, "reason": "x"}),
        ("years/1999", {"reason": "x"}),
        ("years/soon", {"reason": "x"}),
    ],
)
async def test_a_wrong_change_is_refused(api: Api, path: str, body: dict[str, Any]) -> None:
    answer = await operate(api, "PUT", path, json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "validation")
