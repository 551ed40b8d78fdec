"""Say where the letters to a role of ours go; without an address they cannot be delivered."""

import argparse
import re

from db import mailbox
from db.database import Database
from domain.access import Role
from settings import Settings
from starter.api.client import EMAIL_PATTERN, MAX_EMAIL_LENGTH
from starter.cli.failure import CommandFailed, run_async

ROLES = (Role.SPECIALIST, Role.ACCOUNTANT, Role.OPERATOR)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Whose letters, and where to."""
    parser.add_argument("role", choices=ROLES, help="who is written to")
    parser.add_argument("address", help="one mail address; it replaces the one before")


def run(arguments: argparse.Namespace) -> int:
    """Stores it; the next letter goes there."""
    address: str = arguments.address
    if len(address) > MAX_EMAIL_LENGTH or not re.fullmatch(EMAIL_PATTERN, address):
        raise CommandFailed(f"this is no mail address: {address[:MAX_EMAIL_LENGTH]}")
    run_async(_put(Settings.from_environment(), Role(arguments.role), address))
    print(f"letters to the {arguments.role} go to {address}")
    return 0


async def _put(settings: Settings, role: Role, address: str) -> None:
    async with Database(settings.database_url, pool_size=1) as database:
        await mailbox.put(database, role, address)
