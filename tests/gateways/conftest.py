"""Fixtures of the gateway tests: a sandbox acquirer of the session, a gateway to it, a receiver."""

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from gateways.acquirer import AcquirerGateway
from tests.gateways.sandbox_acquirer import SECRET_KEY, SHOP_ID, SandboxAcquirer, WebhookReceiver


@pytest_asyncio.fixture(scope="session")
async def acquirer_process(
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[SandboxAcquirer]:
    process = SandboxAcquirer(tmp_path_factory.mktemp("acquirer") / "books.sqlite")
    yield process
    await process.stop()


@pytest_asyncio.fixture
async def acquirer(acquirer_process: SandboxAcquirer) -> AsyncIterator[SandboxAcquirer]:
    """The session's acquirer, honest and with nobody to tell until the test says otherwise."""
    yield acquirer_process
    await acquirer_process.misbehave()
    await acquirer_process.tell(None)


@pytest_asyncio.fixture
async def gateway(acquirer: SandboxAcquirer) -> AsyncIterator[AcquirerGateway]:
    gateway = AcquirerGateway(acquirer.url, SHOP_ID, SECRET_KEY)
    yield gateway
    await gateway.aclose()


@pytest.fixture
def receiver() -> Iterator[WebhookReceiver]:
    receiver = WebhookReceiver()
    yield receiver
    receiver.close()


@pytest_asyncio.fixture
async def start_acquirer(tmp_path: Path) -> AsyncIterator[Callable[..., SandboxAcquirer]]:
    """Starts processes over one books file; those still running are stopped, however it ended."""
    started: list[SandboxAcquirer] = []

    def start(*options: str) -> SandboxAcquirer:
        started.append(SandboxAcquirer(tmp_path / "books.sqlite", *options))
        return started[-1]

    yield start
    for process in started:
        await process.stop()
