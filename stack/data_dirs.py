"""The directories of a stack: locked before it starts, released when it ends."""

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from stack.env_file import read_env, remove_env
from stack.errors import StackError
from stack.folders import (
    exclusive,
    fresh_folder,
    is_held,
    kept_folder,
    private_folder,
    server_folder,
)
from stack.installation import Installation, installation
from stack.postgres import server_owner

KEPT = "up"
RUNS = "runs"
PID_FILE = "pid"
HISTORY = "temporal.db"


@dataclass(frozen=True)
class DataDirs:
    """`folder` is for everything but the database, whose user may not be able to enter it."""

    folder: Path
    database_home: Path
    installation: Installation

    @property
    def history(self) -> Path:
        """The file with Temporal's histories."""
        return self.folder / HISTORY

    def log(self, process: str) -> Path:
        """The log file of a process; the logs of the run before are in `logs.previous`."""
        return self.folder / "logs" / f"{process}.log"


@contextmanager
def kept_dirs(state: Path) -> Iterator[DataDirs]:
    """Directories whose data are kept. Raises StackError when a stack runs on them, or a part of
    them is missing.
    """
    with _kept_folder(state) as folder:
        kept = installation(folder)
        home = kept_folder(server_folder(state), f"up-{kept.name}", server_owner())
        dirs = DataDirs(folder, home, kept)
        if dirs.history.exists() and not (home / "data").exists():
            raise StackError(f"the database in {home} is gone: `make clean` to start afresh")
        _begin_logs(folder / "logs")
        remove_env(folder)  # left by a run that was killed
        yield dirs


@contextmanager
def fresh_dirs(state: Path) -> Iterator[DataDirs]:
    """Empty directories, removed afterwards; after a failure the logs are kept until the next
    run.
    """
    owner = server_owner()
    with (
        fresh_folder(private_folder(state) / RUNS, kept_on_failure=True) as folder,
        fresh_folder(server_folder(state), owner) as database_home,
    ):
        (folder / "logs").mkdir()
        yield DataDirs(folder, database_home, installation(folder))


def running_environment(state: Path) -> dict[str, str]:
    """The variables of the kept stack that runs now; raises StackError when there is none."""
    folder = state / KEPT
    if folder.exists() and is_held(folder):
        return read_env(folder)
    raise StackError("no stack runs here: `make up` in another terminal starts one")


def clean(state: Path) -> None:
    """Removes all data of a checkout's stacks. Raises StackError while one of them runs."""
    with _kept_folder(state):
        used = [run for run in (state / RUNS).glob("*") if is_held(run)]
        if used:
            raise StackError(f"a run still uses {used[0]}")
        shutil.rmtree(server_folder(state), ignore_errors=True)
        shutil.rmtree(state)


@contextmanager
def _kept_folder(state: Path) -> Iterator[Path]:
    folder = private_folder(private_folder(state) / KEPT)
    with ExitStack() as lock:
        try:
            lock.enter_context(exclusive(folder))
        except BlockingIOError:
            raise StackError(
                f"`make up` of this checkout runs already (process {_holder(folder)}): "
                "stop it first, or use `make demo`, which has data of its own"
            ) from None
        (folder / PID_FILE).write_text(str(os.getpid()))
        yield folder


def _holder(folder: Path) -> str:
    """The process that holds the lock; unknown between its taking the lock and writing its id."""
    file = folder / PID_FILE
    return file.read_text() if file.exists() else "unknown"


def _begin_logs(logs: Path) -> None:
    previous = logs.with_name("logs.previous")
    shutil.rmtree(previous, ignore_errors=True)
    if logs.exists():
        logs.rename(previous)
    logs.mkdir()
