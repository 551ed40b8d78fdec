"""Write one of our own bank accounts: payment runs are paid from it, its statements are taken."""

import argparse
from collections.abc import Mapping
from dataclasses import fields
from types import MappingProxyType
from uuid import uuid4

from domain.access.roles import Role
from domain.text import one_line
from settings import Settings
from starter.caller import Caller
from starter.cli.failure import CommandFailed
from starter.cli.outside import run_async, said
from starter.cli.services import services_of
from starter.commands.banking.own_account import OwnAccount, problems_of, write_own_account
from starter.commands.refusal import invalid

NEEDED: Mapping[str, str] = MappingProxyType(
    {
        "name": "ours, as orders name the payer",
        "inn": "ours",
        "bic": "of the bank",
        "bank-name": "of the bank",
        "by": "your login: it is kept with the account",
    }
)
OPTIONAL: Mapping[str, str] = MappingProxyType(
    {
        "kpp": "ours; a sole trader has none",
        "address": "ours, as invoices name it",
        "correspondent-account": "of the bank",
    }
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Our requisites there, and who says so."""
    parser.add_argument("account", metavar="ACCOUNT", help="twenty digits")
    for name, help_text in NEEDED.items():
        parser.add_argument(f"--{name}", required=True, type=one_line, help=help_text)
    for name, help_text in OPTIONAL.items():
        parser.add_argument(f"--{name}", type=one_line, help=help_text)
    parser.add_argument("--unless-set", action="store_true", help="leave a known account as it is")


def run(arguments: argparse.Namespace) -> int:
    """Stores it once everything about it is right; the next payment run may leave by it."""
    if not arguments.by.strip():
        raise CommandFailed("--by names a person")
    requisites = _checked(arguments)
    written = run_async(_put(Settings.from_environment(), arguments, requisites))
    print(f"{arguments.account} is {'an account of ours' if written else 'as it was'}")
    return 0


def _checked(arguments: argparse.Namespace) -> OwnAccount:
    """The requisites; raises `CommandFailed` with everything that is wrong with them."""
    written = OwnAccount(**{one.name: getattr(arguments, one.name) for one in fields(OwnAccount)})
    if problems := problems_of(arguments.account, written):
        raise CommandFailed(said(invalid(*problems)))
    return written


async def _put(settings: Settings, arguments: argparse.Namespace, written: OwnAccount) -> bool:
    """Whether the account is written now."""
    caller = Caller(arguments.by, Role.ACCOUNTANT)
    async with services_of(settings) as services:
        done = await write_own_account(
            services,
            caller,
            uuid4(),
            arguments.account,
            written,
            unless_set=arguments.unless_set,
        )
    return not done.is_as_it_was
