"""Check the books: every invariant, asked of the whole database."""

import argparse
from collections.abc import Iterable
from datetime import UTC, datetime

from db.database import Database
from db.invariants import Difference, differences
from db.reconciliation import comparison
from domain.reconciliation.acquirer_list import COMPARED
from gateways.acquirer import AcquirerGateway, payments_captured, refunds_listed
from settings import Settings
from starter.cli.outside import run_async
from texts import Language, translate
from texts.invariants import invariant_title

FOUND = 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to do with the books: there is one thing so far."""
    parser.add_argument("action", choices=["check"], help="ask every invariant; mends nothing")
    parser.add_argument("--language", choices=["ru", "en"], default="ru", help="of the output")


def run(arguments: argparse.Namespace) -> int:
    """One line per difference, our own first, and exit code 1 when there is one."""
    settings = Settings.from_environment()
    own = run_async(_own(settings))
    _print(own, arguments.language)
    theirs = run_async(_of_the_lists(settings))
    _print(theirs, arguments.language)
    if own or theirs:
        return FOUND
    print(translate("ui.books_right", arguments.language))
    return 0


def _print(found: Iterable[Difference], language: Language) -> None:
    for difference in found:
        print(f"{invariant_title(difference.invariant, language)}: {difference.found}")


async def _own(settings: Settings) -> list[Difference]:
    async with Database(settings.database_url, pool_size=1) as database:
        return [difference async for difference in differences(database)]


async def _of_the_lists(settings: Settings) -> list[Difference]:
    """What the acquirer's lists say of our books, as far as nobody has decided about it."""
    acquirer = AcquirerGateway(
        settings.acquirer_url, settings.acquirer_shop_id, settings.acquirer_secret_key
    )
    try:
        async with Database(settings.database_url, pool_size=1) as database:
            now = datetime.now(UTC)
            refunds = refunds_listed(acquirer, now - COMPARED)
            payments = payments_captured(acquirer, now - COMPARED)
            found, _ = await comparison.compare(database, refunds, payments, now)
    finally:
        await acquirer.aclose()
    return [Difference(one.invariant, one.found) for one in found]
