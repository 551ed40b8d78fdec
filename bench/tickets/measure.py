"""Everything that is measured of tickets, on one stack of their own."""

import os
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from bench.batches import Line, Measured, idling, play_batch, play_rounds
from bench.database import Watch, watched
from bench.desk_pages import DeskTimes
from bench.driver import PlayMany, one_by_one, side_by_side
from bench.fixture import Fixture, load_fixture
from bench.history import Counts
from bench.open_cases import memory_of
from bench.processes import supervised, worker_command
from bench.processor_time import spent_ms
from bench.run import API, DRIVER, MAIL, NO_OPS_PER_REFUND, POSTGRES, TEMPORAL, WORKER, Plan
from bench.tickets.cases import INVOICES, Tickets
from bench.tickets.channels import CHATS, Channels, measure_channels
from bench.tickets.lists import measure_lists
from bench.tickets.rows import MESSAGES
from bench.workloads import Kind
from simulation.terminal import Terminal
from stack.embedded import Stack

FEW_OPEN, MANY_OPEN = 100, 600
"""Open tickets at the two measures of memory; a worker keeps more than these in its cache."""


Settled = Callable[[], Awaitable[None]]


class Work(StrEnum):
    """What a ticket is compared with."""

    NO_OP = "no-op"
    TICKET = "ticket"


@dataclass(frozen=True)
class TicketFigures:
    """All that is measured. `memory_each` is of an open ticket more, in bytes, by process."""

    measured: Measured[Work]
    counts: Counts
    transactions: float
    channels: Channels
    memory_each: Mapping[str, float]
    lists: Mapping[str, DeskTimes]


async def measure_tickets(stack: Stack, terminal: Terminal, plan: Plan) -> TicketFigures:
    """Cases, channels, memory, then lists among many rows, which stay."""

    def said(line: str) -> None:
        terminal.event("tickets", line)

    async with (
        load_fixture(stack, terminal, invoices=0, transferred=INVOICES) as here,
        watched(stack.database_url) as watch,
        here.api(stack.api_url) as api,
    ):
        tickets = Tickets(here, api)
        measured, transactions = await _cases(here, tickets, plan, watch, terminal)
        counts = await here.counts_of(measured.last[Work.TICKET])
        channels = await measure_channels(stack, tickets, watch, plan.rounds, said)
        memory = await _memory_each(stack, tickets, watch)
    said(f"lists among {MESSAGES:,} messages")
    lists = await measure_lists(stack)
    return TicketFigures(measured, counts, transactions, channels, memory, lists)


async def _cases(
    here: Fixture, tickets: Tickets, plan: Plan, watch: Watch, terminal: Terminal
) -> tuple[Measured[Work], float]:
    """The rounds, and the transactions of a ticket with its letters."""
    async with supervised(worker_command(here.stack, Kind.NO_OP)) as started:
        lines = _lines(here, tickets, plan, watch, started[Kind.NO_OP].pid)
        for line in lines.values():
            await play_batch(line, plan.at_once, plan.at_once)
        before = {work: spent_ms(line.pids) for work, line in lines.items()}
        quiet = await watch.commits()
        again = await watch.commits()
        lines = {
            work: idling(line, before[work], 2 * (again.at - quiet.at))
            for work, line in lines.items()
        }
        measured = await play_rounds(
            lines, plan.rounds, plan.at_once, lambda said: terminal.event("tickets", said)
        )
        begun = await watch.commits()
        await play_batch(lines[Work.TICKET], plan.refunds, plan.at_once)
        ended = await watch.commits()
    idle = (again.count - quiet.count) / (again.at - quiet.at)
    spent = ended.count - begun.count - idle * (ended.at - begun.at)
    return measured, spent / plan.refunds


def _lines(
    here: Fixture, tickets: Tickets, plan: Plan, watch: Watch, no_op_worker: int
) -> Mapping[Work, Line]:
    pid = {name: process.pid for name, process in here.stack.processes.items()}
    shared = {TEMPORAL: pid["temporal"], POSTGRES: pid["postgres"], DRIVER: os.getpid()}
    bare = {WORKER: no_op_worker, **shared}
    ours = {API: pid["api"], WORKER: pid["worker"], MAIL: pid["mail"], **shared}

    async def at_once() -> None:
        """A no-op leaves nothing to do."""

    def line(play: PlayMany, batch: int, pids: Mapping[str, int], settled: Settled) -> Line:
        return Line(play, batch, pids, settled, dict.fromkeys(pids, 0.0))

    no_op, ticket = one_by_one(here.cases.no_op), one_by_one(tickets.play)
    return {
        Work.NO_OP: line(no_op, plan.refunds * NO_OPS_PER_REFUND, bare, at_once),
        Work.TICKET: line(ticket, plan.refunds, ours, watch.mails_are_sent),
    }


async def _memory_each(stack: Stack, tickets: Tickets, watch: Watch) -> Mapping[str, float]:
    names = {API: "api", WORKER: "worker", TEMPORAL: "temporal", POSTGRES: "postgres"}
    pids = {what: stack.processes[name].pid for what, name in names.items()}

    async def grown(tickets_more: int) -> Mapping[str, int]:
        await side_by_side([tickets.opened] * tickets_more, CHATS)
        await watch.mails_are_sent()
        return memory_of(pids)

    few, many = await grown(FEW_OPEN), await grown(MANY_OPEN - FEW_OPEN)
    return {name: (many[name] - few[name]) / (MANY_OPEN - FEW_OPEN) for name in pids}
