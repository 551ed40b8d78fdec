"""A bot over a real sandbox process, with everything behind it."""

import asyncio
from collections.abc import AsyncIterator

import pytest_asyncio
from temporalio.client import Client

from db.database import Database
from gateways.scans import ScanReader
from gateways.telegram import TelegramGateway
from starter.commands.cases import Cases
from starter.commands.services import Services
from starter.telegram.process import run
from tests.gateways.sandbox_telegram import TOKEN, SandboxTelegram
from tests.starter.refund.shop import Shop
from tests.starter.telegram.support import Support


@pytest_asyncio.fixture(scope="session")
async def telegram_process() -> AsyncIterator[SandboxTelegram]:
    """The sandbox of the folder."""
    process = SandboxTelegram()
    yield process
    await process.stop()


@pytest_asyncio.fixture(scope="module")
async def services(shop: Shop, database: Database) -> Services:
    """What the bot commands with."""

    async def connect() -> Client:
        return shop.temporal

    settings = shop.settings.model_copy(update={"telegram_token": TOKEN})
    cases = Cases(connect, settings.task_queue)
    return Services(settings, database, cases, ScanReader())


@pytest_asyncio.fixture(scope="module")
async def bot(services: Services, telegram_process: SandboxTelegram) -> AsyncIterator[None]:
    """The bot at work."""
    gateway = TelegramGateway(telegram_process.url, TOKEN)
    working = asyncio.create_task(run(services, gateway))
    yield
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)
    await gateway.aclose()


@pytest_asyncio.fixture
async def support(
    bot: None, services: Services, shop: Shop, telegram_process: SandboxTelegram
) -> AsyncIterator[Support]:
    """A client with its account, and the desk; Telegram is honest again afterwards."""
    yield Support(services, shop, telegram_process)
    await telegram_process.misbehave()
