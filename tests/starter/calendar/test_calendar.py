"""The bank calendar over HTTP: everybody counts by it, operators change it through its process."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from domain.access.roles import Role
from domain.calendar.bank_calendar import STATUTORY_HOLIDAYS
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


async def preview(api: Api, year: int, content: bytes) -> Any:
    """What the file would change."""
    path = f"years/{year}/import-preview"
    answer = await operate(api, "POST", path, content=content, headers=XML)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def imported(api: Api, year: int, content: bytes, digest: str, **more: Any) -> Any:
    """The file, with what was shown of it."""
    path = f"years/{year}/import?digest={digest}"
    return await operate(api, "POST", path, content=content, headers=XML, **more)


async def read_in(api: Api, year: int, content: bytes) -> Any:
    """The year as its file says, as somebody does it who looks first."""
    answer = await imported(api, year, content, (await preview(api, year, content))["digest"])
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_year_is_covered_once_its_file_is_read(whole_api: Api) -> None:
    before = await bank_day(whole_api, "2028-01-10", 1)
    shown = await preview(whole_api, 2028, calendar_file(2028))
    assert {day["was"] for day in shown["changes"]} == {None}
    assert {day["day"] for day in shown["changes"]} == {
        f"2028-{month:02}-{day:02}"
        for month, day in STATUTORY_HOLIDAYS
        if date(2028, month, day).weekday() < 5
    }
    assert (await bank_day(whole_api, "2028-01-10", 1))["code"] == "calendar_not_covered"
    answer = await imported(whole_api, 2028, calendar_file(2028), shown["digest"])
    assert answer.status_code == 200, answer.text
    assert answer.json() == {
        "days": len(shown["changes"]),
        "confirmed_year": 2028,
        "changes": shown["changes"],
    }
    assert before["code"] == "calendar_not_covered"
    assert (await bank_day(whole_api, "2028-01-07", 1))["date"] == "2028-01-10"
    assert (await bank_day(whole_api, "2028-02-22", 1))["date"] == "2028-02-24"


async def test_after_an_import_the_year_is_what_its_file_says(whole_api: Api, books: Books) -> None:
    """A day off that a corrected file no longer has is a working day again; a poorer file is seen
    to take days off away.
    """
    first = calendar_file(2032, days=[*HOLIDAYS, "03.09", "12.31"])
    await read_in(whole_api, 2032, first)
    body = {"is_working": False, "reason": "ошибка"}
    await operate(whole_api, "PUT", "days/2032-07-01", json=body)
    shown = await preview(whole_api, 2032, calendar_file(2032))
    assert shown["is_confirmed"] is True
    assert shown["changes"] == [
        {"day": "2032-03-09", "was": False, "becomes": True},
        {"day": "2032-07-01", "was": False, "becomes": True},
        {"day": "2032-12-31", "was": False, "becomes": True},
    ]
    await read_in(whole_api, 2032, calendar_file(2032))
    days = (await whole_api.call("GET", "/v1/calendar/days?from=2032-01-01&to=2032-12-31")).json()
    off = {day["day"] for day in days["days"] if not day["is_bank_day"]}
    holidays = {f"2032-{month:02}-{day:02}" for month, day in STATUTORY_HOLIDAYS}
    weekends = {day["day"] for day in days["days"] if date.fromisoformat(day["day"]).weekday() > 4}
    assert off == holidays | weekends
    assert (await preview(whole_api, 2032, calendar_file(2032)))["changes"] == []
    told = books.rows(
        "SELECT is_working FROM calendar_history WHERE day = '2032-07-01' ORDER BY id"
    )
    assert [row.is_working for row in told] == [False, None]


async def test_a_file_against_a_known_year_shows_what_it_takes_away(whole_api: Api) -> None:
    """The decrees of 2027 are known; a file without their transfers makes days working."""
    shown = await preview(whole_api, 2027, calendar_file(2027))
    changed = {day["day"]: (day["was"], day["becomes"]) for day in shown["changes"]}
    assert changed["2027-12-31"] == (False, True)
    assert changed["2027-02-20"] == (True, False)
    assert (await bank_day(whole_api, "2027-02-19", 1))["date"] == "2027-02-20"


async def test_an_import_does_what_was_shown_or_nothing(whole_api: Api) -> None:
    year, content = 2033, calendar_file(2033)
    shown = await preview(whole_api, year, content)
    other_file = await imported(
        whole_api, year, calendar_file(year, days=[*HOLIDAYS, "12.30"]), shown["digest"]
    )
    body = {"is_working": False, "reason": "указ"}
    await operate(whole_api, "PUT", f"days/{year}-07-01", json=body)
    other_calendar = await imported(whole_api, year, content, shown["digest"])
    for stale in (other_file, other_calendar):
        assert (stale.status_code, stale.json()["code"]) == (409, "calendar_preview_stale")
    assert other_calendar.json()["changes"][-1]["day"] != shown["changes"][-1]["day"] or (
        len(other_calendar.json()["changes"]) == len(shown["changes"]) + 1
    )
    assert (await bank_day(whole_api, f"{year}-03-03", 1))["code"] == "calendar_not_covered"
    again = await imported(whole_api, year, content, other_calendar.json()["digest"])
    assert again.status_code == 200
    blind = await operate(whole_api, "POST", f"years/{year}/import", content=content, headers=XML)
    assert (blind.status_code, blind.json()["errors"][0]["field"]) == (422, "digest")


async def test_an_import_whose_answer_was_lost_is_repeated_without_harm(
    whole_api: Api, books: Books
) -> None:
    year, content, key = 2034, calendar_file(2034), uuid4().hex
    digest = (await preview(whole_api, year, content))["digest"]
    assert (await imported(whole_api, year, content, digest, key=key)).status_code == 200
    books.rows(
        "UPDATE idempotency_keys SET status_code = NULL, headers = NULL, body = NULL"
        " WHERE key = %(k)s RETURNING 1",
        k=key,
    )
    again = await imported(whole_api, year, content, digest, key=key)
    assert (again.status_code, again.json()["changes"]) == (200, [])
    of_year = books.rows("SELECT is_confirmed FROM calendar_year_history WHERE year = 2034")
    assert [row.is_confirmed for row in of_year] == [True]


async def test_the_confirmation_of_a_year_can_be_taken_back_and_given_again(
    whole_api: Api, books: Books
) -> None:
    await operate(whole_api, "PUT", "years/2035", json={"reason": "проверен"}, login="olga")
    listed = (await whole_api.call("GET", "/v1/calendar/years")).json()["items"]
    assert (2035, "olga") in {(one["year"], one["confirmed_by"]) for one in listed}
    path = "years/2035?reason=не+тот+файл"
    back = await operate(whole_api, "DELETE", path, login="oleg", key="back")
    assert back.status_code == 200, back.text
    assert (await bank_day(whole_api, "2035-03-05", 1))["code"] == "calendar_not_covered"
    twice = await operate(whole_api, "DELETE", path, login="oleg")
    assert (twice.status_code, twice.json()["code"]) == (409, "year_not_confirmed")
    books.connection.execute("UPDATE idempotency_keys SET status_code = NULL WHERE key = 'back'")
    same = await operate(whole_api, "DELETE", path, login="oleg", key="back")
    assert same.status_code == 200, same.text  # its process died when it had not answered yet
    await read_in(whole_api, 2035, calendar_file(2035))
    assert (await bank_day(whole_api, "2035-03-05", 1))["date"] == "2035-03-06"
    history = books.rows(
        "SELECT is_confirmed, author, reason FROM calendar_year_history WHERE year = 2035"
        " ORDER BY id"
    )
    assert [(row.is_confirmed, row.author) for row in history] == [
        (True, "olga"),
        (False, "oleg"),
        (True, "operator"),
    ]
    assert history[1].reason == "не тот файл"


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
@pytest.mark.parametrize("step", ["import-preview", f"import?digest={'0' * 64}"])
async def test_a_file_with_a_defect_is_refused_whole(
    api: Api, step: str, content: bytes, code: str, line: int | None
) -> None:
    answer = await operate(api, "POST", f"years/2029/{step}", content=content, headers=XML)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert answer.json().get("line") == line
    assert (await bank_day(api, "2029-03-05", 1))["code"] == "calendar_not_covered"


@pytest.mark.parametrize("step", ["import-preview", f"import?digest={'0' * 64}"])
async def test_a_file_must_be_xml_and_small(api: Api, step: str) -> None:
    path = f"years/2029/{step}"
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
