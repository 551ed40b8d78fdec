"""A renewal at the desk: what its state allows each role, and a specialist's own offer."""

import re
import time
from datetime import datetime, timedelta, tzinfo
from typing import Self

import pytest
import pytest_asyncio

from domain.access.roles import Role
from tests.starter.caller import Api
from tests.starter.renewal.ordered import Subscriber, subscriber
from tests.starter.subscription.registered import in_days
from tests.starter.web.browser import Browser

OFFER = {"tariff_code": "1000", "units": "1 500", "price": "70 000,00", "offer-reason": "Два года"}


@pytest_asyncio.fixture
async def watched(selling: Api) -> Subscriber:
    """A client whose term ends in a week."""
    return await subscriber(selling)


async def _desk_page(of: Subscriber) -> str:
    listed = await of.get("/v1/renewals")
    return f"/desk/renewals/{listed.json()['items'][0]['id']}"


async def test_a_specialist_offers_a_tariff_at_a_price_of_its_own(
    customer: Browser, watched: Subscriber
) -> None:
    path = await _desk_page(watched)
    await customer.log_in(Role.SPECIALIST, login="orlova")
    page = await customer.get(path)
    assert "может только клиент" in page.words
    form = {**page.form("/offer"), **OFFER, "valid_until": in_days(14)}
    sent = await customer.send(f"{path}/offer", form)
    assert sent.leads_to == path
    words = (await customer.get(path)).words.replace("\xa0", " ")
    assert "1500 записей за 70 000,00 ₽" in words.replace("1 500", "1500")
    assert "Два года" in words
    offers = await watched.offers()
    assert "70000.00" in {one["price"] for one in offers}


async def test_what_is_wrong_with_an_offer_stands_beside_its_fields_and_nothing_is_offered(
    customer: Browser, watched: Subscriber
) -> None:
    path = await _desk_page(watched)
    await customer.log_in(Role.SPECIALIST)
    form = {**(await customer.get(path)).form("/offer"), **OFFER}
    silent = await customer.send(f"{path}/offer", {**form, "offer-reason": " "})
    assert silent.status == 422
    for name in ("offer-reason", "valid_until"):
        assert f'id="{name}-error"' in silent.html
    late = await customer.send(f"{path}/offer", {**form, "valid_until": in_days(-1)})
    assert (late.status, 'id="valid_until-error"' in late.html) == (422, True)
    assert 'value="70 000,00"' in late.html
    assert "70000.00" not in {one["price"] for one in await watched.offers()}


@pytest.mark.parametrize(
    ("role", "finds", "offers"),
    [(Role.ACCOUNTANT, True, False), (Role.SPECIALIST, False, True), (Role.OPERATOR, False, False)],
)
async def test_each_role_reads_what_it_can_do_about_an_unpaid_order(
    customer: Browser, watched: Subscriber, role: Role, finds: bool, offers: bool
) -> None:
    order = await watched.ordered(method="bank_transfer")
    path = f"/desk/renewals/{order['id']}"
    await customer.log_in(role)
    page = await customer.get(path)
    assert "Отметить оплату вручную нельзя" in page.words
    assert (f"/desk/entries?direction=in&amp;amount={order['amount']}" in page.html) == finds
    assert ("Решает бухгалтер" in page.words) == (not finds)
    assert (f'action="{path}/offer"' in page.html) == offers
    if finds:
        listed = await customer.get(f"/desk/entries?direction=in&amount={order['amount']}")
        assert listed.status == 200


async def test_only_a_specialist_sends_the_form_of_an_offer(
    customer: Browser, watched: Subscriber
) -> None:
    path = await _desk_page(watched)
    await customer.log_in(Role.ACCOUNTANT)
    refused = await customer.send(f"{path}/offer", {"idempotency_key": "a", **OFFER})
    assert refused.status == 403


@pytest.mark.parametrize(("later", "title"), [(7, "Нынешний срок"), (8, "Прежний срок")])
async def test_a_term_is_the_present_one_until_it_has_ended(
    customer: Browser,
    watched: Subscriber,
    monkeypatch: pytest.MonkeyPatch,
    later: int,
    title: str,
) -> None:
    class Later(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            return cls.fromtimestamp(time.time() + timedelta(days=later).total_seconds(), tz)

    path = await _desk_page(watched)
    await customer.log_in(Role.SPECIALIST)
    monkeypatch.setattr("starter.web.http.visit.datetime", Later)
    assert re.findall("Нынешний срок|Прежний срок", (await customer.get(path)).words) == [title]
