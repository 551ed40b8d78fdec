"""The measurements of unpaid orders, disputes and dossiers as tables."""

from collections.abc import Sequence

from bench.batches import Batch
from bench.run import API, MAIL, POSTGRES, TEMPORAL, WORKER
from bench.tables import TARGET_HEADS, Cells, Target, at_most, markdown, target_rows
from bench.unpaid.dossier import PAPERS
from bench.unpaid.measure import OURS, UnpaidFigures, Work
from simulation.terminal import Terminal

MAX_EVENTS = {Work.COLLECTION: 17, Work.LOOKED_FOR: 38, Work.DISPUTE: 34}
MAX_ACTIONS = {Work.COLLECTION: 8, Work.LOOKED_FOR: 14, Work.DISPUTE: 14}
MAX_RETURN_EVENTS, MAX_RETURN_ACTIONS = 65, 29
"""Of a return that is asked for, sent, inspected and exchanged."""
MIN_OF_NO_OP = 0.1
MAX_PEAK_MIB = 8
MIB = 1 << 20
SUMMED = (API, WORKER, TEMPORAL, POSTGRES)
HEADS = ("One case", *(f" {work}" for work in Work))
DOSSIER_HEADS = ("A dossier", " ")
HOW_UNPAID = f"""\
- **Unpaid orders**: begun by an accountant, paid when billing tells of the money; **one look**: its
  client says before that a payment has failed, so the acquirer and the bank's entries are asked.
  What a look costs is the difference of the two. **Disputes**: opened by the client, looked into,
  rejected by a specialist, closed by time. All through the HTTP API, in turn with no-ops.
  **Dossier**: {PAPERS} papers of half a megabyte each from memory into one signed archive that is
  streamed; processor time of the first building, the most memory held in a second one.
"""


def show_unpaid(found: UnpaidFigures, terminal: Terminal) -> None:
    """On the terminal."""
    terminal.chapter("Unpaid orders and disputes")
    terminal.table(HEADS, case_rows(found))
    terminal.table(DOSSIER_HEADS, dossier_rows(found))
    terminal.chapter("To reach")
    terminal.table(TARGET_HEADS, target_rows(unpaid_targets(found)))


def unpaid_section(found: UnpaidFigures) -> Sequence[str]:
    """Lines of the page."""
    return [
        "## Unpaid orders and disputes",
        "",
        *markdown(HEADS, case_rows(found)),
        "",
        *markdown(DOSSIER_HEADS, dossier_rows(found)),
        "",
        *markdown(TARGET_HEADS, target_rows(unpaid_targets(found))),
        "",
    ]


def case_rows(found: UnpaidFigures) -> Sequence[Cells]:
    """A figure a row; what a no-op has none of is a dash."""
    counted = (
        ("history events", "events"),
        ("activities, local", "local_activities"),
        ("activities, regular", "regular_activities"),
        ("updates", "updates"),
        ("timers", "timers"),
        ("search attribute upserts", "upserts"),
        ("actions (Temporal Cloud)", "actions"),
    )
    rows = [
        [what, "–", *(f"{getattr(found.counts[work], name):g}" for work in OURS)]
        for what, name in counted
    ]
    for what, processes in (
        *((f"CPU ms, {name}", (name,)) for name in SUMMED),
        ("CPU ms, all of these", SUMMED),
        ("CPU ms apart: mail", (MAIL,)),
    ):
        rows.append([what, *(_median(found, work, processes) for work in Work)])
    speeds = (f"{found.measured.median(work, _per_second):.1f}" for work in Work)
    of_no_op = (f"{_of_no_op(found, work):.3f}" for work in Work)
    return [*rows, ["cases a second", *speeds], ["… ÷ no-ops a second", *of_no_op]]


def dossier_rows(found: UnpaidFigures) -> Sequence[Cells]:
    """A figure a row."""
    dossier = found.dossier
    return [
        ["papers", f"{PAPERS}"],
        ["archive, MiB", f"{dossier.archive_bytes / MIB:.0f}"],
        ["processor time, s", f"{dossier.seconds:.1f}"],
        ["held at once, MiB", f"{dossier.peak_bytes / MIB:.1f}"],
    ]


def unpaid_targets(found: UnpaidFigures) -> Sequence[Target]:
    """What is asked of them, and whether it is so."""
    targets = [
        target
        for work in OURS
        for target in (
            at_most(f"history events, {work}", found.counts[work].events, MAX_EVENTS[work]),
            at_most(f"actions, {work}", found.counts[work].actions, MAX_ACTIONS[work]),
        )
    ]
    for work in (Work.COLLECTION, Work.DISPUTE):
        speed = _of_no_op(found, work)
        what = f"{work}s a second ÷ no-ops a second"
        targets.append(Target(what, f"≥ {MIN_OF_NO_OP}", f"{speed:.3f}", speed >= MIN_OF_NO_OP))
    peak = round(found.dossier.peak_bytes / MIB, 1)
    return [*targets, at_most("memory held by a dossier, MiB", peak, MAX_PEAK_MIB)]


def _of_no_op(found: UnpaidFigures, work: Work) -> float:
    return found.measured.ratio((work, _per_second), (Work.NO_OP, _per_second))


def _median(found: UnpaidFigures, work: Work, processes: Sequence[str]) -> str:
    figure = found.measured.median(work, lambda batch: batch.ms_each(*processes))
    return f"{figure:.1f}" if figure else "–"


def _per_second(batch: Batch) -> float:
    return batch.per_second
