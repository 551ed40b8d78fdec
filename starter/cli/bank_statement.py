"""Take bank statements in: `import` given files, or `watch` a folder for new ones."""

import argparse
import asyncio
import signal
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Final
from uuid import uuid4

from db.banking.bank_statement import CHUNK_BYTES, BankStatementRow
from db.database import Database
from domain.access.roles import Role
from domain.text import one_line
from settings import Settings
from starter.caller import Caller
from starter.cli.failure import CommandFailed
from starter.cli.outside import run_async
from starter.cli.services import services_of
from starter.cli.watched_folder import WatchedFolder
from starter.commands.banking.statement_file import settled, upload_bank_statement
from starter.commands.refusal import Refusal, RefusalKind
from starter.commands.services import Services
from texts import translate
from texts.statement_refusal import statement_refusal

LOOK_SECONDS: Final = 0.5
"""Between two looks at an import that goes on."""
WATCH_SECONDS: Final = 2.0
"""Between two looks at the folder; a file whose size stays the same for that long is whole."""
SOME_REFUSED = 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which files, or which folder, and who says so."""
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    one = verbs.add_parser("import", help="import files and wait until each is done")
    one.add_argument("files", nargs="+", type=Path, metavar="FILE")
    one.set_defaults(verb=_import)
    watch = verbs.add_parser(
        "watch",
        help="import what appears as *.txt; it moves to done/, or to refused/ with a reason",
    )
    watch.add_argument("folder", type=Path, metavar="DIR")
    watch.set_defaults(verb=_watch)
    for verb in (one, watch):
        verb.add_argument(
            "--by", required=True, type=one_line, help="your login: it is kept with the file"
        )


def run(arguments: argparse.Namespace) -> int:
    """Imports; exit code 1 when a file was refused."""
    if not arguments.by.strip():
        raise CommandFailed("--by names a person")
    verb: Callable[[argparse.Namespace], int] = arguments.verb
    return verb(arguments)


def _import(arguments: argparse.Namespace) -> int:
    for file in arguments.files:
        if not file.is_file():
            raise CommandFailed(f"there is no file {file}")
    return run_async(_import_all(arguments.files, arguments.by))


def _watch(arguments: argparse.Namespace) -> int:
    if not arguments.folder.is_dir():
        raise CommandFailed(f"there is no folder {arguments.folder}")
    return run_async(_watch_until_stopped(arguments.folder, arguments.by))


async def _import_all(files: list[Path], by: str) -> int:
    refused, caller = 0, Caller(by, Role.ACCOUNTANT)
    async with services_of(Settings.from_environment(), pool_size=2) as services:
        for file in files:
            refusal = await taken(services, caller, file)
            refused += refusal is not None
            print(f"{file.name}: {refusal or 'imported'}")
    return SOME_REFUSED if refused else 0


async def _watch_until_stopped(folder: Path, by: str) -> int:
    stopped = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stopped.set)
    watched, caller = WatchedFolder(folder), Caller(by, Role.ACCOUNTANT)
    async with services_of(Settings.from_environment(), pool_size=2) as services:
        print(f"watching {folder}", flush=True)
        while not stopped.is_set():
            for file in watched.whole_files():
                refusal = await taken(services, caller, file)
                watched.put_away(file, refusal)
                print(f"{file.name}: {refusal or 'imported'}", flush=True)
            try:
                await asyncio.wait_for(stopped.wait(), WATCH_SECONDS)
            except TimeoutError:
                continue
    return 0


async def taken(services: Services, caller: Caller, file: Path) -> str | None:
    """Imports one file to its end; None, or why it was refused."""
    try:
        found = await upload_bank_statement(services, caller, uuid4(), _pieces(file))
    except Refusal as refusal:
        if refusal.kind is RefusalKind.UNAVAILABLE:
            raise
        return translate(f"error.{refusal.code}", **refusal.params)
    ended = await _ended(services.database, found.row)
    if ended.refusal is None:
        return None
    return statement_refusal(ended.refusal, ended.refusal_detail, ended.refusal_line)


async def _ended(database: Database, row: BankStatementRow) -> BankStatementRow:
    while (ended := await settled(database, row.id)) is None:  # noqa: ASYNC110 - the worker's work
        await asyncio.sleep(LOOK_SECONDS)
    return ended


async def _pieces(file: Path) -> AsyncIterator[bytes]:
    with file.open("rb") as stream:
        while piece := stream.read(CHUNK_BYTES):
            yield piece
