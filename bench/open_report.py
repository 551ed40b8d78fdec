"""Open cases as tables."""

from collections.abc import Callable, Sequence

from bench.open_cases import CACHED, IDLE_SECONDS, LISTS, WAKES, Level, OpenCases
from bench.run import API, POSTGRES, TEMPORAL, WORKER
from bench.tables import TARGET_HEADS, Cells, Target, at_most, markdown, target_rows
from simulation.terminal import Terminal

KIB, MIB = 1024, 1024 * 1024
MAX_LIST_MS, MAX_LIST_ERRORS = 10, 0
MAX_CACHED_KIB, MAX_WAKE_RATIO = 70, 5
PROCESSES = (API, WORKER, TEMPORAL, POSTGRES)
HOW_OPEN = f"""\
- **Open cases** are opened through the API and wait for their client's statement; a stack of their
  own. At each level nobody asks for anything for {IDLE_SECONDS:g} seconds, then clients read
  `GET /v1/refunds`, {LISTS} times one after another; the time is what the client sees. Memory is
  what a process shares with no other (USS). A case's share is the slope between the first level and
  the last, of a worker's memory up to the {CACHED:,} cases that it keeps. **Woken**: an update that
  the case refuses, {WAKES} of the youngest, which are in the worker's cache, and as many of the
  oldest, which are not, in turn; medians.
"""


def show_open_cases(found: OpenCases, terminal: Terminal) -> None:
    """What waiting cases cost."""
    terminal.chapter("Open cases")
    terminal.table(*level_table(found))
    terminal.table(CASE_HEADS, case_rows(found))
    terminal.chapter("To reach")
    terminal.table(TARGET_HEADS, target_rows(open_targets(found)))


def open_section(found: OpenCases) -> Sequence[str]:
    """Lines of the page."""
    return [
        "## Open cases",
        "",
        *markdown(*level_table(found)),
        "",
        *markdown(CASE_HEADS, case_rows(found)),
        "",
        *markdown(TARGET_HEADS, target_rows(open_targets(found))),
        "",
    ]


def level_table(found: OpenCases) -> tuple[Cells, Sequence[Cells]]:
    """Heads and rows: a figure a row, a level a column."""

    def row(what: str, figure: Callable[[Level], float], digits: int = 0) -> Cells:
        return [what, *(f"{figure(level):,.{digits}f}" for level in found.levels)]

    return (
        ["Open", *(f" {level.cases:,}" for level in found.levels)],
        [
            row("opened a second", lambda level: level.opened_a_second, 1),
            *(row(f"idle, CPU ms a second, {one}", _idle(one), 1) for one in PROCESSES),
            *(row(f"memory, MiB, {one}", _memory(one)) for one in PROCESSES),
            *(row(f"disk, MiB, {one}", _disk(one)) for one in (TEMPORAL, POSTGRES)),
            row("a client's list, p95 ms", lambda level: level.list_p95_ms, 1),
            row("… wrong or refused", lambda level: level.errors),
        ],
    )


CASE_HEADS = ("One open case more", " costs")


def case_rows(found: OpenCases) -> Sequence[Cells]:
    """Under `CASE_HEADS`."""
    named = {one: "worker, while it is cached" if one == WORKER else one for one in PROCESSES}
    return [
        ["idle, CPU seconds a day", f"{found.cpu_seconds_a_day:.2f}"],
        *([f"memory, KiB, {named[one]}", _kib(found.memory_each(one))] for one in PROCESSES),
        *([f"disk, KiB, {one}", _kib(found.disk_each(one))] for one in (TEMPORAL, POSTGRES)),
    ]


def open_targets(found: OpenCases) -> Sequence[Target]:
    """What is asked for, of the largest level; what so few cases cannot tell is left out."""
    last, ratio = found.levels[-1], found.wake_ratio
    targets = [
        at_most(
            f"a client's list among {last.cases:,}, p95 ms", round(last.list_p95_ms, 1), MAX_LIST_MS
        ),
        at_most("… wrong or refused", last.errors, MAX_LIST_ERRORS),
    ]
    if len(found.levels) > 1:
        cached = round(found.memory_each(WORKER) / KIB, 1)
        targets.append(at_most("worker memory a cached case, KiB", cached, MAX_CACHED_KIB))
    if ratio is not None:
        targets.append(
            at_most("waking an evicted case ÷ a cached one", round(ratio, 1), MAX_WAKE_RATIO)
        )
    return targets


def _idle(process: str) -> Callable[[Level], float]:
    return lambda level: level.idle_ms[process]


def _memory(process: str) -> Callable[[Level], float]:
    return lambda level: level.memory[process] / MIB


def _disk(process: str) -> Callable[[Level], float]:
    return lambda level: level.disk[process] / MIB


def _kib(size: float) -> str:
    return f"{size / KIB:.1f}"
