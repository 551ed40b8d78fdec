"""One import of one bank statement in a process of its own, ours or a bare one:
`python -m bench.statement_import …`.
"""

import argparse
import asyncio
import gc
import json
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

import psycopg
from temporalio.testing import ActivityEnvironment

from activities.banking.bank_statement import BankStatementActivities
from db.banking.bank_statement import CHUNK_BYTES
from db.database import Database
from domain.banking.statement_import import ImportOutcome
from starter.commands.banking.statement_file import receive

KIB = 1024
PROCESS_STATUS = Path("/proc/self/status")
BARE_KEYS = (
    "Номер",
    "Дата",
    "Сумма",
    "ДатаСписано",
    "ДатаПоступило",
    "ПлательщикСчет",
    "Плательщик1",
    "ПлательщикИНН",
    "ПлательщикБИК",
    "ПолучательСчет",
    "Получатель1",
    "ПолучательИНН",
    "ПолучательБИК",
    "НазначениеПлатежа",
)
"""What the bare import keeps of a document, each as text."""
BARE_TABLE = "CREATE TABLE bare_entries ({})".format(
    ", ".join(f"column_{number} text" for number in range(len(BARE_KEYS)))
).encode()


class Way(StrEnum):
    """How a file becomes rows."""

    OURS = "ours"
    BARE = "bare"


class NotImported(Exception):  # noqa: N818  the name says what is the matter
    """The file was refused."""


def import_as_we_do(database_url: str, file: Path) -> int:
    """From the file on the disk to the last row: kept in pieces, checked whole, then stored."""
    return asyncio.run(_as_we_do(database_url, file))


def import_bare(database_url: str, file: Path) -> int:
    """Lines split at the first `=`, a row a document, COPY into one table; nothing is checked."""
    count = 0
    with psycopg.connect(database_url) as connection:
        connection.execute(BARE_TABLE)
        with connection.cursor().copy(b"COPY bare_entries FROM STDIN") as copy:
            for document in _documents(file):
                copy.write_row([document.get(key) for key in BARE_KEYS])
                count += 1
    return count


WAYS: Mapping[Way, Callable[[str, Path], int]] = MappingProxyType(
    {Way.OURS: import_as_we_do, Way.BARE: import_bare}
)


async def _as_we_do(database_url: str, file: Path) -> int:
    async with Database(database_url) as database:
        row, _ = await receive(database, _pieces(file), "bench")
        steps = BankStatementActivities(database)
        outcome: ImportOutcome = await ActivityEnvironment().run(
            steps.import_statement, str(row.id)
        )
    if outcome.refusal is not None:
        raise NotImported(outcome.refusal)
    return outcome.entries_new


async def _pieces(file: Path) -> AsyncIterator[bytes]:
    with file.open("rb") as stream:
        while piece := stream.read(CHUNK_BYTES):
            yield piece


def _documents(file: Path) -> Iterator[dict[str, str]]:
    document: dict[str, str] = {}
    with file.open(encoding="cp1251", newline="\r\n") as lines:
        for line in lines:
            key, _, value = line.rstrip("\r\n").partition("=")
            if key == "СекцияДокумент":
                document = {}
            elif key == "КонецДокумента":
                yield document
            else:
                document[key] = value


def peak_bytes() -> int:
    """The most memory that this process has had; a parent's share before it began is not in it."""
    (line,) = [one for one in PROCESS_STATUS.read_text().splitlines() if "VmHWM" in one]
    return int(line.split()[1]) * KIB


def main() -> None:
    """Imports, and prints entries, seconds, processor time and the peak of memory as JSON."""
    parser = argparse.ArgumentParser(prog="python -m bench.statement_import", description=__doc__)
    parser.add_argument("way", type=Way, choices=list(Way))
    parser.add_argument("--database", required=True, metavar="URL")
    parser.add_argument("--file", required=True, type=Path)
    asked = parser.parse_args()
    began, before = time.monotonic(), time.process_time()
    entries = WAYS[asked.way](asked.database, asked.file)
    said = {
        "entries": entries,
        "seconds": time.monotonic() - began,
        "cpu_seconds": time.process_time() - before,
        "peak_bytes": peak_bytes(),
    }
    json.dump(said, sys.stdout)
    gc.collect()


if __name__ == "__main__":
    main()
