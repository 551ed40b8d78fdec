"""A real cluster: its user, its data, its end."""

import os
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psutil
import psycopg
import pytest

from stack.errors import StackError
from stack.folders import CHECKOUT, fresh_folder, server_folder
from stack.ports import Ports
from stack.postgres import Postgres, server_owner
from stack.processes import Supervisor

ORDINARY_LIMIT_SECONDS = 60
# Two lives of a durable server; what it prints is what the test looks at.
TWO_LIVES = """
import os, pathlib, sys, psycopg
from stack.folders import fresh_folder, server_folder
from stack.ports import Ports
from stack.postgres import Postgres, server_owner
from stack.processes import Supervisor
state = pathlib.Path(sys.argv[1])
with Ports() as ports, fresh_folder(server_folder(state), server_owner()) as home:
    for life in ("first", "second"):
        server = Postgres(home, ports.reserve_any(), state / "log", fast=True)
        server.prepare()
        with Supervisor(print) as supervisor:
            supervisor.start(server.command())
            url = server.create_database("kopeyka")
            with psycopg.connect(url) as connection:
                connection.execute("CREATE TABLE IF NOT EXISTS lives (life text)")
                connection.execute("INSERT INTO lives VALUES (%s)", [life])
                print(*(row[0] for row in connection.execute("SELECT life FROM lives")))
                print(os.stat(f"/proc/{supervisor.processes['postgres'].pid}").st_uid, flush=True)
            if sys.argv[2] == "hold" and life == "second":
                print(*(p.pid for p in supervisor.processes.values()), flush=True)
                sys.stdin.read()
"""

Survivors = Callable[[Iterable[int]], list[int]]


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    with fresh_folder(server_folder(tmp_path), server_owner()) as folder:
        yield folder


@contextmanager
def serving(home: Path, log: Path, *, fast: bool = True) -> Iterator[tuple[Postgres, int]]:
    with ExitStack() as cleanup:
        server = Postgres(home, cleanup.enter_context(Ports()).reserve_any(), log, fast=fast)
        server.prepare()
        supervisor = cleanup.enter_context(Supervisor(print))
        supervisor.start(server.command())
        yield server, supervisor.processes["postgres"].pid


def setting(server: Postgres, name: str) -> str:
    with psycopg.connect(server.url("postgres")) as connection:
        row = connection.execute("SELECT current_setting(%s)", [name]).fetchone()
    assert row
    return str(row[0])


def test_data_outlive_the_server_and_root_never_runs_it(home: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with serving(home, log) as (server, pid):
        assert psutil.Process(pid).uids().effective != 0
        with psycopg.connect(server.create_database("kopeyka")) as connection:
            connection.execute("CREATE TABLE sums AS SELECT 969355 AS kopecks")
    with (
        serving(home, log) as (server, _),
        psycopg.connect(server.create_database("kopeyka")) as connection,
    ):
        assert connection.execute("SELECT kopecks FROM sums").fetchall() == [(969355,)]
    assert "was not properly shut down" not in log.read_text()


@pytest.mark.parametrize(("fast", "fsync"), [(True, "off"), (False, "on")])
def test_only_a_server_asked_to_be_fast_gives_up_durability(
    home: Path, tmp_path: Path, fast: bool, fsync: str
) -> None:
    with serving(home, tmp_path / "log", fast=fast) as (server, _):
        assert setting(server, "fsync") == fsync
        assert setting(server, "timezone") == "UTC"


def test_a_server_whose_runner_is_killed_closes_its_data_and_goes(
    tmp_path: Path, survivors: Survivors
) -> None:
    with subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-c", TWO_LIVES, str(tmp_path), "hold"],
        cwd=CHECKOUT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as runner:
        assert runner.stdout
        lines = [runner.stdout.readline() for _ in range(5)]
        server = psutil.Process(int(lines[-1]))
        everybody = [server.pid, *(child.pid for child in server.children(recursive=True))]
        runner.kill()
    assert len(everybody) > 1
    assert survivors(everybody) == []
    with fresh_folder(server_folder(tmp_path), server_owner()) as next_run:
        assert list(next_run.parent.iterdir()) == [next_run]
    assert (tmp_path / "log").read_text().rstrip().endswith("database system is shut down")


@pytest.mark.skipif(os.geteuid() != 0, reason="we are an ordinary user: the other tests show it")
def test_an_ordinary_user_needs_no_other(tmp_path_factory: pytest.TempPathFactory) -> None:
    owner = server_owner()
    assert owner
    with fresh_folder(server_folder(tmp_path_factory.mktemp("of")), owner) as state:
        run = ordinary_run(find_python(owner.uid), owner.uid, TWO_LIVES, str(state), "go")
    assert run.stderr == ""
    assert run.stdout.splitlines() == ["first", str(owner.uid), "first second", str(owner.uid)]


def test_data_of_another_major_version_are_refused_and_left_alone(
    home: Path, tmp_path: Path
) -> None:
    data = home / "data"
    data.mkdir()
    (data / "PG_VERSION").write_text("12\n")
    with pytest.raises(StackError, match="PostgreSQL 12"):
        Postgres(home, 1, tmp_path / "log").prepare()
    assert (data / "PG_VERSION").read_text() == "12\n"


def ordinary_run(python: str, uid: int, *arguments: str) -> subprocess.CompletedProcess[str]:
    packages = sysconfig.get_path("purelib")
    return subprocess.run(  # noqa: S603 - our own program
        [python, "-c", *arguments],
        user=uid,
        group=uid,
        extra_groups=[],
        cwd="/",
        env={"PYTHONPATH": f"{CHECKOUT}:{packages}", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=ORDINARY_LIMIT_SECONDS,
        check=False,
    )


def find_python(uid: int) -> str:
    """One that this user can enter; the tests' own may lie in root's home."""
    for python in (sys.executable, f"/usr/bin/python3.{sys.version_info.minor}"):
        try:
            if ordinary_run(python, uid, "import psycopg, stack.postgres").returncode == 0:
                return python
        except OSError:
            continue
    pytest.skip(f"user {uid} can enter no Python with this checkout and its packages")
