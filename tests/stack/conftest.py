"""Watching processes that are not our children."""

import time
from collections.abc import Callable, Iterable

import psutil
import pytest

from tests.patience import PATIENCE_SECONDS

POLL_SECONDS = 0.05


def runs(pid: int) -> bool:
    """A zombie has ended; that nobody has collected it yet is no fault of ours."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _survivors(pids: Iterable[int]) -> list[int]:
    deadline = time.monotonic() + PATIENCE_SECONDS
    alive = [pid for pid in pids if runs(pid)]
    while alive and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
        alive = [pid for pid in alive if runs(pid)]
    return alive


@pytest.fixture
def survivors() -> Callable[[Iterable[int]], list[int]]:
    """Those of the processes that still run when there has been time enough to end."""
    return _survivors
