"""Check the books: every business truth, asked of the whole database."""

import argparse

from db.database import Database
from db.invariants import Difference, differences
from settings import Settings
from starter.cli.outside import run_async
from texts import say
from texts.truths import truth_title

FOUND = 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to do with the books: there is one thing so far."""
    parser.add_argument("deed", choices=["check"], help="ask every truth; changes nothing")
    parser.add_argument("--language", choices=["ru", "en"], default="ru", help="of the output")


def run(arguments: argparse.Namespace) -> int:
    """One line per difference, and exit code 1 when there is one."""
    found = run_async(_check(Settings.from_environment()))
    for difference in found:
        print(f"{truth_title(difference.truth, arguments.language)}: {difference.found}")
    if not found:
        print(say("ui.books_right", arguments.language))
    return FOUND if found else 0


async def _check(settings: Settings) -> list[Difference]:
    async with Database(settings.database_url, pool_size=1) as database:
        return [difference async for difference in differences(database)]
