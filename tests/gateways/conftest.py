"""Fixtures of the gateway tests: a sandbox acquirer of the session, a gateway to it, a receiver."""

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.fixtures import acquirer, acquirer_process, gateway
from tests.gateways.sandbox_acquirer import SandboxAcquirer, WebhookReceiver

__all__ = ["acquirer", "acquirer_process", "gateway"]


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
