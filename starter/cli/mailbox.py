"""Say where the letters to our own roles go; without an address they cannot be delivered."""

import argparse
from collections.abc import Mapping
from uuid import uuid4

from domain.access.roles import Role
from domain.notification.mail_address import AddressMalformed, ascii_address
from domain.text import one_line
from settings import Settings
from starter.cli.failure import CommandFailed
from starter.cli.outside import run_async
from starter.cli.services import AT_THE_MACHINE, services_of
from starter.commands.notification.mailbox import HAVE_MAILBOX, write_mailboxes


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Whose letters, and where to."""
    parser.add_argument(
        "boxes",
        nargs="+",
        metavar="ROLE=ADDRESS",
        help=f"a role ({', '.join(HAVE_MAILBOX)}) and its mail address from now on",
    )
    parser.add_argument(
        "--unless-set", action="store_true", help="leave a role that has an address as it is"
    )


def run(arguments: argparse.Namespace) -> int:
    """Stores all of them, or none when one is invalid; later letters are sent there."""
    boxes = dict(_box(text) for text in arguments.boxes)
    given = run_async(_put(Settings.from_environment(), boxes, unless_set=arguments.unless_set))
    for role in boxes:
        print(
            f"letters to the {role} go {f'to {boxes[role]}' if role in given else 'on as before'}"
        )
    return 0


def _box(text: str) -> tuple[Role, str]:
    role, _, address = one_line(text).partition("=")
    if role not in HAVE_MAILBOX:
        raise CommandFailed(f"ROLE=ADDRESS begins with one of {', '.join(HAVE_MAILBOX)}: {text}")
    try:
        ascii_address(address)
    except AddressMalformed as wrong:
        raise CommandFailed(f"ROLE=ADDRESS ends with a mail address: {text}: {wrong}") from None
    return Role(role), address


async def _put(
    settings: Settings, boxes: Mapping[Role, str], *, unless_set: bool
) -> frozenset[Role]:
    """The roles that got their address now."""
    async with services_of(settings) as services:
        return await write_mailboxes(
            services, AT_THE_MACHINE, uuid4(), boxes, unless_set=unless_set
        )
