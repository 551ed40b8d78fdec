"""`make chaos`: one debit, whatever dies."""

import argparse
import asyncio
import gc
import secrets
import sys
from collections import Counter

import httpx2

from bench.chaos.run import Outcome, Size, fresh_stack, run
from simulation.expectation import Unexpected
from simulation.terminal import Terminal
from stack.errors import StackError
from texts import rubles

COUNT = 200
WRITERS = 50
SEEDS = 1_000_000
ORDERS_EVERY = 8
"""One unpaid, one disputed and one returned order for so many invoices."""
FAILED, INTERRUPTED = 1, 130
DESCRIPTION = """\
Starts a fresh, durable stack and plays so many invoices' refunds, and half as many subscriptions'
renewals, through the API; an eighth as many orders each that are unpaid, disputed (some charged
back while they are refunded) and given back; and clients who write to support by the API, by mail
and from Telegram, while worker, API, Temporal, PostgreSQL, the bot, the reader of letters and the
bank (now and then the acquirer, the mail catcher and the scanner) are killed with SIGKILL at
random moments. The acquirer, Telegram and the scanner answer at their worst; the bank refuses
orders, gives money back, stops in the middle of files and damages statements, which an accountant
brings twice, over overlapping periods and in any order. Renewals are paid by card, and by
transfers with messy purposes: too little, too much, twice, by strangers, after a cancellation;
some of it is undone and allocated anew. Then lets the storm end, waits for quiet and compares the
own books of acquirer and bank, the letters, the chats, the files and the cases with ours."""
EPILOG = """\
The exit code is 0 when every kopeck left once, or came and is where it belongs, everybody was told,
and each message to support is there once, in its writer's order. A seed repeats the choices
(courses, victims, pauses, faults); which instruction a kill meets is up to the machine."""


def main() -> int:
    """The exit code: 0, or 1 with everything that is wrong and the seed."""
    size, terminal = _asked(), Terminal(sys.stdout)
    terminal.chapter("Kopeyka: one debit, whatever dies")
    try:
        terminal.event(
            "stack", "PostgreSQL, Temporal, mail, acquirer, bank, API and worker are starting"
        )
        with fresh_stack() as stack:
            try:
                outcome = asyncio.run(run(stack, terminal, size))
            finally:
                gc.collect()  # a Temporal client still alive at exit may bring the process down
            report(outcome, terminal)
            if outcome.wrong:
                raise Unexpected(
                    f"seed {size.seed}", "nothing wrong", f"{len(outcome.wrong)} wrong"
                )
    except (Unexpected, StackError, PermissionError, httpx2.HTTPError) as error:
        print(f"chaos failed: {error}", file=sys.stderr, flush=True)
        return FAILED
    except KeyboardInterrupt:
        print("\nStopped; no process is left.", file=sys.stderr, flush=True)
        return INTERRUPTED
    return 0


def report(outcome: Outcome, terminal: Terminal) -> None:
    """What was done, and what came of it."""
    storm, money, bank, notified = outcome.storm, outcome.money, outcome.bank, outcome.notified
    came = outcome.money_in
    terminal.chapter(f"Seed {outcome.size.seed}")
    rows = [
        ("kills", f"{storm.kills.total()}: {_counted(storm.kills)}"),
        ("faults of the acquirer", str(storm.faults)),
        ("what callers heard", _counted(outcome.heard)),
        ("refunds", f"{outcome.endings.total()}: {_counted(outcome.endings)}"),
        ("renewals", f"{outcome.renewals.total()}: {_counted(outcome.renewals)}"),
        ("other orders", f"{outcome.orders.total()}: {_counted(outcome.orders)}"),
        ("refunds by channel", _counted(outcome.channels)),
        ("payout attempts", _counted(outcome.attempts)),
        ("debits, acquirer's books", f"{money.debits}, {rubles(money.debited_kopecks)}"),
        ("debits, bank's books", f"{bank.debits}, {rubles(bank.debited_kopecks)}"),
        (
            "orders at the bank",
            f"{bank.orders}: rejected {bank.rejections}, given back {bank.returns}",
        ),
        ("bank entries", f"{bank.entries.total()}: {_counted(bank.entries)}"),
        ("money for renewals", f"{rubles(came.came_kopecks)}: {_counted(came.entries)}"),
        ("… by card", f"{came.cards}, {rubles(came.card_kopecks)}"),
        ("surpluses held", f"{came.surpluses}, {rubles(came.surplus_kopecks)}"),
        ("the accountant", _counted(outcome.log.counts)),
        ("letters", f"{notified.letters}, repeated under the same Message-ID: {notified.repeats}"),
        ("messages to support", _counted(outcome.written)),
        ("histories replayed", str(outcome.replayed)),
        ("time", f"{outcome.seconds:.0f} s, {storm.seconds:.0f} s of it storm"),
    ]
    terminal.table(("what", "found"), rows)
    terminal.line()
    for wrong in outcome.wrong:
        terminal.line(f"WRONG  {wrong}")
    if not outcome.wrong:
        terminal.line(
            "Nothing is wrong: every kopeck left once, or came and is where it belongs;"
            " everybody was told."
        )


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.most_common()) or "none"


def _asked() -> Size:
    parser = argparse.ArgumentParser(
        prog="python -m bench.chaos",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--count", type=int, default=COUNT, metavar="N", help="invoices (%(default)s)")
    add("--renewals", type=int, default=None, metavar="N", help="subscriptions (half as many)")
    add(
        "--writers",
        type=int,
        default=WRITERS,
        metavar="N",
        help="who write to support (%(default)s)",
    )
    add(
        "--orders",
        type=int,
        default=None,
        metavar="N",
        help="unpaid, disputed and returned ones, of each so many (an eighth as many)",
    )
    add(
        "--storm",
        type=float,
        default=None,
        metavar="SECONDS",
        help="the storm ends after so long at the latest, but never before each process has died",
    )
    add("--seed", type=int, default=None, metavar="S", help="default: a random one, printed")
    asked = parser.parse_args()
    if asked.count < 1:
        parser.error("--count must be at least 1")
    renewals = asked.count // 2 if asked.renewals is None else asked.renewals
    orders = asked.count // ORDERS_EVERY if asked.orders is None else asked.orders
    if min(renewals, orders, asked.writers) < 0:
        parser.error("--renewals, --orders and --writers must not be negative")
    seed = secrets.randbelow(SEEDS) if asked.seed is None else asked.seed
    return Size(asked.count, seed, renewals, asked.writers, orders, storm_limit_seconds=asked.storm)


if __name__ == "__main__":
    sys.exit(main())
