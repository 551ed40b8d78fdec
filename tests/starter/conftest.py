"""The API over a real database: without Temporal, and with a Temporal server and a worker."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment

from db.database import Database
from gateways.acquirer import AcquirerGateway
from starter.api.app import create_app
from tests.books import Books
from tests.starter.caller import Api, calling, settings
from worker import build_mail, build_worker


async def nobody() -> Client:
    """A way to a Temporal that does not answer."""
    raise RuntimeError("connection refused")


@pytest.fixture(scope="module")
def books(database_url: str) -> Iterator[Books]:
    books = Books(database_url)
    yield books
    books.close()


@pytest_asyncio.fixture(scope="module")
async def api(database_url: str) -> AsyncIterator[Api]:
    """The API while Temporal is away."""
    configured = settings(database_url)
    async with calling(create_app(configured, Database(database_url), nobody)) as api:
        yield api


@pytest_asyncio.fixture(scope="module")
async def whole_api(database_url: str, temporal_env: WorkflowEnvironment) -> AsyncIterator[Api]:
    """The API with a Temporal server and a worker behind it."""
    configured = settings(database_url)

    client = Client(
        temporal_env.client.service_client,
        namespace=temporal_env.client.namespace,
        data_converter=pydantic_data_converter,
    )

    async def connect() -> Client:
        return client

    acquirer = AcquirerGateway(
        configured.acquirer_url, configured.acquirer_shop_id, configured.acquirer_secret_key
    )
    async with (
        Database(database_url) as database,
        build_worker(client, configured, database, acquirer, build_mail(configured)),
        calling(create_app(configured, Database(database_url), connect)) as api,
    ):
        yield api
    await acquirer.aclose()
