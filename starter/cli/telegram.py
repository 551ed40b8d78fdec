"""Serve support in Telegram until SIGTERM or Ctrl-C."""

import argparse
import asyncio
import logging

from gateways.telegram import TelegramGateway
from settings import Settings
from starter.cli.failure import CommandFailed
from starter.cli.services import services_of
from starter.cli.working import begin, until_stopped
from starter.telegram.process import run as work

POOL_SIZE = 10
OFF = "KOPEYKA_TELEGRAM_TOKEN is not set: support in Telegram is off"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Everything it needs is a setting."""


def run(arguments: argparse.Namespace) -> int:
    """Works; without a token, or on a database of another schema, it says so and does not begin."""
    settings = begin()
    logging.getLogger("httpx2").setLevel(logging.WARNING)  # addresses of requests have the token
    if settings.telegram_token is None:
        raise CommandFailed(OFF)
    asyncio.run(_work(settings, settings.telegram_token))
    return 0


async def _work(settings: Settings, token: str) -> None:
    gateway = TelegramGateway(settings.telegram_url, token)
    async with services_of(settings, POOL_SIZE) as services:
        try:
            await until_stopped(work(services, gateway))
        finally:
            await gateway.aclose()
