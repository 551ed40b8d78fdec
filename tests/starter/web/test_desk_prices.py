"""Tariffs and prices at the desk: accountants set a price and put a coming one right."""

import asyncio
from uuid import uuid4

import pytest
import pytest_asyncio
from fastapi import FastAPI

from db.database import Database
from domain.access.roles import Role
from tests.books import Books
from tests.starter.caller import Api
from tests.starter.subscription.registered import in_days, set_price, write_tariff
from tests.starter.web.browser import Browser
from tests.starter.web.test_bad_input import HOSTILE

LIST = "/desk/reference/tariffs"


@pytest_asyncio.fixture
async def code(api: Api) -> str:
    """A tariff with a price, and another one to come."""
    code = f"t-{uuid4().hex[:8]}"
    await write_tariff(api, code)
    await set_price(api, code, "12000.00")
    await set_price(api, code, "1.00", in_days(30))
    return code


def prices_of(books: Books, code: str) -> list[tuple[int, int, str | None]]:
    rows = books.rows(
        "SELECT version, price_kopecks, withdrawn_by FROM tariff_prices"
        " WHERE tariff_code = %(c)s ORDER BY version",
        c=code,
    )
    return [(row.version, row.price_kopecks, row.withdrawn_by) for row in rows]


async def test_a_coming_price_is_corrected_before_its_day(
    browser: Browser, books: Books, code: str
) -> None:
    await browser.log_in(Role.ACCOUNTANT, login="anna")
    assert code in (await browser.get(LIST)).html
    path = f"{LIST}/{code}"
    page = await browser.get(path)
    form = page.form("/prices/2/correction")
    there = f"{path}/prices/2/correction"
    silent = await browser.send(there, form)
    assert silent.status == 422
    assert 'id="price-2-error"' in silent.html
    assert 'id="reason-2-error"' in silent.html
    same = await browser.send(there, {**form, "price-2": "1", "reason-2": "опечатка"})
    assert (same.status, "такая и есть" in same.words) == (409, True)
    said = {**form, "price-2": "13 000,00", "reason-2": "опечатка"}
    assert (await browser.send(there, said)).leads_to == path
    assert prices_of(books, code) == [
        (1, 1_200_000, None),
        (2, 100, "anna"),
        (3, 1_300_000, None),
    ]
    late = await browser.send(there, {**said, "idempotency_key": "late"})
    assert (late.status, "уже отозвали или исправили" in late.words) == (409, True)
    begun = {"idempotency_key": "b", "price-1": "5", "reason-1": "x"}
    refused = await browser.send(f"{path}/prices/1/correction", begun)
    assert (refused.status, "уже действует" in refused.words) == (409, True)
    missing = {"idempotency_key": "m", "price-9": "5", "reason-9": "x"}
    assert (await browser.send(f"{path}/prices/9/correction", missing)).status == 404


async def test_a_price_is_set_from_a_day_and_withdrawn(
    browser: Browser, books: Books, code: str
) -> None:
    await browser.log_in(Role.ACCOUNTANT, login="anna")
    path = f"{LIST}/{code}"
    form = (await browser.get(path)).form("/prices")
    for wrong in (
        {"price": "", "valid_from": in_days(5)},
        {"price": "0", "valid_from": in_days(5)},
        {"price": "5", "valid_from": ""},
        {"price": "5", "valid_from": in_days(-1)},
    ):
        refused = await browser.send(f"{path}/prices", {**form, **wrong})
        assert refused.status == 422, wrong
        assert "-error" in refused.html
    said = {**form, "price": "15000", "valid_from": in_days(60)}
    assert (await browser.send(f"{path}/prices", said)).leads_to == path
    other = {"idempotency_key": "other", "price": "16000", "valid_from": in_days(60)}
    refused = await browser.send(f"{path}/prices", other)
    assert refused.status == 409
    assert refused.form("/prices")["price"] == "16000"
    form = (await browser.get(path)).form("/prices/3/withdrawal")
    silent = await browser.send(f"{path}/prices/3/withdrawal", form)
    assert (silent.status, 'id="withdrawal-3-error"' in silent.html) == (422, True)
    said = {**form, "withdrawal-3": "передумали"}
    assert (await browser.send(f"{path}/prices/3/withdrawal", said)).leads_to == path
    assert prices_of(books, code)[-1] == (3, 1_500_000, "anna")


async def test_of_two_corrections_at_once_one_holds(
    app: FastAPI, database: Database, books: Books, code: str
) -> None:
    people = [Browser(app, database) for _ in range(3)]
    for number, one in enumerate(people):
        await one.log_in(Role.ACCOUNTANT, login=f"person-{number}")
    answers = await asyncio.gather(
        *(
            one.send(
                f"{LIST}/{code}/prices/2/correction",
                {"idempotency_key": f"k{number}", "price-2": f"{number + 5}", "reason-2": "x"},
            )
            for number, one in enumerate(people)
        )
    )
    assert sorted(answer.status for answer in answers) == [303, 409, 409]
    assert len(prices_of(books, code)) == 3
    for one in people:
        await one.http.aclose()


async def test_the_api_corrects_a_coming_price_too(api: Api, books: Books, code: str) -> None:
    path = f"/v1/tariffs/{code}/prices/2/correction"
    body = {"price": "13000.00", "reason": "опечатка"}
    refused = await api.call("POST", path, json=body, role=Role.SPECIALIST)
    assert refused.status_code == 403
    done = await api.call("POST", path, json=body, role=Role.ACCOUNTANT)
    assert done.status_code == 200
    assert done.json()["coming_prices"] == [
        {"version": 3, "price": "13000.00", "valid_from": in_days(30)}
    ]
    again = await api.call("POST", path, json=body, role=Role.ACCOUNTANT)
    assert (again.status_code, again.json()["code"]) == (409, "price_withdrawn")


@pytest.mark.parametrize("role", [Role.SPECIALIST, Role.OPERATOR])
async def test_others_read_prices_and_change_none(browser: Browser, code: str, role: Role) -> None:
    await browser.log_in(role)
    page = await browser.get(f"{LIST}/{code}")
    assert page.status == 200
    assert f"{LIST}/{code}/prices" not in page.html
    assert (await browser.get(f"{LIST}/no-such")).status == 404


@pytest.mark.parametrize("hostile", HOSTILE, ids=range(len(HOSTILE)))
async def test_what_is_typed_is_text_and_never_more(
    browser: Browser, code: str, hostile: str
) -> None:
    await browser.log_in(Role.ACCOUNTANT)
    path = f"{LIST}/{code}"
    for ending, fields in (
        ("/prices", {"price": "5", "valid_from": in_days(7)}),
        ("/prices/2/correction", {"price-2": "5", "reason-2": "r"}),
        ("/prices/2/withdrawal", {"withdrawal-2": "r"}),
    ):
        for name in fields:
            typed = {"idempotency_key": str(uuid4()), **fields, name: hostile}
            for page in (await browser.send(f"{path}{ending}", typed), await browser.get(path)):
                assert page.status in {200, 303, 409, 422}, name
                assert "<" not in hostile or hostile not in page.html
