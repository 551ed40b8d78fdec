"""What many complain about is announced by operators, dated, to clients, to staff or to all."""

import re
from datetime import timedelta
from typing import Any

import pytest

from domain.access.roles import Role
from domain.dispute.incident import MAX_OPEN
from tests.starter.dispute.disputed import today
from tests.starter.refund.shop import Person, Shop, code_of, wrong_fields
from tests.starter.web.browser import Browser

PAGE = "/desk/operators/incidents"
HOSTILE = "<script>alert(1)</script>{{ 7 * 7 }}"


def operator(shop: Shop) -> Person:
    return shop.staff(Role.OPERATOR)


async def announced(shop: Shop, title: str, **changes: Any) -> dict[str, Any]:
    body = {"title": title, "text": "Ждём банк.", "shown_to": "everybody", **changes}
    answer = await operator(shop).post("/v1/incidents", body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def closed(shop: Shop, incident: dict[str, Any]) -> dict[str, Any]:
    answer = await operator(shop).post(f"/v1/incidents/{incident['id']}/closure")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def titles(person: Person) -> list[str]:
    return [one["title"] for one in (await person.get("/v1/open-incidents")).json()["items"]]


async def test_it_is_shown_above_pages_to_whom_it_is_for_until_it_is_closed(
    shop: Shop, customer: Browser
) -> None:
    await customer.log_in(Role.OPERATOR)
    form = (await customer.get(PAGE)).form(PAGE)
    typed = {
        "title": HOSTILE,
        "text": "Банк задерживает зачисления.",
        "shown_to": "clients",
        "until": (today() + timedelta(days=2)).isoformat(),
    }
    assert (await customer.send(PAGE, {**form, **typed})).status == 303
    assert (await customer.send(PAGE, {**form, **typed})).status == 303, "a repeat"
    desk = await customer.get(PAGE)
    assert desk.html.count("Банк задерживает зачисления.") == 1, "in the list, not above the page"
    number = await shop.invoice()
    await customer.log_in(Role.CLIENT, str(shop.client_of(number).caller.client_id))
    for path in ("/", f"/disputes/new?invoice={number}"):
        page = await customer.get(path)
        assert "Банк задерживает зачисления." in page.words
        assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ 7 * 7 }}" in page.html
        assert "<script>alert" not in page.html
    await customer.log_in(Role.OPERATOR)
    desk = await customer.get(PAGE)
    (action,) = re.findall(rf'action="({PAGE}/[^"]+/closure)"', desk.html)
    assert (await customer.send(action, desk.form(action))).status == 303
    await customer.log_in(Role.CLIENT, str(shop.client_of(number).caller.client_id))
    assert "Банк задерживает" not in (await customer.get("/")).words


async def test_each_reads_what_is_for_it(shop: Shop) -> None:
    client, staff = shop.client_of(await shop.invoice()), shop.staff(Role.SPECIALIST)
    made = [await announced(shop, f"для {to}", shown_to=to) for to in ("clients", "staff")]
    made.append(await announced(shop, "для всех"))
    assert await titles(client) == ["для clients", "для всех"]
    assert await titles(staff) == ["для staff", "для всех"]
    mine = (await client.get("/v1/open-incidents")).json()["items"]
    assert {one["announced_by"] for one in mine} == {None}
    for one in made:
        first = await closed(shop, one)
        again = await closed(shop, one)
        assert (again["closed_at"], again["closed_by"]) == (first["closed_at"], first["closed_by"])
    assert await titles(client) == await titles(staff) == []
    every = (await staff.get("/v1/incidents")).json()["items"]
    assert {one["id"] for one in made} <= {one["id"] for one in every}
    newest = (await staff.get("/v1/incidents", limit=1)).json()
    older = (await staff.get("/v1/incidents", cursor=newest["next"])).json()["items"]
    assert newest["items"][0]["id"] not in {one["id"] for one in older}


async def test_no_more_are_open_than_anybody_reads(shop: Shop) -> None:
    made = [await announced(shop, f"№ {place}") for place in range(MAX_OPEN)]
    above = {"title": "ещё", "text": "Ещё один.", "shown_to": "everybody"}
    refused = await operator(shop).post("/v1/incidents", above)
    assert (refused.status_code, code_of(refused)) == (409, "incidents_too_many")
    for one in made:
        await closed(shop, one)


@pytest.mark.parametrize("days", [-1, 91])
async def test_its_last_day_is_near(shop: Shop, days: int) -> None:
    day = (today() + timedelta(days=days)).isoformat()
    body = {"title": "сбой", "text": "Ждём.", "shown_to": "staff", "until": day}
    refused = await operator(shop).post("/v1/incidents", body)
    assert wrong_fields(refused) == {"/until": "incident_day"}


async def test_what_is_missing_is_said_beside_its_field(customer: Browser) -> None:
    await customer.log_in(Role.OPERATOR)
    form = (await customer.get(PAGE)).form(PAGE)
    typed = {"title": " ", "text": "я" * 1001, "shown_to": "x", "until": "завтра"}
    refused = await customer.send(PAGE, {**form, **typed})
    assert refused.status == 422
    for name in ("title", "text", "shown_to"):
        assert f'id="{name}-error"' in refused.html
    assert "я" * 1001 in refused.html


async def test_nobody_else_announces(shop: Shop) -> None:
    body = {"title": "сбой", "text": "Ждём.", "shown_to": "staff"}
    refused = await shop.staff(Role.SPECIALIST).post("/v1/incidents", body)
    assert (refused.status_code, code_of(refused)) == (403, "forbidden")
