"""What was measured, on the terminal, as a page and as a chart."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psutil

from bench.chart import draw
from bench.kinds import Kind
from bench.rounds import Batch
from bench.run import (
    ACQUIRER,
    API,
    BEHIND_THE_API,
    DRIVER,
    MAIL,
    POSTGRES,
    SUMMED,
    TEMPORAL,
    WORKER,
    Results,
)
from demo.terminal import Terminal

MAX_EVENTS, MAX_ACTIONS = 70, 24
MIN_OF_NO_OP, MAX_OF_NAIVE = 0.15, 1.0
MAX_TRANSACTIONS_A_STATUS, MAX_ROUND_TRIPS_A_STATUS = 1, 2
GIB = 1024**3

Cells = Sequence[str]

HOW = """\
- **In turn**: one run on one fresh stack of `stack/` (Temporal's dev server keeping its histories
  in a file, PostgreSQL with durability on), batches of {refunds} cases ({no_ops} for the no-op),
  {at_once} at once, {rounds} rounds, each beginning with another kind. Figures are medians over the
  rounds; ratios are medians of the ratios within a round.
- **no-op**: a workflow that returns. **skeleton**: the refund's updates, local and regular
  activities, child, upserts and timers with nothing in them, under our worker's options.
  **naive**: default sandbox, six regular activities with one SQLAlchemy ORM session and one
  statement each, the same updates and waits, no child, no upserts, no API. **refund**: asked,
  signed by code, accepted, paid by the sandbox acquirer and credited, all through the HTTP API.
- **Ten bank days** are skipped on the server, for the two skeletons as well, so that the cost
  cancels out; the two events that each skip writes are not counted.
- **Processor time** is user and system time with all children, read before and after each batch,
  less what the same processes use in a quiet time of the same length. A refund's batch ends when
  its letters are sent. «All» is API, worker, Temporal and PostgreSQL; the skeletons have no API,
  and their driver asks Temporal itself, which nobody is charged for.
- **Actions** are Temporal Cloud's, counted from the histories (`bench/history.py`).
- **Transactions** of a refund with its letters are what PostgreSQL counts as committed
  (`pg_stat_database`) less what it commits idly. **By status and round trips** are read off the
  wire protocol of one more refund, on an API and a worker that reach the database through a
  counting proxy (`bench/wire.py`).
- The **one-time code** reaches the driver by a trigger that the bench adds: the outbox forgets a
  code once it is mailed, and asking the catcher by IMAP would cost more than the mail.
"""


@dataclass(frozen=True)
class Target:
    """Something to reach."""

    what: str
    wanted: str
    found: str
    reached: bool


def report(results: Results, terminal: Terminal, folder: Path) -> None:
    """Shows everything, and writes `bench.md` and `bench.svg` into a folder."""
    terminal.chapter("One case costs")
    terminal.table(*table(results))
    terminal.chapter("To reach")
    terminal.table(TARGET_HEADS, _target_rows(results))
    (folder / "bench.md").write_text(page(results), encoding="utf-8")
    draw(results, folder / "bench.svg")
    terminal.line()
    terminal.line("Written: bench.md and bench.svg")


def table(results: Results) -> tuple[Cells, Sequence[Cells]]:
    """Heads and rows: a figure a row, a kind a column."""
    return (
        ["One case", *(f" {kind}" for kind in Kind)],
        [*_count_rows(results), *_time_rows(results)],
    )


def targets(results: Results) -> Sequence[Target]:
    """What issue 2 asks for, and whether it is so."""
    counts, talk = results.counts[Kind.REFUND], results.talk
    statuses = len(talk.status_changes)
    most = max(change.round_trips for change in talk.status_changes)
    of_no_op = results.measured.ratio((Kind.REFUND, _per_second), (Kind.NO_OP, _per_second))
    of_naive = cpu_ratio(results, SUMMED)
    behind = cpu_ratio(results, BEHIND_THE_API)
    return (
        _at_most("history events, case and payout", counts.events, MAX_EVENTS),
        _at_most("actions", counts.actions, MAX_ACTIONS),
        _at_most("transactions a status", statuses / counts.upserts, MAX_TRANSACTIONS_A_STATUS),
        _at_most("round trips a status", most, MAX_ROUND_TRIPS_A_STATUS),
        Target(
            "refunds a second ÷ no-ops a second",
            f"≥ {MIN_OF_NO_OP}",
            f"{of_no_op:.3f}",
            of_no_op >= MIN_OF_NO_OP,
        ),
        _at_most("all CPU ÷ naive skeleton's", round(of_naive, 2), MAX_OF_NAIVE),
        _at_most("… without the API's process", round(behind, 2), MAX_OF_NAIVE),
    )


def cpu_ratio(results: Results, processes: Sequence[str]) -> float:
    """Processor time of a refund over a naive skeleton's, in these processes of both."""

    def spent(batch: Batch) -> float:
        return batch.ms_each(*processes)

    return results.measured.ratio((Kind.REFUND, spent), (Kind.NAIVE, spent))


