"""The key rate is imported by a person's confirmation; calculations show what they are made of."""

from typing import Any
from uuid import uuid4

import pytest

from domain.access.roles import Role
from domain.compensation.rate_import import MAX_RATE_FILE_BYTES
from starter.__main__ import main
from tests.books import Books
from tests.domain.compensation.law import COVERED_UNTIL, FILE
from tests.domain.compensation.test_interest import VECTOR
from tests.starter.caller import Api
from tests.starter.compensation.rates import import_rates, known_rates, preview
from tests.starter.test_cli import starter

UNTIL = COVERED_UNTIL.isoformat()
RATES = FILE.read_bytes()
CSV = {"Content-Type": "text/csv"}


async def staff(api: Api, method: str, path: str, **more: Any) -> Any:
    return await api.call(method, f"/v1/{path}", **{"role": Role.SPECIALIST, **more})


async def count_interest(api: Api, **body: Any) -> Any:
    return await staff(api, "POST", "compensation/interest", json=body)


async def test_nothing_is_counted_before_a_rate_is_known_and_the_first_file_is_shown_whole(
    api: Api, books: Books
) -> None:
    assert (await staff(api, "GET", "key-rate")).json()["rates"] == []
    owed = [{"day": "2026-02-10", "amount": "12200.50"}]
    answer = await count_interest(api, owed=owed, last_day="2026-02-20")
    assert (answer.status_code, answer.json()["code"]) == (422, "key_rate_unknown")
    seen = (await preview(api, RATES, UNTIL)).json()
    assert seen["changes"][0] == {
        "first_day": "2016-08-01",
        "last_day": "2016-09-18",
        "was": None,
        "becomes": "10,5",
    }
    assert books.rows("SELECT id FROM key_rate_imports") == []


async def test_an_import_is_what_its_preview_showed_and_is_made_once(
    api: Api, books: Books
) -> None:
    stale = await import_rates(api, RATES, UNTIL, "0" * 64)
    assert (stale.status_code, stale.json()["code"]) == (409, "key_rate_preview_stale")
    digest, key = stale.json()["digest"], uuid4().hex
    for _ in range(2):
        done = await import_rates(api, RATES, UNTIL, digest, key=key, login="gromov")
        assert done.status_code == 200, done.text
    known = (await staff(api, "GET", "key-rate")).json()
    assert (known["covered_until"], known["imported_by"]) == (UNTIL, "gromov")
    assert known["rates"][-1]["rate"] == "14"
    again = (await preview(api, RATES, UNTIL)).json()
    assert again["changes"] == []
    refused = await import_rates(api, RATES, UNTIL, again["digest"])
    assert (refused.status_code, refused.json()["code"]) == (409, "key_rate_unchanged")
    assert len(books.rows("SELECT id FROM key_rate_imports")) == 1


@pytest.mark.parametrize(
    ("content", "until", "status", "code"),
    [
        (
            b"from,rate_percent\n2026-01-01,16\n2026-01-01,15\n",
            UNTIL,
            422,
            "rate_days_not_ascending",
        ),
        (b"\xff", UNTIL, 422, "rate_file_encoding"),
        (b"", UNTIL, 422, "rate_header_unknown"),
        (b"x" * (MAX_RATE_FILE_BYTES + 1), UNTIL, 413, "file_too_large"),
        (RATES, "2026-07-26", 422, "validation"),
        (RATES, "2199-01-01", 422, "validation"),
    ],
)
async def test_a_file_with_any_defect_is_refused_whole(
    api: Api, content: bytes, until: str, status: int, code: str
) -> None:
    answer = await preview(api, content, until)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_only_those_who_keep_the_books_import(api: Api) -> None:
    for role in (Role.SPECIALIST, Role.BILLING):
        assert (await preview(api, RATES, UNTIL, role=role)).status_code == 403
    wrong = await staff(
        api, "POST", f"key-rate/import-preview?covered_until={UNTIL}", role=Role.OPERATOR, json={}
    )
    assert wrong.status_code == 415
    assert (await api.call("GET", "/v1/key-rate", client_id="romashka")).status_code == 403


async def test_a_third_partys_calculation_comes_out_with_its_trace(api: Api) -> None:
    await known_rates(api)
    owed, paid = (
        [{"day": one["day"], "amount": one["roubles"]} for one in VECTOR[kind]]
        for kind in ("accruals", "payments")
    )
    found = (await count_interest(api, owed=owed, paid=paid, last_day=VECTOR["until"])).json()
    assert (found["amount"], len(found["lines"])) == ("14393.74", 38)
    assert found["is_checked"] is False
    assert [rule["id"] for rule in found["rules"]] == ["gk-395-2016"]
    line = found["lines"][0]
    assert line["words"].startswith("Долг × дни × ключевая ставка")
    numbers = "6 038,59 ₽ × 17 × 19 % ÷ 100 ÷ 366 = 53,29 ₽"
    assert line["numbers"].replace("\u00a0", " ") == numbers
    rows = {row for one in found["lines"] for row in one["rate_rows"]}
    assert rows == {one["id"] for one in found["rates"]}


