"""A coming price can be taken back before its day; one that holds never."""

import asyncio
from typing import Any

import httpx2
import pytest

from domain.access.roles import Role
from tests.books import Books
from tests.starter.caller import Api
from tests.starter.subscription.registered import in_days, set_price, write_tariff

MISTAKE = "1.00"
RIGHT = "13000.00"


async def withdrawn(api: Api, code: str, version: int, **more: Any) -> httpx2.Response:
    """A price taken back with a reason."""
    path = f"/v1/tariffs/{code}/prices/{version}/withdrawal"
    return await api.call("POST", path, json={"reason": "опечатка"}, **more)


async def history(api: Api, code: str, query: str = "") -> Any:
    """Every price of a tariff, as our staff see them."""
    answer = await api.call("GET", f"/v1/tariffs/{code}/prices{query}", role=Role.ACCOUNTANT)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_slip_in_a_coming_price_is_put_right_before_its_day(api: Api) -> None:
    """A price of 1.00 was set for January, when everybody could order at it."""
    await write_tariff(api, "501")
    await set_price(api, "501", "12000.00")
    await set_price(api, "501", MISTAKE, in_days(30))
    refused = await set_price(api, "501", RIGHT, in_days(30))
    assert (refused.status_code, refused.json()["code"]) == (409, "price_differs")
    back = await withdrawn(api, "501", 2, login="anna")
    assert (back.status_code, back.json()["coming_prices"]) == (200, [])
    assert back.json()["price"] == "12000.00"
    right = await set_price(api, "501", RIGHT, in_days(30))
    assert right.status_code == 201
    assert right.json()["coming_prices"] == [
        {"version": 3, "price": RIGHT, "valid_from": in_days(30)}
    ]
    told = (await history(api, "501"))["items"]
    assert [(one["version"], one["price"]) for one in told] == [
        (3, RIGHT),
        (2, MISTAKE),
        (1, "12000.00"),
    ]
    assert [one["withdrawn_by"] for one in told] == [None, "anna", None]
    assert (told[1]["withdrawal_reason"], told[1]["author"]) == ("опечатка", "billing")


async def test_the_same_price_may_be_set_again_after_it_was_taken_back(api: Api) -> None:
    await write_tariff(api, "502")
    for version in (1, 2, 3):
        assert (await set_price(api, "502", RIGHT, in_days(1))).status_code == 201
        assert (await withdrawn(api, "502", version)).status_code == 200


async def test_what_was_taken_back_stays_so_whoever_says_it_again(api: Api) -> None:
    await write_tariff(api, "503")
    await set_price(api, "503", MISTAKE, in_days(1))
    assert (await withdrawn(api, "503", 1, login="anna")).status_code == 200
    assert (await withdrawn(api, "503", 1, login="boris")).status_code == 200
    (told,) = (await history(api, "503"))["items"]
    assert told["withdrawn_by"] == "anna"


@pytest.mark.parametrize(("code", "day"), [("504", 0), ("505", -10)])
async def test_a_price_that_holds_is_not_taken_back(
    api: Api, books: Books, code: str, day: int
) -> None:
    await write_tariff(api, code)
    columns = {"tariff_code": code, "version": 1, "price_kopecks": 100, "author": "billing"}
    books.put("tariff_prices", **columns, valid_from=in_days(day), created_at=in_days(day))
    refused = await withdrawn(api, code, 1)
    assert (refused.status_code, refused.json()["code"]) == (409, "price_begun")


async def test_what_is_not_there_is_not_taken_back(api: Api) -> None:
    await write_tariff(api, "506")
    for code, version in (("506", 1), ("506", 1_000_000_000), ("nobody-knows", 1)):
        assert (await withdrawn(api, code, version)).status_code == 404
    assert (await withdrawn(api, "506", 0)).status_code == 422


async def test_only_billing_takes_prices_back_and_clients_see_no_history(api: Api) -> None:
    await write_tariff(api, "507")
    await set_price(api, "507", RIGHT, in_days(1))
    assert (await withdrawn(api, "507", 1, role=Role.SPECIALIST)).status_code == 403
    shown = await api.call("GET", "/v1/tariffs/507/prices", client_id="c-1")
    assert shown.status_code == 403


async def test_prices_taken_back_count_towards_no_limit_and_come_in_pages(api: Api) -> None:
    await write_tariff(api, "508")
    for version in range(1, 24):
        assert (await set_price(api, "508", RIGHT, in_days(version))).status_code == 201
        assert (await withdrawn(api, "508", version)).status_code == 200
    first = await history(api, "508", "?limit=20")
    rest = await history(api, "508", f"?limit=20&cursor={first['next']}")
    versions = [one["version"] for one in (*first["items"], *rest["items"])]
    assert versions == [*range(23, 0, -1)]
    assert rest["next"] is None
    foreign = await api.call("GET", "/v1/tariffs/508/prices?cursor=WyJhIl0", role=Role.ACCOUNTANT)
    assert (foreign.status_code, foreign.json()["code"]) == (422, "cursor_malformed")


async def test_many_who_put_a_price_right_at_once_leave_one(api: Api) -> None:
    await write_tariff(api, "509")
    await set_price(api, "509", MISTAKE, in_days(1))
    answers = await asyncio.gather(
        *(withdrawn(api, "509", 1, login=f"b{number}") for number in range(5)),
        *(set_price(api, "509", RIGHT, in_days(1)) for _ in range(5)),
    )
    assert [answer.status_code for answer in answers[:5]] == [200] * 5
    assert {answer.status_code for answer in answers[5:]} <= {200, 201, 409}
    await set_price(api, "509", RIGHT, in_days(1))
    holding = [one for one in (await history(api, "509"))["items"] if not one["withdrawn_by"]]
    assert [one["price"] for one in holding] == [RIGHT]
