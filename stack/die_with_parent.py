"""Runs a command that ends when its runner does.

`die_with_parent.py RUNNER_PID SIGNAL UID:GID|- COMMAND…`.

A script of its own rather than a `preexec_fn`: running Python between fork and exec of a process
with threads may deadlock. The kernel forgets a parent-death signal when the user changes, so the
user comes first; the runner may have died before the signal was asked for, so it is checked after.
"""

import ctypes
import os
import sys
from collections.abc import Sequence

PR_SET_PDEATHSIG = 1
PRIVATE_FILES = 0o077
NO_OWNER = "-"


def drop_to(owner: str) -> None:
    """Switches to that user for good, with no supplementary groups."""
    uid, gid = (int(part) for part in owner.split(":"))
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)


def main(arguments: Sequence[str]) -> None:
    """Replaces this process by the command; it receives SIGNAL when its runner ends in any way."""
    runner, signal_number, owner, *command = arguments
    os.umask(PRIVATE_FILES)
    if owner != NO_OWNER:
        drop_to(owner)
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, int(signal_number), 0, 0, 0) != 0:
        sys.exit(f"prctl: {os.strerror(ctypes.get_errno())}")
    if os.getppid() != int(runner):
        sys.exit("the runner is gone")
    os.execv(command[0], command)  # noqa: S606 - a command of ours, and no shell is the point


if __name__ == "__main__":
    main(sys.argv[1:])
