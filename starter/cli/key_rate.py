"""Import the key rate from a file: shows what changes, and with its digest changes it."""

import argparse
from datetime import date
from pathlib import Path
from uuid import uuid4

from domain.access.roles import Role
from domain.text import one_line
from settings import Settings
from starter.caller import Caller
from starter.cli.failure import CommandFailed
from starter.cli.outside import run_async
from starter.cli.services import services_of
from starter.commands.compensation.rate_import import (
    RatePreview,
    import_first_key_rate,
    import_key_rate,
    preview_key_rate_import,
)
from starter.presentation.compensation.key_rate import differences_shown


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The file, the day up to which its last rate is known, and who says so."""
    parser.add_argument("file", type=Path, metavar="FILE", help="lines `from,rate_percent`")
    parser.add_argument(
        "--covered-until",
        required=True,
        type=date.fromisoformat,
        metavar="DAY",
        help="the last day for which the last rate is known to hold, as 2026-09-08",
    )
    parser.add_argument(
        "--by", required=True, type=one_line, help="your login: it is kept with the import"
    )
    chosen = parser.add_mutually_exclusive_group()
    chosen.add_argument("--digest", help="from the preview: make these changes")
    chosen.add_argument(
        "--unless-set", action="store_true", help="import unless there is a key rate"
    )


def run(arguments: argparse.Namespace) -> int:
    """Without a digest nothing is changed."""
    if not arguments.by.strip():
        raise CommandFailed("--by names a person")
    if not arguments.file.is_file():
        raise CommandFailed(f"there is no file {arguments.file}")
    for line in run_async(_done(Settings.from_environment(), arguments)):
        print(line)
    return 0


async def _done(settings: Settings, arguments: argparse.Namespace) -> list[str]:
    caller, content = Caller(arguments.by, Role.ACCOUNTANT), arguments.file.read_bytes()
    asked = (caller, uuid4(), content, arguments.covered_until)
    async with services_of(settings) as services:
        if arguments.unless_set:
            imported = await import_first_key_rate(services, *asked)
            return ["the key rate is " + ("as it was" if imported is None else "imported")]
        if arguments.digest is not None:
            seen = await import_key_rate(services, *asked, arguments.digest)
            return [*_changes(seen), "imported"]
        seen = await preview_key_rate_import(services, *asked)
        return [*_changes(seen), f"nothing is changed yet: --digest {seen.digest}"]


def _changes(seen: RatePreview) -> list[str]:
    return [
        f"{one.first_day} - {one.last_day}: {one.was or 'unknown'} -> {one.becomes or 'unknown'}"
        for one in differences_shown(seen.changes)
    ]
