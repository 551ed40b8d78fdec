"""Disputes on pages: the complaint from an order's menu, the thread, papers, and the desk."""

import asyncio

import pytest

from domain.access.roles import Role
from tests.starter.dispute.disputed import complaint, paid_twice
from tests.starter.refund.shop import Shop
from tests.starter.web.browser import Browser, Page

HOSTILE = "<script>alert(1)</script>\"'{{ 7 * 7 }}{company}"
PATIENCE_SECONDS = 30.0


async def form_of(browser: Browser, number: str) -> dict[str, str]:
    form = await browser.get(f"/disputes/new?invoice={number}")
    return form.form("/disputes")


async def until(browser: Browser, path: str, words: str) -> Page:
    """The page once it says so."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while words not in (page := await browser.get(path)).words:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    return page


async def test_an_order_is_disputed_from_its_menu_and_decided_at_the_desk(
    shop: Shop, customer: Browser
) -> None:
    number = await paid_twice(shop, 900_000)
    client_id = str(shop.client_of(number).caller.client_id)
    await customer.log_in(Role.CLIENT, client_id)
    listed = [(await customer.get(f"/?tab={tab}")).html for tab in ("current", "finished")]
    assert f"/disputes/new?invoice={number}" in "".join(listed)
    typed = {**complaint(number, problem=HOSTILE), "demand_amount": "9 000,00"}
    led = await customer.send("/disputes", {**await form_of(customer, number), **typed})
    assert led.status == 303, led.words
    page = await until(customer, led.leads_to, "За заказ пришло больше, чем нужно")
    assert "Рассматриваем" in page.words
    assert "<script>alert" not in page.html
    assert "Условия заказа" in page.words
    assert (await customer.get(f"/disputes/new?invoice={number}")).leads_to == led.leads_to
    assert f'href="{led.leads_to}"' in (await customer.get("/disputes")).html

    await customer.log_in(Role.SPECIALIST)
    assert f'href="/desk{led.leads_to}"' in (await customer.get("/desk/disputes")).html
    desk = f"/desk{led.leads_to}"
    shown = await customer.get(desk)
    fields = shown.form("/decision")
    wrong = await customer.send(f"{desk}/decision", {**fields, "awarded": "x", "reason": "Верно."})
    assert (wrong.status, "x" in wrong.html) == (422, True)
    right = {**fields, "outcome": "resolved_client", "awarded": "9000", "reason": "Верно."}
    decided = await customer.send(f"{desk}/decision", right)
    assert decided.status == 303, decided.words
    await until(customer, desk, "Исполняется")


async def test_what_is_wrong_stands_beside_its_part_and_what_was_typed_is_kept(
    shop: Shop, customer: Browser
) -> None:
    number = await paid_twice(shop, 900_000)
    await customer.log_in(Role.CLIENT, str(shop.client_of(number).caller.client_id))
    typed = {**complaint(number, problem=HOSTILE), "kind": "", "demand_amount": "0"}
    answer = await customer.send("/disputes", {**await form_of(customer, number), **typed})
    assert answer.status == 422
    assert 'id="kind-error"' in answer.html
    assert "alert(1)" in answer.words
    assert "<script>alert" not in answer.html


async def test_nobody_elses_order_is_disputed_and_nobody_elses_dispute_is_read(
    shop: Shop, customer: Browser
) -> None:
    number = await paid_twice(shop, 900_000)
    other = await paid_twice(shop, 900_000)
    await customer.log_in(Role.CLIENT, str(shop.client_of(other).caller.client_id))
    assert (await customer.get(f"/disputes/new?invoice={number}")).status == 404
    assert (await customer.get(f"/disputes/dispute-{number}-1")).status == 404


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"demand": ""}, "demand"),
        ({"problem": " "}, "problem"),
        ({"problem": "я" * 5001}, "problem"),
        ({"happened_on": "вчера"}, "happened_on"),
        ({"demand_amount": ""}, "demand_amount"),
    ],
)
async def test_each_part_of_a_complaint_says_what_is_wrong_with_it(
    shop: Shop, customer: Browser, typed: dict[str, str], wrong: str
) -> None:
    number = await paid_twice(shop, 900_000)
    await customer.log_in(Role.CLIENT, str(shop.client_of(number).caller.client_id))
    sent = {**await form_of(customer, number), **complaint(number), **typed}
    answer = await customer.send("/disputes", sent)
    assert (answer.status, f'id="{wrong}-error"' in answer.html) == (422, True)
