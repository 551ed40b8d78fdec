"""Write one of our own bank accounts: payment runs are paid from it, its statements are taken."""

import argparse
import re
from datetime import UTC, datetime

from pydantic import ValidationError

from db.banking import own_account
from db.database import Database
from domain.text import one_line
from settings import Settings
from starter.api.banking.own_account import ACCOUNT_PATTERN, OwnAccountBody, problems_of
from starter.cli.failure import CommandFailed
from starter.cli.outside import run_async
from starter.commands.refusal import FieldError
from texts import translate


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
    body = _checked(arguments)
    written = run_async(_put(Settings.from_environment(), arguments, body))
    print(f"{arguments.account} is {'an account of ours' if written else 'as it was'}")
    return 0


def _checked(arguments: argparse.Namespace) -> OwnAccountBody:
    """The requisites; raises `CommandFailed` with everything that is wrong with them."""
    if not re.fullmatch(ACCOUNT_PATTERN, arguments.account):
        raise CommandFailed("ACCOUNT has twenty digits")
    given = {name: getattr(arguments, name) for name in OwnAccountBody.model_fields}
    try:
        body = OwnAccountBody.model_validate(given)
    except ValidationError as error:
        wrong = sorted({f"--{one['loc'][0]}".replace("_", "-") for one in error.errors()})
        raise CommandFailed(f"malformed: {', '.join(wrong)}") from None
    if problems := problems_of(arguments.account, body):
        raise CommandFailed("; ".join(map(_said, problems)))
    return body


def _said(problem: FieldError) -> str:
    field = problem.field or (problem.pointer or "").lstrip("/").replace("_", "-")
    return f"{field}: {translate(f'error.{problem.code}', 'en')}"


async def _put(settings: Settings, arguments: argparse.Namespace, body: OwnAccountBody) -> bool:
    """Whether the account is written now."""
    written = arguments.account, arguments.by, datetime.now(UTC), body.model_dump()
    async with Database(settings.database_url, pool_size=1) as database:
        if arguments.unless_set:
            return await own_account.put_first(database, *written)
        await own_account.put(database, *written)
    return True
