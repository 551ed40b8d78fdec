"""What tests of many kinds stand on. A folder's conftest.py names those that its tests ask for, and
has its own sandbox acquirer so: what other folders do to theirs is nothing to it.
"""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from db.database import Database
from gateways.acquirer import AcquirerGateway
from tests.gateways.sandbox_acquirer import SECRET_KEY, SHOP_ID, SandboxAcquirer
from tests.renewal_books import RenewalBooks


@pytest.fixture(scope="module")
def books(database_url: str) -> Iterator[RenewalBooks]:
    """What is put down in the module's database behind the product's back."""
    books = RenewalBooks(database_url)
    yield books
    books.close()


@pytest_asyncio.fixture(scope="module")
async def database(database_url: str) -> AsyncIterator[Database]:
    """The product's own way to the module's database."""
    async with Database(database_url) as database:
        yield database


@pytest_asyncio.fixture(scope="session")
async def acquirer_process(
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[SandboxAcquirer]:
    """A sandbox acquirer of the folder."""
    process = SandboxAcquirer(tmp_path_factory.mktemp("acquirer") / "books.sqlite")
    yield process
    await process.stop()


@pytest_asyncio.fixture
async def acquirer(acquirer_process: SandboxAcquirer) -> AsyncIterator[SandboxAcquirer]:
    """The folder's acquirer, honest and with nobody to tell until the test says otherwise."""
    yield acquirer_process
    await acquirer_process.misbehave()
    await acquirer_process.tell(None)


@pytest_asyncio.fixture
async def gateway(acquirer: SandboxAcquirer) -> AsyncIterator[AcquirerGateway]:
    """The product's own way to that acquirer."""
    gateway = AcquirerGateway(acquirer.url, SHOP_ID, SECRET_KEY)
    yield gateway
    await gateway.aclose()
