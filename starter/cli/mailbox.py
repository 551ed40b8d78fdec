"""Say where the letters to our own roles go; without an address they cannot be delivered."""

import argparse
from collections.abc import Mapping

from db.database import Database
from db.notification import mailbox
from domain.access.roles import Role
from domain.notification.mail_address import AddressMalformed, ascii_address
from domain.text import one_line
from settings import Settings
from starter.cli.failure import CommandFailed
from starter.cli.outside import run_async

ROLES = (Role.SPECIALIST, Role.ACCOUNTANT, Role.OPERATOR)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Whose letters, and where to."""
    parser.add_argument(
        "boxes",
        nargs="+",
        metavar="ROLE=ADDRESS",
        help=f"a role ({', '.join(ROLES)}) and its mail address from now on",
    )
    parser.add_argument(
        "--unless-set", action="store_true", help="leave a role that has an address as it is"
    )


def run(arguments: argparse.Namespace) -> int:
    """Stores all of them, or none when one is wrong; the next letters go there."""
    boxes = dict(_box(text) for text in arguments.boxes)
    given = run_async(_put(Settings.from_environment(), boxes, unless_set=arguments.unless_set))
    for role in boxes:
        print(
            f"letters to the {role} go {f'to {boxes[role]}' if role in given else 'on as before'}"
        )
    return 0


def _box(text: str) -> tuple[Role, str]:
    role, _, address = one_line(text).partition("=")
    if role not in ROLES:
        raise CommandFailed(f"ROLE=ADDRESS begins with one of {', '.join(ROLES)}: {text}")
    try:
        ascii_address(address)
    except AddressMalformed as wrong:
        raise CommandFailed(f"ROLE=ADDRESS ends with a mail address: {text}: {wrong}") from None
    return Role(role), address


async def _put(settings: Settings, boxes: Mapping[Role, str], *, unless_set: bool) -> set[Role]:
    """The roles that got their address now."""
    put = mailbox.put_first if unless_set else mailbox.put
    async with Database(settings.database_url, pool_size=1) as database:
        return {role for role, address in boxes.items() if await put(database, role, address)}
