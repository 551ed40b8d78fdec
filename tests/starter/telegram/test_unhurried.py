"""Files are asked for when Telegram lets us, whoever wants one."""

from collections.abc import AsyncIterator
from time import monotonic

import pytest
import pytest_asyncio

from gateways.telegram import TelegramBusy, TelegramGateway, TelegramRefused
from starter.telegram import draining
from starter.telegram.draining import Unhurried
from tests.gateways.sandbox_telegram import TOKEN, SandboxTelegram

BUSY_SECONDS = 60
BUSY = {"kind": "busy", "method": "getFile", "times": 1, "seconds": BUSY_SECONDS}


@pytest_asyncio.fixture
async def gateway(telegram_process: SandboxTelegram) -> AsyncIterator[TelegramGateway]:
    """Ours; Telegram is honest again afterwards."""
    gateway = TelegramGateway(telegram_process.url, TOKEN)
    yield gateway
    await telegram_process.misbehave()
    await gateway.aclose()


async def test_no_file_is_asked_for_before_the_time_that_telegram_has_named(
    gateway: TelegramGateway,
    telegram_process: SandboxTelegram,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await telegram_process.misbehave(BUSY)
    fetch = Unhurried(gateway.download)
    for _ in range(2):  # Telegram itself would answer the second time
        with pytest.raises(TelegramBusy):
            await fetch("no-file")
    monkeypatch.setattr(draining, "monotonic", lambda: monotonic() + BUSY_SECONDS)
    with pytest.raises(TelegramRefused):
        await fetch("no-file")
