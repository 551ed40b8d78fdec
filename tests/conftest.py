"""What every test may ask for: a real PostgreSQL, a migrated database, a real Temporal server."""

import gc
import os
import signal
import sys
from collections.abc import AsyncIterator, Generator, Iterator, Sequence
from contextlib import ExitStack, suppress
from importlib import import_module
from pathlib import Path
from shlex import quote
from typing import Any
from uuid import uuid4

import pytest
from temporalio.testing import TimeSkippingConfig, WorkflowEnvironment

from stack import die_with_parent
from stack.folders import CHECKOUT, STATE_FOLDER, fresh_folder, server_folder
from stack.ports import Ports
from stack.postgres import Postgres, server_owner
from stack.processes import Supervisor
from stack.temporal import common_arguments, server_program
from tests.spread import group_of, weight_of, worker_of

MIGRATED_TEMPLATE = "migrated"
LOUD = "NOT TRIED"
"""How the reason of a skip begins that everybody must hear of."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long comes first, so that no process is left alone with it at the end.

    The parameters of a test come in the order of their names: every process must find the same
    tests in the same order, also where they are made of a set.
    """
    items.sort(key=lambda item: (weight_of(item.nodeid), item.location[:2], item.nodeid))


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Generator[None, object, object]:
    """What is imported stays to the end: the collector need not walk through it, then or later."""
    number, processes = worker_of(os.environ)
    gc.disable()
    try:
        if processes > 1:
            _begin_elsewhere(session, number, processes)
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def _begin_elsewhere(session: pytest.Session, number: int, processes: int) -> None:
    """Rewriting assertions is most of what collecting costs in a fresh checkout: each process does
    it for modules of its own first, and finds the others rewritten.
    """
    for module in _modules_of(session.config.args)[number::processes]:
        with suppress(Exception):  # collecting it says what is wrong
            import_module(".".join(module.relative_to(CHECKOUT).with_suffix("").parts))


def _modules_of(arguments: Sequence[str]) -> list[Path]:
    """The modules of tests that are asked for."""
    asked = [CHECKOUT / argument.partition("::")[0] for argument in arguments]
    return sorted({module for one in asked for module in one.rglob("test_*.py")})


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What the machine lacks a program for is said in one line that nobody overlooks."""
    skipped = terminalreporter.stats.get("skipped", ())
    reasons = {report.longrepr[2].removeprefix("Skipped: ") for report in skipped}
    for reason in sorted(one for one in reasons if one.startswith(LOUD)):
        terminalreporter.write_sep("!", reason, red=True, bold=True)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Hands out the groups of `tests/spread.py`."""
    from xdist.scheduler import LoadScopeScheduling

    scheduler = LoadScopeScheduling(config, log)
    scheduler._split_scope = group_of  # what its own documentation has one override
    return scheduler


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """A cluster of this session, without durability, gone after it."""
    owner = server_owner()
    log = tmp_path_factory.mktemp("postgres") / "postgres.log"
    with ExitStack() as cleanup:
        ports = cleanup.enter_context(Ports())
        folder = cleanup.enter_context(fresh_folder(server_folder(STATE_FOLDER), owner))
        server = Postgres(folder / "postgres", ports.reserve_any(), log, fast=True)
        server.prepare()
        cleanup.enter_context(Supervisor(_say)).start(server.command())
        yield server


@pytest.fixture(scope="session")
def migrated_template(postgres: Postgres) -> str:
    """The name of a database with every migration applied, to copy from and never to write to."""
    # Only the tests that need a database pay for importing SQLAlchemy and alembic.
    from db.migrations import upgrade

    upgrade(postgres.create_database(MIGRATED_TEMPLATE))
    return MIGRATED_TEMPLATE


def _begin_tickets_anywhere(url: str) -> None:
    """Gives tickets numbers of the module's own: they are ids in a shared Temporal server."""
    import psycopg  # as above

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "SELECT setval(pg_get_serial_sequence('ticket_openings', 'number'), %s)",
            [uuid4().int % 10**9 + 1],
        )


@pytest.fixture(scope="module")
def database_url(postgres: Postgres, migrated_template: str) -> Iterator[str]:
    """A migrated, otherwise empty database of this module's own."""
    name = f"test_{uuid4().hex}"
    url = postgres.create_database(name, template=migrated_template)
    _begin_tickets_anywhere(url)
    yield url
    postgres.drop_database(name)


@pytest.fixture(scope="session")
async def temporal_env(
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[WorkflowEnvironment]:
    """A Temporal server whose workflows skip time only when a test says so (`fast_forward`)."""
    program = _leashed(server_program(), tmp_path_factory.mktemp("temporal") / "temporal")
    environment = await WorkflowEnvironment.start_time_skipping_v2(
        dev_server_existing_path=str(program),
        dev_server_log_level="never",
        dev_server_extra_args=common_arguments(),
        # Enabled, it would skip whenever a workflow is idle: waits for people would vanish.
        ts_config=TimeSkippingConfig(enabled=False),
    )
    async with environment:
        yield environment


def _leashed(program: Path, launcher: Path) -> Path:
    """The SDK starts the server itself and forgets it when the tests are killed; this does not."""
    command = [sys.executable, "-I", "-S", die_with_parent.__file__]
    ending = [str(int(signal.SIGKILL)), die_with_parent.NO_OWNER, str(program)]
    words = (*map(quote, command), "$PPID", *map(quote, ending), '"$@"')
    fewer_collections = "export GOGC=400"  # the server's memory is small, its garbage is not
    launcher.write_text(f'#!/bin/sh\n{fewer_collections}\nexec {" ".join(words)} >"$0.log" 2>&1\n')
    launcher.chmod(0o700)
    return launcher
