"""Write one of our own bank accounts: payment runs are paid from it, its statements are taken."""

import argparse
import re
from uuid import uuid4

from pydantic import ValidationError

from domain.access.roles import Role
from domain.text import one_line
from settings import Settings
from starter.api.banking.own_account import ACCOUNT_PATTERN, OwnAccountBody
from starter.caller import Caller
from starter.cli.failure import CommandFailed
from starter.cli.outside import run_async, said
from starter.cli.services import services_of
from starter.commands.banking.own_account import OwnAccount, problems_of, write_own_account
from starter.commands.refusal import invalid


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Our requisites there, and who says so."""
    parser.add_argument("account", metavar="ACCOUNT", help="twenty digits")
    parser.add_argument("--name", required=True, help="ours, as orders name the payer")
    parser.add_argument("--inn", required=True, help="ours")
    parser.add_argument("--kpp", help="ours; a sole trader has none")
    parser.add_argument("--address", help="ours, as invoices name it")
    parser.add_argument("--bic", required=True, help="of the bank")
    parser.add_argument("--bank-name", required=True, help="of the bank")
    parser.add_argument("--correspondent-account", help="of the bank")
    parser.add_argument(
        "--by", required=True, type=one_line, help="your login: it is kept with the account"
    )
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
    if not re.fullmatch(ACCOUNT_PATTERN, arguments.account):
        raise CommandFailed("ACCOUNT has twenty digits")
    given = {name: getattr(arguments, name) for name in OwnAccountBody.model_fields}
    try:
        written = OwnAccountBody.model_validate(given).written
    except ValidationError as error:
        wrong = sorted({f"--{one['loc'][0]}".replace("_", "-") for one in error.errors()})
        raise CommandFailed(f"malformed: {', '.join(wrong)}") from None
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
