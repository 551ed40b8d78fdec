"""Folders of a checkout's stacks, and the locks on them."""

import fcntl
import hashlib
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from stack.errors import StackError
from stack.processes import Owner

CHECKOUT = Path(__file__).resolve().parent.parent
STATE_FOLDER = CHECKOUT / ".kopeyka"
# Outside the checkout, which may lie where only root can enter; and a socket's path is short.
# Not /tmp: data are kept between runs, across a reboot too.
SERVER_FOLDERS = Path("/var/tmp")  # noqa: S108 - the owner and mode of what we use are checked
DIGEST_LENGTH = 12
PRIVATE = 0o700
RUN_PREFIX = "run-"


@contextmanager
def exclusive(folder: Path) -> Iterator[None]:
    """Locks a folder against other processes; raises BlockingIOError when another one holds it.

    The kernel releases the lock when its holder ends, so a killed run leaves nothing to remove.
    """
    held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(held)


def is_held(folder: Path) -> bool:
    """Whether a running process holds the folder."""
    try:
        with exclusive(folder):
            return False
    except BlockingIOError:
        return True


@contextmanager
def fresh_folder(
    parent: Path, owner: Owner | None = None, *, kept_on_failure: bool = False
) -> Iterator[Path]:
    """A private folder for one run, locked meanwhile and removed afterwards.

    Folders of runs that have ended are removed first, so one kept after a failure exists until the
    next run. The parent is removed too when it is empty.
    """
    with _turn(parent, owner):
        _sweep(parent)
        folder = Path(tempfile.mkdtemp(prefix=RUN_PREFIX, dir=parent))
        _give(folder, owner)
        lock = exclusive(folder)
        lock.__enter__()
    kept = False
    try:
        yield folder
    except Exception:
        kept = kept_on_failure
        raise
    finally:
        with _turn(parent, owner):  # a run that begins now would remove an unlocked folder
            lock.__exit__(None, None, None)
            if not kept:
                _remove(folder)


def private_folder(folder: Path, owner: Owner | None = None) -> Path:
    """Makes the folder unless it exists. Raises StackError when it belongs to somebody else."""
    try:
        folder.mkdir(mode=PRIVATE, parents=True)
        _give(folder, owner)
    except FileExistsError:
        found = folder.lstat()
        expected = owner.uid if owner else os.getuid()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != expected or found.st_mode & 0o022:
            raise StackError(f"{folder} is not a folder of user {expected} alone") from None
    return folder


def kept_folder(parent: Path, name: str, owner: Owner | None = None) -> Path:
    """A private folder beside those of the runs, made unless it exists; no run removes it."""
    with _turn(parent, owner):
        return private_folder(parent / name, owner)


def server_folder(state: Path) -> Path:
    """The folder of the database server; the same for the same state and user."""
    digest = hashlib.sha256(f"{state.resolve()}:{os.getuid()}".encode()).hexdigest()
    return SERVER_FOLDERS / f"kopeyka-{digest[:DIGEST_LENGTH]}"


@contextmanager
def _turn(folder: Path, owner: Owner | None) -> Iterator[None]:
    """A lock: one process at a time makes and removes the folders of runs."""
    held = None
    while held is None:
        with suppress(FileNotFoundError):  # its last holder may be removing it now
            private_folder(folder, owner)
            held = _queue_for(folder)
    try:
        yield
    finally:
        os.close(held)


def _queue_for(folder: Path) -> int | None:
    """A descriptor that locks the folder; None when its last holder has removed it meanwhile."""
    try:
        held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except FileNotFoundError:
        return None
    fcntl.flock(held, fcntl.LOCK_EX)
    with suppress(FileNotFoundError):
        if os.path.samestat(os.fstat(held), folder.stat()):
            return held
    os.close(held)
    return None


def _sweep(parent: Path) -> None:
    for folder in parent.glob(f"{RUN_PREFIX}*"):
        if not is_held(folder):
            shutil.rmtree(folder)


def _remove(folder: Path) -> None:
    shutil.rmtree(folder)
    with suppress(OSError):  # not empty: other runs, or kept data
        folder.parent.rmdir()


def _give(folder: Path, owner: Owner | None) -> None:
    if owner is not None:
        os.chown(folder, owner.uid, owner.gid)
