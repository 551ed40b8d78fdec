"""`make bench`: measures a refund and a renewal, an empty workflow and a bare skeleton."""

import argparse
import asyncio
import gc
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

import httpx2

from bench.dbos.measure import Engines, is_installed, measure_engines
from bench.dbos.report import show_engines
from bench.import_report import show_imports
from bench.imports import ImportFailed, Imports, measure_imports
from bench.interest import Interests, measure_interest, show_interest
from bench.matching import ENTRIES, Matching, measure_matching
from bench.matching_report import show_matching
from bench.open_cases import OpenCases, measure_open_cases
from bench.open_report import show_open_cases
from bench.pages import Pages, measure_pages_and_desk
from bench.pages_report import show_pages
from bench.report import USUAL_RUN, Everything, show_cases, write
from bench.run import Plan, Results, run
from bench.tickets.measure import TicketFigures, measure_tickets
from bench.tickets.report import show_tickets
from bench.unpaid.measure import UnpaidFigures, measure_unpaid
from bench.unpaid.report import show_unpaid
from simulation.expectation import Unexpected
from simulation.terminal import Terminal
from stack.embedded import Stack
from stack.errors import StackError
from stack.folders import CHECKOUT

REFUNDS, ROUNDS, AT_ONCE = USUAL_RUN, 5, 8
OPEN_CASES = 2_000
"""Twice as many as a worker keeps in its memory, so that some have to be woken."""
FAILED, INTERRUPTED = 1, 130
Figures = TypeVar("Figures")
DESCRIPTION = """\
Starts a fresh stack and plays, in small batches in turn, an empty workflow, a skeleton in the shape
of a refund, a naive version of it, straight refunds through the API, refunds that a payment run
pays by the bank, and renewals that a bank transfer pays. Imports bank statements of 10,000 and
100,000 entries beside a bare parse-and-COPY. Plays the same refunds on DBOS and on Temporal in
turn. Opens thousands of cases and looks what they cost while they wait. Judges 5,000 messy purposes
whose truth is known, and looks at the pages of the cabinet. Plays support tickets, sends messages
through the bot and by mail, and asks for lists of tickets among 200,000 messages. Plays unpaid
orders and disputes, and builds a dossier. Counts the interest of debts of ten years.
Prints what one case costs (events, actions, transactions, round trips, processor time by process,
throughput), what an import costs (entries a second, peak memory), the ratios, what an open case
costs (processor time, memory, disk, a list, a wake), the precision and recall of matching, and what
a page weighs, takes beside the API, and holds while it is open.
Counts are exact; times are of this machine, now: compare them within one run only."""
EPILOG = """\
Writes bench.md and bench.svg, unless --only one part was measured. Takes about twenty minutes on
two cores: six for the cases, two for the import, three beside DBOS, four for the open cases, five
for the tickets, seconds for the matching and for the pages. Twenty thousand open cases take half
an hour by themselves."""


class Part(StrEnum):
    """What is measured."""

    CASES = "cases"
    IMPORT = "import"
    DBOS = "dbos"
    OPEN = "open"
    MATCHING = "matching"
    PAGES = "pages"
    TICKETS = "tickets"
    UNPAID = "unpaid"
    INTEREST = "interest"


@dataclass(frozen=True)
class Asked:
    """What the command line says; `only` None means every part."""

    plan: Plan
    open_cases: int
    only: Part | None
    into: Path

    def wants(self, part: Part) -> bool:
        """Whether it is to be measured."""
        return self.only in (None, part)


def main() -> int:
    """The exit code: 0, or 1 with one line that says what went wrong."""
    asked = _asked()
    terminal = Terminal(sys.stdout)
    terminal.chapter("Kopeyka: what a refund and a renewal cost")
    try:
        _measure(asked, terminal)
    except (Unexpected, StackError, ImportFailed, PermissionError, httpx2.HTTPError) as error:
        said = str(error) or type(error).__name__
        print(f"bench failed: {said}", file=sys.stderr, flush=True)
        return FAILED
    except KeyboardInterrupt:
        print("\nStopped; no process is left.", file=sys.stderr, flush=True)
        return INTERRUPTED
    return 0


@dataclass(frozen=True)
class OnAStack:
    """What is measured on one stack; None is what was not asked for."""

    cases: Results | None = None
    imports: Imports | None = None
    pages: Pages | None = None


def _measure(asked: Asked, terminal: Terminal) -> None:
    found = _together(asked, terminal)
    engines = _engines(asked, terminal)
    open_cases = _open_cases(asked, terminal)
    matching = _matching(asked, terminal)
    tickets = _tickets(asked, terminal)
    unpaid = _unpaid(asked, terminal)
    interests = measure_interest() if asked.wants(Part.INTEREST) else None
    _show(found.cases, show_cases, terminal)
    _show(found.imports, show_imports, terminal)
    _show(engines, show_engines, terminal)
    _show(open_cases, show_open_cases, terminal)
    _show(matching, show_matching, terminal)
    _show(found.pages, show_pages, terminal)
    _show(tickets, show_tickets, terminal)
    _show(unpaid, show_unpaid, terminal)
    _show(interests, show_interest, terminal)
    of_stack = (found.cases, found.imports, found.pages)
    everything = _everything(*of_stack, matching, engines, open_cases, tickets, unpaid, interests)
    if everything is not None:
        write(everything, terminal, asked.into)


