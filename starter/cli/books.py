"""Check the books: every business truth, asked of the whole database."""

import argparse

from db.database import Database
from db.invariants import Difference, differences
from settings import Settings
from starter.cli.failure import run_async

FOUND = 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to do with the books: there is one thing so far."""
    parser.add_argument("deed", choices=["check"], help="ask every truth; changes nothing")


def run(_: argparse.Namespace) -> int:
    """One line per difference, and exit code 1 when there is one."""
    found = run_async(_check(Settings.from_environment()))
    for difference in found:
        print(f"{difference.truth}: {difference.found}")
    if not found:
        print("the books are right")
    return FOUND if found else 0


async def _check(settings: Settings) -> list[Difference]:
    async with Database(settings.database_url, pool_size=1) as database:
        return [difference async for difference in differences(database)]
