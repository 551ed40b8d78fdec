"""The pages over a real database, and with a worker, Temporal and an acquirer behind them."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from fastapi import FastAPI
from temporalio.client import Client

from db.database import Database
from starter.web.app import create_app
from tests.starter import caller
from tests.starter.conftest import nobody
from tests.starter.refund.shop import Shop
from tests.starter.web.browser import SITE, Browser


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
