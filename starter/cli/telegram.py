"""Serve support in Telegram until SIGTERM or Ctrl-C."""

import argparse
import asyncio
import logging
import signal

from db.schema_version import SchemaRefused, SchemaUnknown, require_newest
from environment import set_up_logs, temporal_options
from gateways.telegram import TelegramGateway
from settings import Settings
from starter.cli.failure import CommandFailed
from starter.cli.services import services_of
from starter.telegram.process import run as work

POOL_SIZE = 10
OFF = "KOPEYKA_TELEGRAM_TOKEN is not set: support in Telegram is off"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Everything it needs is a setting."""


def run(arguments: argparse.Namespace) -> int:
    """Works; without a token, or on a database of another schema, it says so and does not begin."""
    settings = Settings.from_environment()
    temporal_options()
    set_up_logs()
    logging.getLogger("httpx2").setLevel(logging.WARNING)  # addresses of requests have the token
    if settings.telegram_token is None:
        raise CommandFailed(OFF)
    try:
        require_newest(settings.database_url)
    except (SchemaRefused, SchemaUnknown) as refused:
        raise CommandFailed(str(refused)) from None
    asyncio.run(_until_stopped(settings, settings.telegram_token))
    return 0


async def _until_stopped(settings: Settings, token: str) -> None:
    """Ends the work at once: whatever is under way is in the database."""
    stopped = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stopped.set)
    gateway = TelegramGateway(settings.telegram_url, token)
    async with services_of(settings, POOL_SIZE) as services:
        working = asyncio.create_task(work(services, gateway))
        stopping = asyncio.create_task(stopped.wait())
        try:
            await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopping.cancel()
            working.cancel()
            done = await asyncio.gather(working, return_exceptions=True)
            await gateway.aclose()
    (ended,) = done
    if isinstance(ended, Exception):
        raise ended
