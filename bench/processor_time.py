"""Processor time by process, children included, those that have ended too."""

import os
from collections.abc import Mapping

import psutil

MS = 1000


def spent_ms(pids: Mapping[str, int]) -> dict[str, float]:
    """User and system time of each process with its tree since it began, in milliseconds."""
    return {name: MS * _tree_seconds(psutil.Process(pid)) for name, pid in pids.items()}


def between(before: Mapping[str, float], after: Mapping[str, float]) -> dict[str, float]:
    """What was spent from one reading to the next."""
    return {name: after[name] - before[name] for name in before}


def less_idle(
    used: Mapping[str, float], idle_a_second: Mapping[str, float], seconds: float
) -> dict[str, float]:
    """Without what the same processes use when nobody asks them for anything; never below zero."""
    return {name: max(0.0, ms - idle_a_second[name] * seconds) for name, ms in used.items()}


def _tree_seconds(process: psutil.Process) -> float:
    """Its own, that of its children, and that of the children it has buried.

    Of the driver only its own: every process of the stack is its child.
    """
    times = process.cpu_times()
    if process.pid == os.getpid():
        return times.user + times.system
    total = times.user + times.system + times.children_user + times.children_system
    for child in process.children(recursive=True):
        try:
            used = child.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += used.user + used.system
    return total
