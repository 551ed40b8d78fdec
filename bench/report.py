"""Reports the measurements on the terminal, as a page and as a chart."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psutil

from bench.batches import Batch
from bench.dbos.measure import Engines
from bench.dbos.report import HOW_COMPARED, engines_section
from bench.import_report import HOW_IMPORTED, imports_section
from bench.imports import Imports
from bench.interest import HOW_COUNTED, Interests, interest_section
from bench.matching import Matching
from bench.matching_report import HOW_MATCHED, matching_section
from bench.open_cases import OpenCases
from bench.open_report import HOW_OPEN, open_section
from bench.pages import Pages
from bench.pages_report import HOW_PAGES, pages_section
from bench.run import (
    ACQUIRER,
    API,
    BANK,
    BEHIND_THE_API,
    DRIVER,
    MAIL,
    POSTGRES,
    SAMPLE_RUN,
    SUMMED,
    TEMPORAL,
    WORKER,
    Results,
)
from bench.sample import ISSUED, Talk
from bench.tables import TARGET_HEADS, Cells, Target, at_most, markdown, target_rows
from bench.tickets.measure import TicketFigures
from bench.tickets.report import HOW_TICKETS, tickets_section
from bench.unpaid.measure import UnpaidFigures
from bench.unpaid.report import HOW_UNPAID, unpaid_section
from bench.what_costs_what import WHERE
from bench.workloads import OURS, Kind
from simulation.terminal import Terminal

MAX_EVENTS, MAX_ACTIONS = 40, 15
MAX_BANK_EVENTS, MAX_BANK_ACTIONS = 51, 21
"""Of a refund whose payment order is one of `USUAL_RUN`."""
MAX_RENEWAL_EVENTS, MAX_RENEWAL_ACTIONS = 28, 14
"""Of a renewal whose payment is one of `USUAL_RUN` in a statement, until it is paid."""
UNSHOWN, UNSHOWN_BY_BANK = 3, 2
"""The changes of a refund that no upsert tells of: what its start foretold, a payout that the
acquirer makes at once, and that its money has been credited.
"""
USUAL_RUN = 16
MIN_RENEWAL_OF_NO_OP = 0.35
MIN_OF_NO_OP, MAX_OF_NAIVE = 0.15, 1.0
MAX_TRANSACTIONS_A_STATUS, MAX_ROUND_TRIPS_A_STATUS = 1, 2
MAX_ROUND_TRIPS_AN_ORDER = 3
"""The third takes the invoice's number, which must be the next one."""
GIB = 1024**3

HOWS = (
    HOW_COMPARED,
    HOW_OPEN,
    HOW_IMPORTED,
    HOW_MATCHED,
    HOW_PAGES,
    HOW_TICKETS,
    HOW_UNPAID,
    HOW_COUNTED,
)
HOW = """\
- **In turn**: one run on one fresh stack of `stack/` (Temporal's dev server keeping its histories
  in a file, PostgreSQL with durability on), batches of {refunds} cases ({no_ops} for the no-op),
  {at_once} at once, {rounds} rounds, each beginning with another kind. Figures are medians over the
  rounds; ratios are medians of the ratios within a round.
- **no-op**: a workflow that returns. **skeleton**: the refund's updates, local and regular
  activities, upserts and timers with nothing in them, under our worker's options.
  **naive**: default sandbox, six regular activities with one SQLAlchemy ORM session and one
  statement each, the same updates and waits, no upserts, no API. **refund**: asked,
  signed by code, accepted, paid by the sandbox acquirer and credited, all through the HTTP API.
- **by the bank**: the same of an invoice that was paid by a transfer. A batch is opened and
  accepted case by case; then an accountant gathers one payment run of all its payouts, downloads
  the file, the sandbox bank takes it, the run is handed over, and the bank's statement is uploaded
  and imported, which makes all of them paid; then each is credited. A case counts with its own
  workflow and its share of the run's and the statement's: their events and
  actions over the {refunds} orders of a batch, their transactions over the {sample_run} orders of
  the run behind the proxy. The share grows as runs become shorter.
- **renewal**: the host product registers a subscription's running term, the client looks at the
  offers and orders one. A batch is ordered case by case; then the sandbox bank has the money of
  all, its statement is uploaded and imported, every entry is matched by its purpose, and each case
  is played until it is paid. It counts with its own workflow and its share of the statement's.
- **Ten bank days** are skipped on the server, for the two skeletons as well, so that the cost
  cancels out; the two events that each skip writes are not counted. A case is skipped once it is at
  rest: a skip that came while a workflow task is open would cost it another task.
- **Processor time** is user and system time with all children, read before and after each batch,
  less what the same processes use in a quiet time of the same length. A batch of ours ends when
  its letters are sent. «All» is API, worker, Temporal and PostgreSQL; the skeletons have no API,
  and their driver asks Temporal itself, which nobody is charged for.
- **Actions** are Temporal Cloud's, counted from the histories (`bench/history.py`).
- **Transactions** of a case with its letters are what PostgreSQL counts as committed
  (`pg_stat_database`), in a batch of its own, less what it commits idly. **By status and round
  trips** are read off the wire protocol of one more refund, run and statement, on an API and a
  worker that reach the database through a counting proxy (`bench/pg_proxy.py`).
- The **one-time code** reaches the driver by a trigger that the bench adds: the outbox forgets a
  code once it is mailed, and asking the catcher by IMAP would cost more than the mail.
"""