def _show(
    figures: Figures | None, show: Callable[[Figures, Terminal], None], terminal: Terminal
) -> None:
    """Shows a part that was asked for."""
    if figures is not None:
        show(figures, terminal)


def _everything(
    cases: Results | None,
    imports: Imports | None,
    pages: Pages | None,
    matching: Matching | None,
    engines: Engines | None,
    open_cases: OpenCases | None,
    tickets: TicketFigures | None,
    unpaid: UnpaidFigures | None,
    interests: Interests | None,
) -> Everything | None:
    """None where a part was not asked for."""
    if not (cases and imports and pages and matching and engines):
        return None
    if not (open_cases and tickets and unpaid and interests):
        return None
    parts = (cases, imports, matching, pages, engines, open_cases, tickets, unpaid, interests)
    return Everything(*parts)


def _together(asked: Asked, terminal: Terminal) -> OnAStack:
    if not any(map(asked.wants, (Part.CASES, Part.IMPORT, Part.PAGES))):
        return OnAStack()
    with _fresh_stack(terminal) as stack:
        cases, imports = _cases(asked, stack, terminal), _imports(asked, stack, terminal)
        return OnAStack(cases, imports, _pages(asked, stack, terminal))


@contextmanager
def _fresh_stack(terminal: Terminal) -> Iterator[Stack]:
    began = time.monotonic()
    terminal.event("stack", "PostgreSQL, Temporal, mail, sandboxes, API, pages and worker start")
    with Stack.fresh() as stack:
        try:
            yield stack
        finally:
            gc.collect()  # a Temporal client that is still alive at exit may bring the process down
            terminal.event("stack", f"stops after {time.monotonic() - began:.0f} s")


def _cases(asked: Asked, stack: Stack, terminal: Terminal) -> Results | None:
    if not asked.wants(Part.CASES):
        return None
    return asyncio.run(run(stack, terminal, asked.plan))


def _imports(asked: Asked, stack: Stack, terminal: Terminal) -> Imports | None:
    if not asked.wants(Part.IMPORT):
        return None
    return measure_imports(stack.postgres, lambda said: terminal.event("import", said))


def _pages(asked: Asked, stack: Stack, terminal: Terminal) -> Pages | None:
    if not asked.wants(Part.PAGES):
        return None
    return asyncio.run(measure_pages_and_desk(stack, lambda said: terminal.event("pages", said)))


def _engines(asked: Asked, terminal: Terminal) -> Engines | None:
    if not asked.wants(Part.DBOS):
        return None
    with _fresh_stack(terminal) as stack:
        return asyncio.run(measure_engines(stack, terminal, asked.plan))


def _open_cases(asked: Asked, terminal: Terminal) -> OpenCases | None:
    if not asked.wants(Part.OPEN):
        return None
    with _fresh_stack(terminal) as stack:
        return asyncio.run(measure_open_cases(stack, terminal, asked.open_cases))


def _tickets(asked: Asked, terminal: Terminal) -> TicketFigures | None:
    if not asked.wants(Part.TICKETS):
        return None
    with _fresh_stack(terminal) as stack:
        return asyncio.run(measure_tickets(stack, terminal, asked.plan))


def _unpaid(asked: Asked, terminal: Terminal) -> UnpaidFigures | None:
    if not asked.wants(Part.UNPAID):
        return None
    with _fresh_stack(terminal) as stack:
        return asyncio.run(measure_unpaid(stack, terminal, asked.plan))


def _matching(asked: Asked, terminal: Terminal) -> Matching | None:
    if not asked.wants(Part.MATCHING):
        return None
    terminal.event("matching", f"{ENTRIES:,} messy purposes are judged")
    return measure_matching()


def _asked() -> Asked:
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--refunds", type=_positive, default=REFUNDS, metavar="N", help=_help("in a batch"))
    add("--rounds", type=_positive, default=ROUNDS, metavar="R", help=_help("batches of a kind"))
    add("--at-once", type=_positive, default=AT_ONCE, metavar="N", help=_help("cases at a time"))
    add("--open-cases", type=_positive, default=OPEN_CASES, metavar="N", help=_help("open at most"))
    add("--only", type=Part, choices=list(Part), help="one part, printed and not written")
    add("--into", type=Path, default=CHECKOUT / "docs", metavar="FOLDER", help="default: docs")
    told = parser.parse_args()
    plan = Plan(told.refunds, told.rounds, told.at_once)
    asked = Asked(plan, told.open_cases, told.only, told.into)
    if asked.wants(Part.DBOS) and not is_installed():
        parser.error("DBOS is not installed: `make bench` takes its own set of packages")
    return asked


def _help(what: str) -> str:
    return f"{what} (%(default)s)"


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


if __name__ == "__main__":
    sys.exit(main())
