"""Everything that is measured of unpaid orders and disputes, on one stack of their own."""

import os
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from bench.batches import Line, Measured, idling, play_batch, play_rounds
from bench.database import Watch, watched
from bench.driver import Play, one_by_one
from bench.fixture import Fixture, load_fixture
from bench.history import Counts
from bench.processes import supervised, worker_command
from bench.processor_time import spent_ms
from bench.run import API, DRIVER, MAIL, NO_OPS_PER_REFUND, POSTGRES, TEMPORAL, WORKER, Plan
from bench.unpaid.cases import Unpaid, registered
from bench.unpaid.dossier import DossierFigures, measure_dossier
from bench.workloads import Kind
from domain.calendar.bank_calendar import moscow_date
from simulation.sandboxes import Acquirer
from simulation.terminal import Terminal
from stack.embedded import Stack


class Work(StrEnum):
    """What is compared: a look is what a collection with one costs more."""

    NO_OP = "no-op"
    COLLECTION = "collection"
    LOOKED_FOR = "collection, one look"
    DISPUTE = "dispute"


OURS = (Work.COLLECTION, Work.LOOKED_FOR, Work.DISPUTE)


@dataclass(frozen=True)
class UnpaidFigures:
    """All that is measured."""

    measured: Measured[Work]
    counts: Mapping[Work, Counts]
    dossier: DossierFigures


async def measure_unpaid(stack: Stack, terminal: Terminal, plan: Plan) -> UnpaidFigures:
    """Cases in turn with no-ops, then a dossier."""

    def said(line: str) -> None:
        terminal.event("unpaid", line)

    async with (
        load_fixture(stack, terminal, invoices=0) as here,
        watched(stack.database_url) as watch,
        here.api(stack.api_url) as api,
        Acquirer(stack.acquirer_url) as acquirer,
    ):
        await here.without_rounds()
        today = moscow_date(datetime.now(UTC))
        said("the orders are registered")
        orders = await registered(api, acquirer, today, debts=2 * plan.played, paid=plan.played)
        unpaid = Unpaid(orders, api, here.cases)
        measured = await _rounds(here, unpaid, plan, watch, said)
        counts = {work: await here.counts_of(measured.last[work]) for work in OURS}
    said("a dossier of 200 papers")
    return UnpaidFigures(measured, counts, await measure_dossier())


async def _rounds(
    here: Fixture, unpaid: Unpaid, plan: Plan, watch: Watch, said: Callable[[str], None]
) -> Measured[Work]:
    async with supervised(worker_command(here.stack, Kind.NO_OP)) as started:
        lines = _lines(here, unpaid, plan, watch, started[Kind.NO_OP].pid)
        for line in lines.values():
            await play_batch(line, plan.at_once, plan.at_once)
        before = {work: spent_ms(line.pids) for work, line in lines.items()}
        quiet = await watch.commits()
        again = await watch.commits()
        lines = {
            work: idling(line, before[work], 2 * (again.at - quiet.at))
            for work, line in lines.items()
        }
        return await play_rounds(lines, plan.rounds, plan.at_once, said)


def _lines(
    here: Fixture, unpaid: Unpaid, plan: Plan, watch: Watch, no_op_worker: int
) -> Mapping[Work, Line]:
    pid = {name: process.pid for name, process in here.stack.processes.items()}
    shared = {TEMPORAL: pid["temporal"], POSTGRES: pid["postgres"], DRIVER: os.getpid()}
    bare = {WORKER: no_op_worker, **shared}
    ours = {API: pid["api"], WORKER: pid["worker"], MAIL: pid["mail"], **shared}

    async def at_once() -> None:
        """A no-op leaves nothing to do."""

    def line(
        play: Play, batch: int, pids: Mapping[str, int], settled: Callable[[], Awaitable[None]]
    ) -> Line:
        return Line(one_by_one(play), batch, pids, settled, dict.fromkeys(pids, 0.0))

    told = watch.mails_are_sent
    return {
        Work.NO_OP: line(here.cases.no_op, plan.refunds * NO_OPS_PER_REFUND, bare, at_once),
        Work.COLLECTION: line(unpaid.collection, plan.refunds, ours, told),
        Work.LOOKED_FOR: line(unpaid.looked_for, plan.refunds, ours, told),
        Work.DISPUTE: line(unpaid.dispute, plan.refunds, ours, told),
    }
