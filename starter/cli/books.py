"""Check the books: every invariant, asked of the whole database."""

import argparse
from uuid import uuid4

from settings import Settings
from starter.cli.outside import run_async
from starter.cli.services import AT_THE_MACHINE, services_of
from starter.commands.reconciliation.check import check_books
from texts import Language, translate
from texts.invariants import invariant_title

FOUND = 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to do with the books: there is one thing so far."""
    parser.add_argument("action", choices=["check"], help="ask every invariant; mends nothing")
    parser.add_argument("--language", choices=["ru", "en"], default="ru", help="of the output")


def run(arguments: argparse.Namespace) -> int:
    """One line per difference, our own first, and exit code 1 when there is one."""
    if run_async(_checked(Settings.from_environment(), arguments.language)):
        return FOUND
    print(translate("ui.books_right", arguments.language))
    return 0


async def _checked(settings: Settings, language: Language) -> bool:
    """Prints what is found at once; whether there was anything."""
    found = False
    async with services_of(settings) as services:
        async for difference in await check_books(services, AT_THE_MACHINE, uuid4()):
            found = True
            print(f"{invariant_title(difference.invariant, language)}: {difference.found}")
    return found
