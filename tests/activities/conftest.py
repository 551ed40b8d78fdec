"""A module's database and its books, and a sandbox acquirer of the session."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from db.database import Database
from gateways.acquirer import AcquirerGateway
from gateways.acquirer.gateway import AcquirerTimeouts
from tests.books import Books
from tests.gateways.sandbox_acquirer import SECRET_KEY, SHOP_ID, SandboxAcquirer

PATIENCE = AcquirerTimeouts(overall=5.0)


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


@pytest_asyncio.fixture
async def acquirer(acquirer_process: SandboxAcquirer) -> AsyncIterator[SandboxAcquirer]:
    """Honest until the test says otherwise."""
    yield acquirer_process
    await acquirer_process.misbehave()


@pytest_asyncio.fixture
async def gateway(acquirer: SandboxAcquirer) -> AsyncIterator[AcquirerGateway]:
    gateway = AcquirerGateway(acquirer.url, SHOP_ID, SECRET_KEY, timeouts=PATIENCE)
    yield gateway
    await gateway.aclose()
