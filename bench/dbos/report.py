"""The two engines as tables."""

from collections.abc import Callable, Sequence

from bench.batches import Batch
from bench.dbos.measure import Engine, Engines
from bench.run import ACQUIRER, API, MAIL, POSTGRES, SUMMED, TEMPORAL, WORKER
from bench.tables import TARGET_HEADS, Cells, Target, markdown, target_rows
from simulation.terminal import Terminal

MIN_OF_DBOS = 1.0
HEADS = ("One refund", *(f" {engine}" for engine in Engine))
HOW_COMPARED = """\
- **DBOS** (`bench/dbos/`): the same straight refund, the same PostgreSQL, API, commands, steps,
  letters, mail catcher and acquirer, in turn with ours. Only what leads a case from step to step is
  another: our API's process has DBOS in it, which keeps a checkpoint of every step, message and
  answer in PostgreSQL; there is no server and no worker, so «API» is everything of its Python. Its
  waits are its own durable ones; the ten bank days are fifty milliseconds. What the compared
  workflow does not have is what ours has beside the straight way: validators, reminders, operators,
  withdrawal, returned money, search attributes, a history for people.
"""


def show_engines(engines: Engines, terminal: Terminal) -> None:
    """A refund on both."""
    terminal.chapter("The same refund on DBOS")
    terminal.table(HEADS, engine_rows(engines))
    terminal.chapter("To reach")
    terminal.table(TARGET_HEADS, target_rows(engine_targets(engines)))


def engines_section(engines: Engines) -> Sequence[str]:
    """Lines of the page."""
    return [
        "## The same refund on DBOS",
        "",
        *markdown(HEADS, engine_rows(engines)),
        "",
        *markdown(TARGET_HEADS, target_rows(engine_targets(engines))),
        "",
    ]


def engine_rows(engines: Engines) -> Sequence[Cells]:
    """A figure a row, under `HEADS`."""

    def row(what: str, *processes: str) -> Cells:
        return _row(engines, what, lambda batch: batch.ms_each(*processes))

    return [
        row("CPU ms, API", API),
        row("CPU ms, worker", WORKER),
        row("CPU ms, Temporal", TEMPORAL),
        row("CPU ms, PostgreSQL", POSTGRES),
        row("CPU ms, all of these", *SUMMED),
        row("CPU ms apart: acquirer and mail", ACQUIRER, MAIL),
        _row(engines, "refunds a second", lambda batch: batch.per_second),
    ]


def engine_targets(engines: Engines) -> Sequence[Target]:
    """What is asked for; all CPU is told beside it."""
    ratio, cpu = engines.throughput_ratio, engines.cpu_ratio
    return (
        Target(
            f"refunds a second ÷ DBOS's (all CPU ÷ DBOS's: {cpu:.2f})",
            f"≥ {MIN_OF_DBOS:g}",
            f"{ratio:.2f}",
            ratio >= MIN_OF_DBOS,
        ),
    )


def _row(engines: Engines, what: str, figure: Callable[[Batch], float]) -> Cells:
    found = [engines.measured.median(engine, figure) for engine in Engine]
    return [what, *(f"{one:.1f}" if one else "–" for one in found)]