def show_cases(results: Results, terminal: Terminal) -> None:
    """What a case costs."""
    terminal.chapter("One case costs")
    terminal.table(*table(results))
    terminal.chapter("To reach")
    terminal.table(TARGET_HEADS, target_rows(targets(results)))


@dataclass(frozen=True)
class Everything:
    """What a whole run has measured."""

    results: Results
    imports: Imports
    matching: Matching
    pages: Pages
    engines: Engines
    open_cases: OpenCases
    tickets: TicketFigures
    unpaid: UnpaidFigures
    interests: Interests


def write(found: Everything, terminal: Terminal, folder: Path) -> None:
    """Writes `bench.md` and `bench.svg` into a folder."""
    from bench.chart import draw  # who only reads the targets need not load matplotlib

    (folder / "bench.md").write_text(page(found), encoding="utf-8")
    draw(found.results, found.imports, folder / "bench.svg")
    terminal.line()
    terminal.line("Written: bench.md and bench.svg")


def table(results: Results) -> tuple[Cells, Sequence[Cells]]:
    """Heads and rows: a figure a row, a kind a column."""
    return (
        ["One case", *(f" {kind}" for kind in Kind)],
        [*_count_rows(results), *_time_rows(results)],
    )


def targets(results: Results) -> Sequence[Target]:
    """What issues 2, 3 and 4 ask for of a case, and whether it is so."""
    counts, talk = results.counts[Kind.REFUND], results.talks[Kind.REFUND]
    by_bank, renewal = results.counts[Kind.BANK], results.counts[Kind.RENEWAL]
    statuses = len(talk.status_changes)
    changes = [change for one in results.talks.values() for change in one.status_changes]
    most, most_of_order = (
        max(one.round_trips for one in changes if one.writes(ISSUED) is issues)
        for issues in (False, True)
    )
    of_no_op = results.measured.ratio((Kind.REFUND, _per_second), (Kind.NO_OP, _per_second))
    renewals = results.measured.ratio((Kind.RENEWAL, _per_second), (Kind.NO_OP, _per_second))
    of_naive = cpu_ratio(results, SUMMED)
    behind = cpu_ratio(results, BEHIND_THE_API)
    return (
        at_most("history events, case and payout", counts.events, MAX_EVENTS),
        at_most("actions", counts.actions, MAX_ACTIONS),
        at_most("history events, by the bank", round(by_bank.events, 1), MAX_BANK_EVENTS),
        at_most("actions, by the bank", round(by_bank.actions, 1), MAX_BANK_ACTIONS),
        at_most("history events, a renewal", round(renewal.events, 1), MAX_RENEWAL_EVENTS),
        at_most("actions, a renewal", round(renewal.actions, 1), MAX_RENEWAL_ACTIONS),
        at_most(
            "transactions a status",
            statuses / (counts.upserts + UNSHOWN),
            MAX_TRANSACTIONS_A_STATUS,
        ),
        at_most("round trips a status", most, MAX_ROUND_TRIPS_A_STATUS),
        at_most("… with an invoice's number", most_of_order, MAX_ROUND_TRIPS_AN_ORDER),
        Target(
            "refunds a second ÷ no-ops a second",
            f"≥ {MIN_OF_NO_OP}",
            f"{of_no_op:.3f}",
            of_no_op >= MIN_OF_NO_OP,
        ),
        Target(
            "renewals a second ÷ no-ops a second",
            f"≥ {MIN_RENEWAL_OF_NO_OP}",
            f"{renewals:.3f}",
            renewals >= MIN_RENEWAL_OF_NO_OP,
        ),
        at_most("all CPU ÷ naive skeleton's", round(of_naive, 2), MAX_OF_NAIVE),
        at_most("… without the API's process", round(behind, 2), MAX_OF_NAIVE),
    )


