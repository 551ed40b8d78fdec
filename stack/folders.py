"""Where a checkout's stacks keep their state, and who may use a folder now."""

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
    """Hold a folder against every other process; BlockingIOError when another one holds it.

    The lock is the kernel's and goes with its holder, so a killed run leaves nothing to clear.
    """
    held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(held)


def is_held(folder: Path) -> bool:
    """Whether a living process holds the folder now."""
    try:
        with exclusive(folder):
            return False
    except BlockingIOError:
        return True


@contextmanager
def fresh_folder(
    parent: Path, owner: Owner | None = None, *, kept_on_failure: bool = False
) -> Iterator[Path]:
    """A private folder for one run, held while it lasts and removed after it.

    What dead runs left behind is removed first, so a folder kept on failure stays until the next
    run. The parent goes too when nothing is left in it.
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
        with _turn(parent, owner):  # a run that begins now would sweep a folder nobody holds
            lock.__exit__(None, None, None)
            if not kept:
                _remove(folder)


def private_folder(folder: Path, owner: Owner | None = None) -> Path:
    """Make the folder unless it is there. StackError when somebody else's is there."""
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
    """A private folder beside the runs', made unless it is there, that no run removes."""
    with _turn(parent, owner):
        return private_folder(parent / name, owner)


def server_folder(state: Path) -> Path:
    """Where the database server of this state lives; the same name for the same state and user."""
    digest = hashlib.sha256(f"{state.resolve()}:{os.getuid()}".encode()).hexdigest()
    return SERVER_FOLDERS / f"kopeyka-{digest[:DIGEST_LENGTH]}"


@contextmanager
def _turn(folder: Path, owner: Owner | None) -> Iterator[None]:
    """One process at a time makes and removes the runs of a folder; the others wait."""
    held = None
    while held is None:
        with suppress(FileNotFoundError):  # whoever was last removes it in this moment
            private_folder(folder, owner)
            held = _queue_for(folder)
    try:
        yield
    finally:
        os.close(held)


def _queue_for(folder: Path) -> int | None:
    """A descriptor that holds the folder; None when the last holder has removed it meanwhile."""
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
