"""Compares our import of a bank statement with a bare one, each in a process of its own."""

import json
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import psutil
import psycopg

from bench.processor_time import MS, between, spent_ms
from bench.statement_import import Way
from bench.statements import OUR_ACCOUNT, OUR_BIC, OUR_INN, OUR_NAME, write_statement
from db.migrations import upgrade
from stack.folders import CHECKOUT
from stack.postgres import Postgres
from stack.product import inherited

SIZES = SMALL, LARGE = (10_000, 100_000)
"""Entries of the two files."""
ROUNDS = 3
SEED = 7
TEMPLATE = "bench_import"
MEBIBYTE = 1024 * 1024
_OUR_ACCOUNT_ROW = b"""
INSERT INTO own_accounts (account, bic, bank_name, name, inn, written_by, created_at, updated_at)
VALUES (%s, %s, 'Bank', %s, %s, 'bench', now(), now())
"""


class ImportFailed(Exception):  # noqa: N818  the name says what is the matter
    """A process that imports has ended with an error."""


@dataclass(frozen=True)
class Imported:
    """One import of one file: processor time of the importing process, and of PostgreSQL."""

    entries: int
    seconds: float
    cpu_seconds: float
    peak_bytes: int
    server_seconds: float

    @property
    def per_second(self) -> float:
        """Entries a second."""
        return self.entries / self.seconds


@dataclass(frozen=True)
class Imports:
    """The imports of every size and way, a round at a time."""

    measured: Mapping[tuple[int, Way], Sequence[Imported]]

    def per_second(self, size: int, way: Way) -> float:
        """Median over the rounds."""
        return median(one.per_second for one in self.measured[size, way])

    def peak_mebibytes(self, size: int, way: Way) -> float:
        """The largest of the rounds."""
        return max(one.peak_bytes for one in self.measured[size, way]) / MEBIBYTE

    def speed_ratio(self, size: int) -> float:
        """Of ours to the bare one's: the median of the ratios within each round."""
        pairs = zip(self.measured[size, Way.OURS], self.measured[size, Way.BARE], strict=True)
        return median(ours.per_second / bare.per_second for ours, bare in pairs)

    def cpu_seconds(self, size: int, way: Way) -> float:
        """Processor time of the importing process; median over the rounds."""
        return median(one.cpu_seconds for one in self.measured[size, way])

    def server_seconds(self, size: int, way: Way) -> float:
        """Processor time of PostgreSQL; median over the rounds."""
        return median(one.server_seconds for one in self.measured[size, way])

    @property
    def memory_growth(self) -> float:
        """Our peak for the large file over our peak for the small one."""
        return self.peak_mebibytes(LARGE, Way.OURS) / self.peak_mebibytes(SMALL, Way.OURS)


def measure_imports(
    postgres: Postgres, said: Callable[[str], None], rounds: int = ROUNDS
) -> Imports:
    """Each import into a fresh copy of a migrated database; the files are written once."""
    _prepare(postgres)
    measured: dict[tuple[int, Way], list[Imported]] = {
        (size, way): [] for size in SIZES for way in Way
    }
    with TemporaryDirectory() as folder:
        files = {size: _statement(Path(folder), size) for size in SIZES}
        for number in range(rounds):
            for size, way in measured:
                done = _imported(postgres, way, files[size])
                measured[size, way].append(done)
            speeds = ", ".join(
                f"{way} of {size:,}: {done[-1].per_second:,.0f}"
                for (size, way), done in measured.items()
            )
            said(f"round {number + 1} of {rounds}, entries a second: {speeds}")
    return Imports(measured)


def _prepare(postgres: Postgres) -> None:
    url = postgres.create_database(TEMPLATE)
    upgrade(url)
    with psycopg.connect(url) as connection:
        connection.execute(_OUR_ACCOUNT_ROW, (OUR_ACCOUNT, OUR_BIC, OUR_NAME, OUR_INN))


def _statement(folder: Path, entries: int) -> Path:
    file = folder / f"{entries}.txt"
    with file.open("wb") as target:
        write_statement(target, entries, SEED)
    return file


def _imported(postgres: Postgres, way: Way, file: Path) -> Imported:
    name = f"{TEMPLATE}_{way}_{file.stem}"
    url = postgres.create_database(name, template=TEMPLATE)
    server = {"postgres": _server_pid(url)}
    try:
        before = spent_ms(server)
        said = json.loads(_said(way, url, file))
        used = between(before, spent_ms(server))["postgres"] / MS
        return Imported(**said, server_seconds=used)
    finally:
        postgres.drop_database(name)


def _server_pid(database_url: str) -> int:
    with psycopg.connect(database_url) as connection:
        return psutil.Process(connection.info.backend_pid).ppid()


def _said(way: Way, database_url: str, file: Path) -> str:
    """The last line of the importing process."""
    done = subprocess.run(  # noqa: S603 - our own program
        [
            *(sys.executable, "-m", "bench.statement_import", way),
            *("--database", database_url, "--file", str(file)),
        ],
        cwd=CHECKOUT,
        env=inherited(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise ImportFailed(done.stderr.strip().splitlines()[-1])
    return done.stdout.splitlines()[-1]