def cpu_ratio(results: Results, processes: Sequence[str]) -> float:
    """Processor time of a refund over a naive skeleton's, in these processes of both."""

    def spent(batch: Batch) -> float:
        return batch.ms_each(*processes)

    return results.measured.ratio((Kind.REFUND, spent), (Kind.NAIVE, spent))


def page(found: Everything) -> str:
    """The page in Markdown."""
    memory = round(psutil.virtual_memory().total / GIB)
    machine = f"{psutil.cpu_count()} cores, {memory} GiB of memory, shared with other work"
    return "\n".join(
        [
            "# What a refund costs",
            "",
            f"`make bench` on {datetime.now(UTC):%Y-%m-%d}: {machine}. Counts are exact; times",
            "are of that machine at that hour: compare them within a table only.",
            "",
            "![Processor time of one case by process, and entries imported a second](bench.svg)",
            "",
            *markdown(*table(found.results)),
            "",
            *markdown(TARGET_HEADS, target_rows(targets(found.results))),
            "",
            "## What costs what",
            "",
            WHERE,
            *engines_section(found.engines),
            *open_section(found.open_cases),
            *imports_section(found.imports),
            *matching_section(found.matching),
            *pages_section(found.pages),
            *tickets_section(found.tickets),
            *unpaid_section(found.unpaid),
            *interest_section(found.interests),
            "## How it was measured",
            "",
            "".join((_how(found.results), *HOWS)),
        ]
    )


def _how(results: Results) -> str:
    return HOW.format(
        refunds=results.plan.refunds,
        no_ops=results.measured.batches[Kind.NO_OP][0].cases,
        at_once=results.plan.at_once,
        rounds=results.plan.rounds,
        sample_run=SAMPLE_RUN,
    )


def _count_rows(results: Results) -> Sequence[Cells]:
    counts, talks = results.counts, results.talks

    def row(what: str, figure: str) -> Cells:
        return [what, *(_count(getattr(counts[kind], figure)) for kind in Kind)]

    def of_refunds(what: str, figure: Callable[[Kind], str]) -> Cells:
        return [what, *(figure(kind) if kind in OURS else "–" for kind in Kind)]

    def both(figure: Callable[[Talk], tuple[float, float]]) -> Callable[[Kind], str]:
        return lambda kind: " + ".join(map(_count, figure(talks[kind])))

    return [
        row("history events", "events"),
        row("activities, local", "local_activities"),
        row("activities, regular", "regular_activities"),
        row("updates", "updates"),
        row("timers", "timers"),
        row("search attribute upserts", "upserts"),
        row("actions (Temporal Cloud)", "actions"),
        of_refunds(
            "transactions, letters included", lambda kind: f"{results.commits_each[kind]:.1f}"
        ),
        of_refunds("transactions, API + worker", both(lambda talk: talk.transactions)),
        of_refunds("round trips, API + worker", both(lambda talk: talk.round_trips)),
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
        row("CPU ms apart: acquirer, bank and mail", ACQUIRER, BANK, MAIL),
        row("CPU ms apart: driver", DRIVER),
        ["cases a second", *(f"{measured.median(kind, _per_second):.1f}" for kind in Kind)],
    ]


def _count(figure: float) -> str:
    """Whole where nothing is shared."""
    return f"{figure:.0f}" if figure == round(figure) else f"{figure:.1f}"


def _or_dash(ms: float) -> str:
    return f"{ms:.1f}" if ms else "–"


def _per_second(batch: Batch) -> float:
    return batch.per_second
