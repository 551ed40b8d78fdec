"""The pages over a real database, and with a worker, Temporal and an acquirer behind them."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from fastapi import FastAPI
from temporalio.client import Client

from db.database import Database
from domain.access.roles import Role
from starter.web.app import create_app
from tests.starter import caller
from tests.starter.caller import Api
from tests.starter.conftest import nobody
from tests.starter.refund.shop import Shop
from tests.starter.renewal.ordered import subscriber, write_own_account
from tests.starter.subscription.registered import write_catalogue
from tests.starter.web.browser import SITE, Browser
from tests.starter.web.buyer import Buyer


@pytest.fixture(scope="module")
def app(database_url: str, database: Database) -> FastAPI:
    """The pages while Temporal is away."""
    return create_app(caller.settings(database_url, KOPEYKA_CABINET_URL=SITE), database, nobody)


@pytest_asyncio.fixture
async def browser(app: FastAPI, database: Database) -> AsyncIterator[Browser]:
    """A browser that nobody has logged in with."""
    browser = Browser(app, database)
    async with browser.http:
        yield browser


@pytest_asyncio.fixture
async def customer(shop: Shop, database: Database) -> AsyncIterator[Browser]:
    """A browser at pages that have everything behind them."""

    async def connect() -> Client:
        return shop.temporal

    settings = shop.settings.model_copy(update={"cabinet_url": SITE})
    browser = Browser(create_app(settings, database, connect), database)
    async with browser.http:
        yield browser


@pytest_asyncio.fixture(scope="module")
async def selling(whole_api: Api) -> Api:
    """The API of a shop with tariffs, their prices, and the account that invoices ask to be paid
    to.
    """
    await write_catalogue(whole_api)
    await write_own_account(whole_api)
    return whole_api


@pytest_asyncio.fixture
async def buyer(selling: Api, shop: Shop, customer: Browser) -> Buyer:
    """A client whose term ends in a week, logged in."""
    someone = await subscriber(selling)
    await customer.log_in(Role.CLIENT, someone.client_id)
    return Buyer(someone, customer, shop)