def page(results: Results) -> str:
    """The page in Markdown."""
    plan = results.plan
    heads, rows = table(results)
    memory = round(psutil.virtual_memory().total / GIB)
    machine = f"{psutil.cpu_count()} cores, {memory} GiB of memory, shared with other work"
    how = HOW.format(
        refunds=plan.refunds,
        no_ops=results.measured.batches[Kind.NO_OP][0].cases,
        at_once=plan.at_once,
        rounds=plan.rounds,
    )
    return "\n".join(
        [
            "# What a refund costs",
            "",
            f"`make bench` on {datetime.now(UTC):%Y-%m-%d}: {machine}. Counts are exact; times",
            "are of that machine at that hour: compare them within the table only.",
            "",
            "![Processor time of one case by process](bench.svg)",
            "",
            *_markdown(heads, rows),
            "",
            *_markdown(TARGET_HEADS, _target_rows(results)),
            "",
            "## How it was measured",
            "",
            how,
        ]
    )


TARGET_HEADS = ("To reach", " wanted", " found", "")


def _target_rows(results: Results) -> Sequence[Cells]:
    return [
        (target.what, target.wanted, target.found, "reached" if target.reached else "missed")
        for target in targets(results)
    ]


def _count_rows(results: Results) -> Sequence[Cells]:
    counts, talk = results.counts, results.talk

    def row(what: str, figure: str) -> Cells:
        return [what, *(str(getattr(counts[kind], figure)) for kind in Kind)]

    def of_refund(what: str, figure: str) -> Cells:
        return [what, *(figure if kind is Kind.REFUND else "–" for kind in Kind)]

    return [
        row("history events", "events"),
        row("activities, local", "local_activities"),
        row("activities, regular", "regular_activities"),
        row("updates", "updates"),
        row("timers", "timers"),
        row("search attribute upserts", "upserts"),
        row("actions (Temporal Cloud)", "actions"),
        of_refund("transactions, letters included", f"{results.commits_each:.1f}"),
        of_refund("transactions, API + worker", f"{len(talk.api)} + {len(talk.worker)}"),
        of_refund("round trips, API + worker", " + ".join(map(str, talk.round_trips))),
    ]


def _time_rows(results: Results) -> Sequence[Cells]:
    measured = results.measured

    def row(what: str, *processes: str) -> Cells:
        def spent(batch: Batch) -> float:
            return batch.ms_each(*processes)

        return [what, *(_or_dash(measured.median(kind, spent)) for kind in Kind)]

    return [
        row("CPU ms, API", API),
        row("CPU ms, worker", WORKER),
        row("CPU ms, Temporal", TEMPORAL),
        row("CPU ms, PostgreSQL", POSTGRES),
        row("CPU ms, all of these", *SUMMED),
        row("CPU ms apart: acquirer and mail", ACQUIRER, MAIL),
        row("CPU ms apart: driver", DRIVER),
        ["cases a second", *(f"{measured.median(kind, _per_second):.1f}" for kind in Kind)],
    ]


def _or_dash(ms: float) -> str:
    return f"{ms:.1f}" if ms else "–"


def _per_second(batch: Batch) -> float:
    return batch.per_second


def _at_most(what: str, found: float, limit: float) -> Target:
    return Target(what, f"≤ {limit:g}", f"{found:g}", found <= limit)


def _markdown(heads: Cells, rows: Sequence[Cells]) -> list[str]:
    """Figures, whose heads begin with a space, stand right."""
    ruler = ["---:" if head.startswith(" ") else "---" for head in heads]
    lines = [[head.strip() for head in heads], ruler, *rows]
    return [f"| {' | '.join(line)} |" for line in lines]
