"""The bookkeeping: one worker and one API for the tests of a module."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack

import httpx2
import pytest
import pytest_asyncio
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment

from db.database import Database
from gateways.acquirer import AcquirerGateway
from starter.api.app import create_app
from tests.books import Books
from tests.starter.bookkeeping import Bookkeeping
from tests.starter.caller import settings
from tests.starter.refund.shop import DEVELOPMENT_KEY
from worker import build_mail, build_worker


@pytest.fixture(scope="module")
def books(database_url: str) -> Iterator[Books]:
    books = Books(database_url)
    yield books
    books.close()


@pytest_asyncio.fixture(scope="module")
async def bookkeeping(
    database_url: str, books: Books, temporal_env: WorkflowEnvironment
) -> AsyncIterator[Bookkeeping]:
    configured = settings(database_url, KOPEYKA_DEVELOPMENT_KEY=DEVELOPMENT_KEY)
    server = temporal_env.client
    temporal = Client(
        server.service_client, namespace=server.namespace, data_converter=pydantic_data_converter
    )

    async def connect() -> Client:
        return temporal

    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(Database(database_url))
        acquirer = AcquirerGateway(configured.acquirer_url, "shop", "secret")
        stack.push_async_callback(acquirer.aclose)
        await stack.enter_async_context(
            build_worker(temporal, configured, database, acquirer, build_mail(configured))
        )
        http = await stack.enter_async_context(
            httpx2.AsyncClient(
                transport=httpx2.ASGITransport(create_app(configured, database, connect)),
                base_url="http://api",
            )
        )
        found = Bookkeeping(http, books, temporal, configured, database)
        await found.write_own_account()
        yield found
