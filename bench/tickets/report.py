"""The measurements of tickets as tables."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from bench.batches import Batch
from bench.run import API, MAIL, POSTGRES, TEMPORAL, WORKER
from bench.tables import TARGET_HEADS, Cells, Target, at_most, markdown, target_rows
from bench.tickets.channels import BOT, CHATS, MAIL_IN, MESSAGES, Way
from bench.tickets.measure import FEW_OPEN, MANY_OPEN, TicketFigures, Work
from bench.tickets.rows import CLIENTS, TICKETS, WAITING
from bench.tickets.rows import MESSAGES as WRITTEN
from simulation.terminal import Terminal

MAX_EVENTS, MAX_ACTIONS = 42, 18
"""Of a ticket that is opened, answered, replied to, settled and closed: four updates, and four
waits that each are a timer and an upsert.
"""
MIN_OF_NO_OP = 0.15
MAX_LIST_MS = 50
MAX_CACHED_KIB = 70
KIB = 1024
BARE_OF: Mapping[Way, Way] = MappingProxyType({Way.BOT: Way.INSERT, Way.MAIL: Way.FETCH})
SUMMED = (API, WORKER, TEMPORAL, POSTGRES)
CASE_HEADS = ("One case", " no-op", " ticket")
WAY_HEADS = ("One message", *(f" {way}" for way in Way))
MEMORY_HEADS = ("One open ticket more, KiB", " holds")
LIST_HEADS = ("List of tickets", " median, ms", " p95, ms")
HOW_TICKETS = f"""\
- **Tickets**: opened by its client, answered, replied to, answered and held for settled, all
  through the HTTP API, and closed by time, in turn with no-ops. **Bot**: {CHATS} linked accounts of
  Telegram's sandbox press «Добавить ответ», write, press «Завершить»; a message counts until its
  ticket has it, its processor time until the bot has said all that it has to, at 25 calls a second.
  **Mail**: letters to the address that answers a ticket, from the first that the reader stores to
  the last that a ticket has taken; its pause of five seconds is not in it. A batch is {MESSAGES}
  messages. **Bare insert**: a text stored in a transaction of its own by one of {CHATS}
  connections; **bare fetch**: the same letters fetched one by one by IMAP, each stored so. Memory:
  between {FEW_OPEN} open tickets and {MANY_OPEN}, all of which the worker keeps. Lists: whole
  requests of pages among {WRITTEN:,} messages of {TICKETS:,} tickets of {CLIENTS:,} clients,
  {WAITING:,} of which wait for us.
"""


def show_tickets(found: TicketFigures, terminal: Terminal) -> None:
    """On the terminal."""
    terminal.chapter("Support tickets")
    for heads, rows in _tables(found):
        terminal.table(heads, rows)
    terminal.chapter("To reach")
    terminal.table(TARGET_HEADS, target_rows(ticket_targets(found)))


def tickets_section(found: TicketFigures) -> Sequence[str]:
    """Lines of the page."""
    lines = ["## Support tickets", ""]
    for heads, rows in (*_tables(found), (TARGET_HEADS, target_rows(ticket_targets(found)))):
        lines += [*markdown(heads, rows), ""]
    return lines


def ticket_targets(found: TicketFigures) -> Sequence[Target]:
    """What is asked of tickets, and whether it is so."""
    counts = found.counts
    of_no_op = found.measured.ratio((Work.TICKET, _per_second), (Work.NO_OP, _per_second))
    slowest = max(one.p95_ms for one in found.lists.values())
    return (
        at_most("history events, a ticket", counts.events, MAX_EVENTS),
        at_most("actions, a ticket", counts.actions, MAX_ACTIONS),
        Target(
            "tickets a second ÷ no-ops a second",
            f"≥ {MIN_OF_NO_OP}",
            f"{of_no_op:.3f}",
            of_no_op >= MIN_OF_NO_OP,
        ),
        at_most("p95 of the slowest list or search, ms", round(slowest, 1), MAX_LIST_MS),
        at_most(
            "worker memory a cached ticket, KiB",
            round(found.memory_each[WORKER] / KIB, 1),
            MAX_CACHED_KIB,
        ),
    )


def _tables(found: TicketFigures) -> Sequence[tuple[Cells, Sequence[Cells]]]:
    return (
        (CASE_HEADS, case_rows(found)),
        (WAY_HEADS, way_rows(found)),
        (MEMORY_HEADS, [[name, f"{size / KIB:.1f}"] for name, size in found.memory_each.items()]),
        (
            LIST_HEADS,
            [
                [what, f"{one.median_ms:.1f}", f"{one.p95_ms:.1f}"]
                for what, one in found.lists.items()
            ],
        ),
    )


def case_rows(found: TicketFigures) -> Sequence[Cells]:
    """A figure a row; what a no-op has none of is a dash."""
    counted = (
        ("history events", "events"),
        ("activities, local", "local_activities"),
        ("updates", "updates"),
        ("timers", "timers"),
        ("search attribute upserts", "upserts"),
        ("actions (Temporal Cloud)", "actions"),
    )
    rows = [[what, "–", f"{getattr(found.counts, name):g}"] for what, name in counted]
    rows.append(["transactions, letters included", "–", f"{found.transactions:.1f}"])
    for what, processes in (
        *((f"CPU ms, {name}", (name,)) for name in SUMMED),
        ("CPU ms, all of these", SUMMED),
        ("CPU ms apart: mail", (MAIL,)),
    ):
        rows.append([what, *(_median(found, work, processes) for work in Work)])
    speeds = (f"{found.measured.median(work, _per_second):.1f}" for work in Work)
    return [*rows, ["cases a second", *speeds]]


def list_rows(found: TicketFigures) -> Sequence[Cells]:
    """A page a row."""
    return [
        [what, f"{one.median_ms:.1f}", f"{one.p95_ms:.1f}"] for what, one in found.lists.items()
    ]


def way_rows(found: TicketFigures) -> Sequence[Cells]:
    """A figure a row, a way a column."""
    channels, measured = found.channels, found.channels.measured

    def row(what: str, figure: Callable[[Way], str]) -> Cells:
        return [what, *map(figure, Way)]

    def spent(process: str) -> Cells:
        def ms_each(batch: Batch) -> float:
            return batch.ms_each(process)

        return row(f"CPU ms, {process}", lambda way: _or_dash(measured.median(way, ms_each)))

    def of_bare(way: Way) -> str:
        if way not in BARE_OF:
            return "–"
        return f"{measured.ratio((way, _per_second), (BARE_OF[way], _per_second)):.3f}"

    return [
        row("transactions", lambda way: _or_dash(channels.transactions.get(way, 0.0))),
        row("calls of the Bot API", lambda way: _or_dash(channels.calls * (way is Way.BOT))),
        *map(spent, (BOT, MAIL_IN, WORKER, TEMPORAL, POSTGRES)),
        row("messages a second", lambda way: f"{measured.median(way, _per_second):,.1f}"),
        row("… ÷ the bare way's", of_bare),
    ]


def _median(found: TicketFigures, work: Work, processes: Sequence[str]) -> str:
    return _or_dash(found.measured.median(work, lambda batch: batch.ms_each(*processes)))


def _or_dash(figure: float) -> str:
    return f"{figure:.1f}" if figure else "–"


def _per_second(batch: Batch) -> float:
    return batch.per_second
