"""The catalogue: prices have versions by day and are never changed after the fact."""

import asyncio
from typing import Any

import pytest

from db.subscription.tariff import MAX_COMING_PRICES, MAX_TARIFFS
from tests.books import Books
from tests.starter.caller import Api
from tests.starter.subscription.registered import in_days, set_price, tariff_body, write_tariff


async def shown(api: Api, code: str) -> Any:
    items = (await api.call("GET", "/v1/tariffs")).json()["items"]
    (found,) = [item for item in items if item["code"] == code]
    return found


async def test_a_tariff_is_written_once_and_replaced_by_what_is_written_next(api: Api) -> None:
    assert (await write_tariff(api, "401")).status_code == 201
    again = await write_tariff(api, "401", title="Тариф с новым именем", is_offered=False)
    assert again.status_code == 200
    assert (await shown(api, "401"))["title"] == "Тариф с новым именем"
    assert (await shown(api, "401"))["is_offered"] is False


async def test_todays_price_holds_and_a_coming_one_waits_for_its_day(api: Api) -> None:
    await write_tariff(api, "402")
    assert (await shown(api, "402"))["price"] is None
    assert (await set_price(api, "402", "24400.00")).status_code == 201
    assert (await set_price(api, "402", "26000.00", in_days(40))).status_code == 201
    found = await shown(api, "402")
    assert found["price"] == "24400.00"
    assert found["coming_prices"] == [
        {"version": 2, "price": "26000.00", "valid_from": in_days(40)}
    ]


async def test_the_same_price_again_changes_nothing_and_another_one_is_refused(
    api: Api, books: Books
) -> None:
    await write_tariff(api, "403")
    assert (await set_price(api, "403", "100.00")).status_code == 201
    assert (await set_price(api, "403", "100.00")).status_code == 200
    other = await set_price(api, "403", "101.00")
    assert (other.status_code, other.json()["code"]) == (409, "price_differs")
    rows = books.rows("SELECT version FROM tariff_prices WHERE tariff_code = '403'")
    assert [row.version for row in rows] == [1]


async def test_no_price_is_set_for_the_past(api: Api) -> None:
    await write_tariff(api, "404")
    late = await set_price(api, "404", "100.00", in_days(-1))
    assert late.status_code == 422
    assert late.json()["errors"][0]["code"] == "price_in_past"


async def test_prices_that_come_at_once_get_versions_of_their_own(api: Api, books: Books) -> None:
    await write_tariff(api, "405")
    answers = await asyncio.gather(
        *(set_price(api, "405", "100.00", in_days(day)) for day in range(1, 6))
    )
    assert {answer.status_code for answer in answers} == {201}
    rows = books.rows("SELECT version FROM tariff_prices WHERE tariff_code = '405'")
    assert sorted(row.version for row in rows) == [1, 2, 3, 4, 5]


async def test_of_many_that_write_a_tariff_at_once_one_is_the_first(api: Api) -> None:
    for code in ("408", "409", "410"):
        answers = await asyncio.gather(*(write_tariff(api, code) for _ in range(6)))
        assert sorted(answer.status_code for answer in answers) == [200] * 5 + [201]


async def test_what_is_free_stays_free_and_has_no_price(api: Api) -> None:
    await write_tariff(api, "free-1", is_free=True)
    paid = await write_tariff(api, "free-1", is_free=False)
    assert (paid.status_code, paid.json()["code"]) == (409, "tariff_differs")
    priced = await set_price(api, "free-1", "100.00")
    assert (priced.status_code, priced.json()["code"]) == (409, "tariff_is_free")
    assert (await shown(api, "free-1"))["price"] is None


async def test_a_tariff_has_only_so_many_coming_prices(api: Api) -> None:
    await write_tariff(api, "406")
    for day in range(1, MAX_COMING_PRICES + 1):
        assert (await set_price(api, "406", "100.00", in_days(day))).status_code == 201
    refused = await set_price(api, "406", "100.00", in_days(99))
    assert (refused.status_code, refused.json()["code"]) == (409, "prices_too_many")
    assert (await set_price(api, "406", "100.00", in_days(1))).status_code == 200


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"units": -1}, "/units"),
        ({"months": 0}, "/months"),
        ({"months": 37}, "/months"),
        ({"data_set": "everything"}, "/data_set"),
        ({"vat_mode": "vat20"}, "/vat_mode"),
        ({"title": " "}, "/title"),
    ],
)
async def test_a_tariff_that_means_nothing_is_refused(
    api: Api, changes: dict[str, Any], pointer: str
) -> None:
    answer = await write_tariff(api, "407", **changes)
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


async def test_a_price_of_an_unknown_tariff_is_refused(api: Api) -> None:
    assert (await set_price(api, "nobody-knows-it", "1.00")).status_code == 404


async def test_the_catalogue_has_an_end(api: Api, books: Books) -> None:
    await write_tariff(api, "401")
    known = books.row("SELECT count(*) AS count FROM tariffs").count
    columns = {**tariff_body(1), "is_offered": True, "created_at": in_days(0)}
    for number in range(known, MAX_TARIFFS):
        code = f"filler-{number}"
        books.put("tariffs", code=code, written_by="test", updated_at=in_days(0), **columns)
    refused = await write_tariff(api, "one-more")
    assert (refused.status_code, refused.json()["code"]) == (409, "tariffs_too_many")
    assert (await write_tariff(api, "401")).status_code == 200
