"""The shop: one worker, one API and one acquirer for the tests of a module."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from uuid import uuid4

import httpx2
import pytest
import pytest_asyncio
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment

from db.database import Database
from gateways.acquirer import AcquirerGateway
from settings import Settings
from starter.api.app import create_app
from tests.books import Books
from tests.gateways.sandbox_acquirer import SECRET_KEY, SHOP_ID, SandboxAcquirer
from tests.starter.refund.shop import DEVELOPMENT_KEY, Shop
from worker import build_mail, build_worker

NO_MAIL_PORT = "9"


@pytest.fixture(scope="module")
def books(database_url: str) -> Iterator[Books]:
    books = Books(database_url)
    yield books
    books.close()


@pytest_asyncio.fixture(scope="module")
async def database(database_url: str) -> AsyncIterator[Database]:
    async with Database(database_url) as database:
        yield database


@pytest_asyncio.fixture(scope="session")
async def acquirer_process(
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[SandboxAcquirer]:
    process = SandboxAcquirer(tmp_path_factory.mktemp("acquirer") / "books.sqlite")
    yield process
    await process.stop()


@pytest.fixture(scope="module")
def settings(database_url: str, acquirer_process: SandboxAcquirer) -> Settings:
    return Settings.from_environment(
        {
            "KOPEYKA_ENVIRONMENT": "development",
            "KOPEYKA_DATABASE_URL": database_url,
            "KOPEYKA_TASK_QUEUE": f"refunds-{uuid4().hex}",
            "KOPEYKA_MAIL_FROM": "refunds@kopeyka.example",
            "KOPEYKA_SMTP_HOST": "127.0.0.1",
            "KOPEYKA_SMTP_PORT": NO_MAIL_PORT,
            "KOPEYKA_ACQUIRER_URL": acquirer_process.url,
            "KOPEYKA_ACQUIRER_SHOP_ID": SHOP_ID,
            "KOPEYKA_ACQUIRER_SECRET_KEY": SECRET_KEY,
            "KOPEYKA_CODE_KEY": "a-key-of-the-tests-for-one-time-codes-0123",
            "KOPEYKA_DEVELOPMENT_KEY": DEVELOPMENT_KEY,
        }
    )


@pytest.fixture(scope="module")
def temporal(temporal_env: WorkflowEnvironment) -> Client:
    """The server's client with the converter of the product."""
    found = temporal_env.client
    return Client(
        found.service_client, namespace=found.namespace, data_converter=pydantic_data_converter
    )


@pytest_asyncio.fixture(scope="module")
async def shop(
    settings: Settings,
    books: Books,
    database: Database,
    temporal: Client,
    acquirer_process: SandboxAcquirer,
) -> AsyncIterator[Shop]:
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
            httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://api")
        )
        yield Shop(http, books, temporal, settings, acquirer_process)
