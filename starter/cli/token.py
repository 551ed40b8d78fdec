"""Print a token for the API of a development installation; refused in production."""

import argparse

from domain.access.roles import Role
from domain.text import one_line
from environment import development_key
from starter.caller import CALLING_ROLES, caller_of, development_token
from starter.cli.failure import CommandFailed

DEFAULT_HOURS = 8
MAX_HOURS = 24 * 30
SECONDS_IN_HOUR = 3600


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Who the token stands for."""
    parser.add_argument("role", choices=sorted(CALLING_ROLES), help="whose rights it gives")
    parser.add_argument(
        "--login", type=one_line, help="who it stands for (the role's name, or the client's id)"
    )
    parser.add_argument("--client-id", help="the client's id; for the role client only")
    parser.add_argument(
        "--hours", type=int, default=DEFAULT_HOURS, help=f"how long it lives ({DEFAULT_HOURS})"
    )


def run(arguments: argparse.Namespace) -> int:
    """Prints the token alone, so that a script can take it."""
    key = development_key()
    if not 0 < arguments.hours <= MAX_HOURS:
        raise CommandFailed(f"--hours lies between 1 and {MAX_HOURS}")
    role = Role(arguments.role)
    if (role is Role.CLIENT) != (arguments.client_id is not None):
        raise CommandFailed("--client-id belongs to the role client, and to it only")
    login = arguments.login or arguments.client_id or role
    try:
        caller = caller_of(str(login), role, arguments.client_id)
    except ValueError as error:
        raise CommandFailed(str(error)) from None
    print(development_token(key, caller, arguments.hours * SECONDS_IN_HOUR))
    return 0
