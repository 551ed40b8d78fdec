"""`python -m simulation` brings a subscription of each kind that pages tell apart."""

import pytest
import pytest_asyncio

from domain.access.roles import Role
from simulation.api_client import ApiClient
from simulation.catalogue import load_catalogue
from simulation.dataset import data_set
from simulation.loading import client_body
from simulation.people import BILLING
from simulation.subscriptions import SUBSCRIPTIONS, load_subscriptions
from tests.starter.caller import DEVELOPMENT_KEY
from tests.starter.refund.shop import Shop
from tests.starter.subscription.registered import TODAY
from tests.starter.web.browser import Browser


@pytest_asyncio.fixture(scope="module", autouse=True)
async def brought(shop: Shop) -> None:
    api, data = ApiClient(shop.http, DEVELOPMENT_KEY), data_set(TODAY)
    for client in data.clients:
        await api.command(BILLING, "PUT", f"/v1/clients/{client.id}", client_body(client))
    await load_catalogue(api, TODAY)
    await load_subscriptions(api, TODAY)


@pytest.mark.parametrize(
    ("subscription_id", "said"),
    [
        ("kompas-romashka", ("использовано 312 из 400", "Продлить", "Улучшить", "notice-warn")),
        ("kompas-verfi", ("использовано 640 из 1\u00a0000", "У вас самый большой тариф")),
        ("kompas-vector", ("Лимит использован", "notice-bad", "gauge-bad")),
        ("kompas-belov", ("Возобновить подписку", "notice-bad")),
        ("kompas-kuznetsova", ("Бесплатный тариф", "в настройках организации")),
    ],
)
async def test_each_is_in_the_state_that_it_is_for(
    browser: Browser, subscription_id: str, said: tuple[str, ...]
) -> None:
    (one,) = [one for one in SUBSCRIPTIONS if one.id == subscription_id]
    await browser.log_in(Role.CLIENT, one.client.id)
    page = await browser.get(f"/subscriptions/{subscription_id}")
    assert all(words in page.html for words in said)
