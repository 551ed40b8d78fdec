"""One run of the bench: warm up, play the rounds, count."""

import os
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from bench.bank_refunds import BankRefunds
from bench.batches import Line, Measured, idling, play_batch, play_rounds
from bench.database import Commits, Watch, watched
from bench.driver import Play, PlayMany, one_by_one
from bench.fixture import Fixture, load_fixture
from bench.history import Counts
from bench.processes import supervised, worker_command
from bench.processor_time import spent_ms
from bench.renewals import Renewals
from bench.sample import Talk, sample_processes
from bench.workloads import OURS, Kind
from simulation.api_client import ApiClient
from simulation.terminal import Terminal
from stack.embedded import Stack
from stack.processes import Process

NO_OPS_PER_REFUND = 4
"""A no-op is over so soon that only a larger batch can be measured."""
SAMPLES = 2
"""Refunds on the sample processes: the first warms them, the last is counted."""
SAMPLE_RUN = 8
"""Orders of the run, and entries of the statement, that are counted on the sample processes, each
after one of one.
"""

API, WORKER, TEMPORAL, POSTGRES = "API", "worker", "Temporal", "PostgreSQL"
ACQUIRER, BANK, MAIL, DRIVER = "acquirer", "bank", "mail", "driver"
SUMMED = (API, WORKER, TEMPORAL, POSTGRES)
"""The processes of «all CPU»; the outside's and the driver's are told apart."""
BEHIND_THE_API = (WORKER, TEMPORAL, POSTGRES)


@dataclass(frozen=True)
class Plan:
    """How much is played. The warm-up fills every connection and cache once."""

    refunds: int
    rounds: int
    at_once: int

    @property
    def played(self) -> int:
        """Refunds of one kind that the stack's own processes play: warm-up, rounds, commits."""
        return self.at_once + self.refunds * (self.rounds + 1)

    @property
    def acquired(self) -> int:
        """Invoices paid through the acquirer: one a refund."""
        return self.played + SAMPLES

    @property
    def transferred(self) -> int:
        """Invoices paid by a bank transfer."""
        return self.played + SAMPLE_RUN + 1


@dataclass(frozen=True)
class Results:
    """Everything that is reported. `commits_each` is of a case, its letters included."""

    plan: Plan
    measured: Measured[Kind]
    counts: Mapping[Kind, Counts]
    commits_each: Mapping[Kind, float]
    talks: Mapping[Kind, Talk]


async def run(stack: Stack, terminal: Terminal, plan: Plan) -> Results:
    """Plays everything on a fresh stack."""
    workers = [worker_command(stack, kind) for kind in Kind if kind not in OURS]
    invoices = {"invoices": plan.acquired, "transferred": plan.transferred}
    async with (
        load_fixture(stack, terminal, **invoices) as here,
        watched(stack.database_url) as watch,
        supervised(*workers) as started,
    ):
        async with here.api(stack.api_url) as api:
            lines = _lines(here, plan, watch, started, api)
            measured, commits = await _measured(lines, plan, watch, terminal)
        counts = {kind: await here.counts_of(played) for kind, played in measured.last.items()}
        terminal.event("driver", "a few cases more, their talk to the database counted")
        return Results(plan, measured, counts, commits, await sampled(here))


async def sampled(here: Fixture) -> Mapping[Kind, Talk]:
    """The talk of one refund, one run and one statement, on warm processes of their own."""
    async with sample_processes(here.stack) as sample, here.api(sample.api_url) as api:
        for _ in range(SAMPLES):
            refund = await sample.talk_of(here.refunds(api).play)
        for orders in (1, SAMPLE_RUN):
            by_bank = await sample.talk_of(_together(here.bank_refunds(api), orders), orders)
        for orders in (1, SAMPLE_RUN):
            renewals = await sample.talk_of(_together(here.renewals(api), orders), orders)
    return {Kind.REFUND: refund, Kind.BANK: by_bank, Kind.RENEWAL: renewals}


def _together(cases: BankRefunds | Renewals, count: int) -> Play:
    async def play() -> Sequence[str]:
        played = await cases.play(count, 1)
        return [*played[0].shared, *(one for case in played for one in case.own)]

    return play


async def _measured(
    lines: Mapping[Kind, Line], plan: Plan, watch: Watch, terminal: Terminal
) -> tuple[Measured[Kind], Mapping[Kind, float]]:
    """The rounds, and the product's commits for a case without those of an idle product."""
    for line in lines.values():
        await play_batch(line, plan.at_once, plan.at_once)
    terminal.event("driver", "everything is warm; what it costs to do nothing is measured")
    begun = await watch.commits()
    before = {kind: spent_ms(line.pids) for kind, line in lines.items()}
    quiet = await watch.commits()
    resting = {
        kind: idling(line, before[kind], quiet.at - begun.at) for kind, line in lines.items()
    }
    measured = await play_rounds(
        resting, plan.rounds, plan.at_once, lambda said: terminal.event("driver", said)
    )
    terminal.event("driver", "a batch more of refunds and renewals, their transactions counted")
    idle_a_second = _commits_a_second(begun, quiet)
    commits = {
        kind: await _commits_each(resting[kind], plan, watch, idle_a_second) for kind in OURS
    }
    return measured, commits


async def _commits_each(line: Line, plan: Plan, watch: Watch, idle_a_second: float) -> float:
    """Transactions of one case of a batch."""
    begun = await watch.commits()
    await play_batch(line, plan.refunds, plan.at_once)
    ended = await watch.commits()
    return (ended.count - begun.count - idle_a_second * (ended.at - begun.at)) / plan.refunds


def _commits_a_second(begun: Commits, ended: Commits) -> float:
    return (ended.count - begun.count) / (ended.at - begun.at)


def _lines(
    here: Fixture, plan: Plan, watch: Watch, workers: Mapping[str, Process], api: ApiClient
) -> Mapping[Kind, Line]:
    ours = here.stack.processes
    shared = {
        TEMPORAL: ours["temporal"].pid,
        POSTGRES: ours["postgres"].pid,
        DRIVER: os.getpid(),
    }
    product = {
        API: ours["api"].pid,
        WORKER: ours["worker"].pid,
        ACQUIRER: ours["acquirer"].pid,
        BANK: ours["bank"].pid,
        MAIL: ours["mail"].pid,
    }

    def of_driver(kind: Kind, play: Play, batch: int) -> Line:
        return _line(one_by_one(play), batch, {WORKER: workers[kind].pid, **shared}, _at_once)

    def of_product(play: PlayMany) -> Line:
        return _line(play, plan.refunds, product | shared, watch.mails_are_sent)

    return {
        Kind.NO_OP: of_driver(Kind.NO_OP, here.cases.no_op, plan.refunds * NO_OPS_PER_REFUND),
        Kind.SKELETON: of_driver(Kind.SKELETON, here.cases.skeleton, plan.refunds),
        Kind.NAIVE: of_driver(Kind.NAIVE, here.cases.naive, plan.refunds),
        Kind.REFUND: of_product(one_by_one(here.refunds(api).play)),
        Kind.BANK: of_product(here.bank_refunds(api).play),
        Kind.RENEWAL: of_product(here.renewals(api).play),
    }


def _line(
    play: PlayMany, batch: int, pids: Mapping[str, int], settled: Callable[[], Awaitable[None]]
) -> Line:
    """Until it is measured, idling costs nothing."""
    return Line(play, batch, pids, settled, dict.fromkeys(pids, 0.0))


async def _at_once() -> None:
    """A case without letters leaves nothing to do after its end."""
