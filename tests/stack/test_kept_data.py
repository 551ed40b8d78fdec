"""`make up` on data that another version of the product has kept."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from stack import __main__ as command_line
from stack.data_dirs import clean, kept_dirs
from stack.embedded import Stack
from stack.ports import Ports
from stack.postgres import Postgres
from stack.processes import Supervisor
from stack.product import DATABASE
from tests.database_at import stamp


@pytest.fixture
def state(tmp_path: Path) -> Iterator[Path]:
    """The folder of a stack of its own; its data go with the test."""
    folder = tmp_path / "state"
    yield folder
    clean(folder)


@pytest.mark.parametrize(
    ("revision", "says"),
    [
        ("0014", "start with an empty database (`make clean` drops the one of `make up`)"),
        ("0099_pages", "start the release that migrated the database, or a newer one"),
    ],
)
def test_kept_data_of_another_schema_are_one_line_and_exit_code_2(
    revision: str,
    says: str,
    state: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with kept_dirs(state) as dirs, Ports() as ports:
        server = Postgres(dirs.database_home, ports.reserve_any(), dirs.log("postgres"))
        server.prepare()
        with Supervisor(print) as supervisor:
            supervisor.start(server.command())
            stamp(server.create_database(DATABASE), revision)

    def up() -> None:
        with Stack.kept(state):
            raise AssertionError("a stack of another schema has started")

    monkeypatch.setattr(command_line, "up", up)
    monkeypatch.setattr(sys, "argv", ["stack", "up"])
    assert command_line.main() == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"stack: the database's schema is {revision}")
    assert line.endswith(says)
