"""`make bench`: what a refund costs, beside an empty workflow and a bare skeleton."""

import argparse
import asyncio
import gc
import sys
import time
from pathlib import Path

import httpx2

from bench.report import report
from bench.run import Plan, Results, run
from demo.expectation import Unexpected
from demo.terminal import Terminal
from stack.embedded import Stack
from stack.errors import StackError
from stack.folders import CHECKOUT

REFUNDS, ROUNDS, AT_ONCE = 16, 5, 8
FAILED, INTERRUPTED = 1, 130
DESCRIPTION = """\
Starts a fresh stack and plays, in small batches in turn, an empty workflow, a skeleton in the shape
of a refund, a naive version of it and straight refunds through the API. Prints what one case costs:
events, actions, transactions, round trips, processor time by process, throughput and the ratios.
Counts are exact; times are of this machine, now: compare them within one run only."""
EPILOG = "Writes bench.md and bench.svg. Takes about three minutes on two quiet cores."


def main() -> int:
    """The exit code: 0, or 1 with one line that says what went wrong."""
    plan, folder = _asked()
    terminal = Terminal(sys.stdout)
    terminal.chapter("Kopeyka: what a refund costs")
    try:
        report(_measure(plan, terminal), terminal, folder)
    except (Unexpected, StackError, PermissionError, httpx2.HTTPError) as error:
        said = str(error) or type(error).__name__
        print(f"bench failed: {said}", file=sys.stderr, flush=True)
        return FAILED
    except KeyboardInterrupt:
        print("\nStopped; no process is left.", file=sys.stderr, flush=True)
        return INTERRUPTED
    return 0


def _measure(plan: Plan, terminal: Terminal) -> Results:
    began = time.monotonic()
    terminal.deed("stack", "PostgreSQL, Temporal, mail, acquirer, API and worker are starting")
    with Stack.fresh() as stack:
        try:
            return asyncio.run(run(stack, terminal, plan))
        finally:
            gc.collect()  # a Temporal client that is still alive at exit may bring the process down
            terminal.deed("stack", f"stops after {time.monotonic() - began:.0f} s")


def _asked() -> tuple[Plan, Path]:
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
    add("--into", type=Path, default=CHECKOUT / "docs", metavar="FOLDER", help="default: docs")
    asked = parser.parse_args()
    return Plan(asked.refunds, asked.rounds, asked.at_once), asked.into


def _help(what: str) -> str:
    return f"{what} (%(default)s)"


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


if __name__ == "__main__":
    sys.exit(main())