async def test_a_day_beyond_the_cover_says_what_is_known(api: Api) -> None:
    await known_rates(api)
    owed = [{"day": "2026-09-01", "amount": "100"}]
    answer = (await count_interest(api, owed=owed, last_day="2026-09-09")).json()
    assert answer["code"] == "key_rate_not_covered"
    assert answer["day"] == "2026-09-09"
    assert "с 01.08.2016 по 08.09.2026" in answer["detail"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"owed": [], "last_day": "2026-02-20"}, "validation"),
        ({"owed": [{"day": "2026-02-10", "amount": "0"}], "last_day": "2026-02-20"}, "validation"),
        ({"owed": [{"day": "2026-02-10", "amount": "-1"}], "last_day": "2026-02-20"}, "validation"),
        ({"owed": [{"day": "2026-02-10", "amount": "1"}], "last_day": "2026-02-09"}, "validation"),
        ({"owed": [{"day": "2000-02-10", "amount": "1"}], "last_day": "2199-02-09"}, "validation"),
        (
            {"owed": [{"day": "2010-02-10", "amount": "1"}], "last_day": "2011-02-09"},
            "legal_rule_not_covered",
        ),
    ],
)
async def test_what_makes_no_debt_or_no_period_is_refused(
    api: Api, body: dict[str, Any], code: str
) -> None:
    answer = await count_interest(api, **body)
    assert (answer.status_code, answer.json()["code"]) == (422, code)


async def test_a_penalty_across_the_change_of_the_law_needs_a_lawyer(api: Api) -> None:
    body = {
        "kind": "penalty_goods",
        "amount": "15000",
        "asked_on": "2025-12-21",
        "last_day": "2026-04-30",
    }
    found = (await staff(api, "POST", "compensation/penalty", json=body)).json()
    assert found["first_day"] == "2026-01-01"
    assert found["needs_lawyer"] is True
    assert [one["amount"] for one in found["variants"]] == ["18000.00", "15000.00"]
    assert [one["cap"] for one in found["variants"]] == [None, "15000.00"]
    early = {**body, "last_day": "2025-12-31"}
    assert (await staff(api, "POST", "compensation/penalty", json=early)).json()["variants"] == []


async def test_fees_and_legal_days_name_their_rows(api: Api) -> None:
    fees = (await staff(api, "GET", "compensation/court-fees?amount=48000&day=2026-11-30")).json()[
        "items"
    ]
    assert [one["amount"] for one in fees] == ["10000.00", "8000.00", "4000.00"]
    assert fees[0]["rule"]["id"] == "nk-333-21-2024"
    big = (await staff(api, "GET", "compensation/court-fees?amount=5000000&day=2026-11-30")).json()[
        "items"
    ]
    assert len(big) == 2
    none = await staff(api, "GET", "compensation/court-fees?amount=10000001&day=2026-11-30")
    assert (none.status_code, none.json()["code"]) == (422, "court_fee_not_covered")
    day = (
        await staff(api, "GET", "compensation/legal-days?event=claim_sent&day=2026-03-02")
    ).json()
    assert day["day"] == "2026-04-02"
    assert "30 календарных дней" in day["words"]
    rules = (await staff(api, "GET", "legal-rules")).json()["items"]
    assert {one["checked_by"] for one in rules} == {None}


async def test_the_command_line_shows_first_and_changes_with_the_digest(
    database_url: str, api: Api
) -> None:
    await known_rates(api)
    words = ["key-rate", str(FILE), "--covered-until", "2026-09-09", "--by", "gromov"]

    def said(*more: str) -> str:
        done = starter(*words, *more, KOPEYKA_DATABASE_URL=database_url)
        assert (done.returncode, done.stderr) == (0, ""), done.stderr
        return str(done.stdout)

    shown = said()
    assert "2026-09-09 - 2026-09-09: unknown -> 14" in shown
    assert said("--unless-set") == "the key rate is as it was\n"
    assert said("--digest", shown.split()[-1]).endswith("imported\n")
    known = (await staff(api, "GET", "key-rate")).json()
    assert (known["covered_until"], known["imported_by"]) == ("2026-09-09", "gromov")


@pytest.mark.parametrize(
    ("file", "by", "says"),
    [("nowhere.csv", "gromov", "there is no file"), (str(FILE), " ", "--by names a person")],
)
def test_the_command_line_says_what_is_missing(
    file: str, by: str, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["key-rate", file, "--covered-until", UNTIL, "--by", by]) == 2
    assert says in capsys.readouterr().err
