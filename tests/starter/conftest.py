"""The API over a real database: without Temporal, and with a Temporal server and a worker."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import httpx2
import pytest
import pytest_asyncio
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from db.database import Database
from gateways.acquirer import AcquirerGateway
from settings import Settings
from starter.api.app import create_app
from tests.books import Books
from tests.fixtures import acquirer_process, books, database
from tests.gateways.sandbox_acquirer import SandboxAcquirer
from tests.product_settings import settings_of
from tests.starter import caller
from tests.starter.caller import Api, calling
from tests.starter.refund.shop import Shop
from tests.workflows.case_under_test import product_client
from worker import build_mail, build_worker

__all__ = ["acquirer_process", "books", "database"]


async def nobody() -> Client:
    """A way to a Temporal that does not answer."""
    raise RuntimeError("connection refused")


@pytest.fixture(scope="module")
def environment(database_url: str, acquirer_process: SandboxAcquirer) -> dict[str, str]:
    """The variables of every process of this module's installation, but for Temporal's."""
    return caller.environment(database_url, KOPEYKA_ACQUIRER_URL=acquirer_process.url)


@pytest.fixture(scope="module")
def settings(environment: dict[str, str]) -> Settings:
    return settings_of(environment)


@pytest.fixture(scope="module")
def temporal(temporal_env: WorkflowEnvironment) -> Client:
    """The server's client with the converter of the product."""
    return product_client(temporal_env)


@pytest_asyncio.fixture(scope="module")
async def api(database_url: str) -> AsyncIterator[Api]:
    """The API while Temporal is away."""
    configured = caller.settings(database_url)
    async with calling(create_app(configured, Database(database_url), nobody)) as api:
        yield api


@pytest_asyncio.fixture(scope="module")
async def shop(
    settings: Settings,
    books: Books,
    database: Database,
    temporal: Client,
    acquirer_process: SandboxAcquirer,
) -> AsyncIterator[Shop]:
    """The API with a worker, a Temporal server and an acquirer behind it."""

    async def connect() -> Client:
        return temporal

    async with AsyncExitStack() as stack:
        acquirer = AcquirerGateway(
            settings.acquirer_url, settings.acquirer_shop_id, settings.acquirer_secret_key
        )
        stack.push_async_callback(acquirer.aclose)
        await stack.enter_async_context(
            build_worker(temporal, settings, database, acquirer, build_mail(settings))
        )
        app = create_app(settings, database, connect)
        http = await stack.enter_async_context(
            httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://api.example")
        )
        yield Shop(http, books, temporal, settings, acquirer_process)


@pytest.fixture(scope="module")
def whole_api(shop: Shop) -> Api:
    """The shop's API as those call it who care for no case."""
    return Api(shop.http)
