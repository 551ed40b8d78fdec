"""Read the letters to support until SIGTERM or Ctrl-C."""

import argparse
import asyncio

from domain.ticket.mail import LETTER_BYTES
from gateways.mailbox import Mailbox
from settings import Settings
from starter.cli.failure import CommandFailed
from starter.cli.services import services_of
from starter.cli.working import begin, until_stopped
from starter.mail_in.process import run as read

OFF = "KOPEYKA_IMAP_HOST and KOPEYKA_SUPPORT_MAILBOX are not both set: no letters are read"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Everything it needs is a setting."""


def run(arguments: argparse.Namespace) -> int:
    """Reads; without a mailbox, or on a database of another schema, it says so and does not
    begin.
    """
    settings = begin()
    if settings.imap_host is None or settings.support_mailbox is None:
        raise CommandFailed(OFF)
    asyncio.run(_read(settings, settings.imap_host, settings.support_mailbox))
    return 0


async def _read(settings: Settings, host: str, name: str) -> None:
    mailbox = Mailbox(
        host,
        settings.imap_port,
        settings.imap_username or name,
        settings.imap_password or "",
        tls=settings.imap_tls,
        letter_bytes=LETTER_BYTES,
    )
    async with services_of(settings, pool_size=2) as services:
        await until_stopped(read(services, mailbox, name))
