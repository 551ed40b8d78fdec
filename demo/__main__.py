"""`python -m demo`: starts a stack, plays the stories, shows the results and checks them."""

import argparse
import gc
import sys
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime

import httpx2

from demo.case import Case
from demo.debt import Debt
from demo.goods_return import GoodsReturn
from demo.renewal import Renewal
from demo.report import Played, addresses, report
from demo.stage import Stage
from demo.stories import (
    AFTER_RENEWAL,
    DISPUTED,
    STORIES,
    asked,
    debtor,
    exchanged,
    missed,
    refusals,
    renewal,
)
from demo.stories.story import Story
from demo.ticket import Ticket
from domain.calendar.bank_calendar import moscow_date
from simulation.dataset import data_set
from simulation.expectation import Unexpected
from simulation.loading import load
from simulation.people import Cast
from simulation.sandboxes import Acquirer, Bank
from simulation.terminal import Terminal
from stack.embedded import Stack
from stack.errors import StackError

DESCRIPTION = """\
Starts PostgreSQL, Temporal, a mail catcher, sandboxes (acquirer, bank, Telegram), the API and a
worker on loopback ports, with data of its own that are removed afterwards, and plays refunds, a
renewal, a question to support, unpaid orders and an exchange of goods through the HTTP API,
Telegram and mail."""
EPILOG = """\
On a terminal it stays up at the end, so that one can look around, until Ctrl-C. Anywhere else it
stops everything and exits: 0 when everything was as it must be, 1 with one line that says what was
not and where the logs are. It runs beside `make up` and beside another demo; a port that is taken
is replaced by a free one."""

FAILED = 1
INTERRUPTED = 130


def main() -> int:
    """Plays once; returns the exit code."""
    argparse.ArgumentParser(
        prog="python -m demo",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    ).parse_args()
    try:
        play(Terminal(sys.stdout))
    except (Unexpected, StackError, PermissionError, httpx2.HTTPError) as error:
        said = str(error) or type(error).__name__
        print(f"demo failed: {said}", file=sys.stderr, flush=True)
        return FAILED
    except KeyboardInterrupt:
        print("\nStopped; no process is left.", file=sys.stderr, flush=True)
        return INTERRUPTED
    return 0


def play(terminal: Terminal) -> None:
    """The whole demo; raises `Unexpected` when anything is not as it must be."""
    began = time.monotonic()
    terminal.chapter("Kopeyka: refunds, renewals, tickets and debts, from the request to the end")
    terminal.event(
        "stack", "PostgreSQL, Temporal, mail, acquirer, bank, API and worker are starting"
    )
    with Stack.fresh() as stack:
        terminal.event("stack", f"everything runs; Temporal's Web UI: {stack.ui_url}")
        with Cast(stack.api_url, stack.environment["KOPEYKA_DEVELOPMENT_KEY"]) as cast:
            acquirer = cast.enter(Acquirer(stack.acquirer_url))
            bank = cast.enter(Bank(stack.bank_url))
            stage = Stage(stack, terminal, cast, acquirer, bank, data_set(_today()))
            terminal.event("billing", cast.wait(load(cast.api, acquirer, stage.data)))
            stage.terminal.chapter(refusals.TITLE)
            refusals.play(stage)
            played = _stories(stage, STORIES)
            renewed = _renewal(stage)
            played += _stories(stage, AFTER_RENEWAL)
            ticket = _ticket(stage, played[0].case)
            found, claimed = _debts(stage)
            exchange = _exchange(stage)
            played += _stories(stage, DISPUTED)
            report(stage, played)
            renewal.report(stage, renewed)
            asked.report(stage, played[0].case, ticket)
            missed.report(found)
            debtor.report(claimed)
            exchanged.report(stage, exchange)
        addresses(stage, played)
        terminal.line()
        terminal.line(f"All as it must be, in {time.monotonic() - began:.0f} s.")
        if sys.stdin.isatty() and sys.stdout.isatty():
            _stay(stage)


def _stories(stage: Stage, stories: Sequence[Story]) -> list[Played]:
    played = []
    for story in stories:
        stage.terminal.chapter(story.title, story.about)
        played.append(Played(story, story.play(stage)))
    return played


def _renewal(stage: Stage) -> Renewal:
    stage.terminal.chapter(renewal.TITLE, renewal.ABOUT)
    return renewal.play(stage)


def _ticket(stage: Stage, refund: Case) -> Ticket:
    stage.terminal.chapter(asked.TITLE, asked.ABOUT)
    return asked.play(stage, refund)


def _debts(stage: Stage) -> tuple[Debt, Debt]:
    stage.terminal.chapter(missed.TITLE, missed.ABOUT)
    found = missed.play(stage)
    stage.terminal.chapter(debtor.TITLE, debtor.ABOUT)
    return found, debtor.play(stage)


def _exchange(stage: Stage) -> GoodsReturn:
    stage.terminal.chapter(exchanged.TITLE, exchanged.ABOUT)
    return exchanged.play(stage)


def _stay(stage: Stage) -> None:
    """Waits for Ctrl-C, the ordinary end."""
    stage.terminal.line("Everything stays up until Ctrl-C.")
    try:
        stage.stack.wait()
    except KeyboardInterrupt:
        stage.terminal.line()
        stage.terminal.line("Stopping…")


def _today() -> date:
    return moscow_date(datetime.now(UTC))


if __name__ == "__main__":
    code = main()
    gc.collect()  # a Temporal client that is still alive at exit may bring the process down
    sys.exit(code)
