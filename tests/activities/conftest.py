"""A module's database and its books, and a sandbox acquirer of these tests."""

from collections.abc import AsyncIterator

import pytest_asyncio

from gateways.acquirer import AcquirerGateway
from gateways.acquirer.gateway import AcquirerTimeouts
from tests.fixtures import acquirer, acquirer_process, books, database
from tests.gateways.sandbox_acquirer import SECRET_KEY, SHOP_ID, SandboxAcquirer

__all__ = ["acquirer", "acquirer_process", "books", "database"]

PATIENCE = AcquirerTimeouts(overall=5.0)


@pytest_asyncio.fixture
async def gateway(acquirer: SandboxAcquirer) -> AsyncIterator[AcquirerGateway]:
    gateway = AcquirerGateway(acquirer.url, SHOP_ID, SECRET_KEY, timeouts=PATIENCE)
    yield gateway
    await gateway.aclose()
