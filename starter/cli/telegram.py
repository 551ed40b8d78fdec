"""Serve support in Telegram until SIGTERM or Ctrl-C."""

import argparse
import asyncio
import logging
import socket

from gateways.telegram import TelegramGateway
from settings import Settings
from starter.cli.failure import CommandFailed
from starter.cli.services import services_of
from starter.cli.serving import add_address, beside, listen
from starter.cli.working import begin, until_stopped
from starter.telegram.process import run as work
from starter.telegram.webhook import create_app

POOL_SIZE = 10
DEFAULT_PORT = 8082
OFF = "KOPEYKA_TELEGRAM_TOKEN is not set: support in Telegram is off"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to listen for what Telegram brings; all else is a setting."""
    add_address(parser, DEFAULT_PORT)


def run(arguments: argparse.Namespace) -> int:
    """Works; without a token, or on a database of another schema, it says so and does not begin."""
    settings = begin()
    logging.getLogger("httpx2").setLevel(logging.WARNING)  # addresses of requests have the token
    if settings.telegram_token is None:
        raise CommandFailed(OFF)
    is_brought = settings.telegram_webhook_url is not None
    listening = listen(arguments.host, arguments.port) if is_brought else None
    asyncio.run(_work(settings, settings.telegram_token, listening))
    return 0


async def _work(settings: Settings, token: str, listening: socket.socket | None) -> None:
    gateway = TelegramGateway(settings.telegram_url, token)
    bot_id = int(token.partition(":")[0])
    async with services_of(settings, POOL_SIZE) as services:
        working = work(services, gateway)
        if listening is not None:
            application = create_app(services, bot_id, settings.telegram_webhook_url or "/")
            working = beside(working, application, listening)
        try:
            await until_stopped(working)
        finally:
            await gateway.aclose()
