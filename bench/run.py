"""One run: warm up, play the rounds, count."""

import os
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace

from bench.database import Watch, watched
from bench.driver import Play
from bench.ground import Ground, ground
from bench.history import Counts
from bench.kinds import Kind
from bench.processes import supervised, worker_command
from bench.processor_time import between, spent_ms
from bench.rounds import Line, Measured, play_batch, play_rounds
from bench.sample import Talk, sample_processes
from demo.terminal import Terminal
from stack.embedded import Stack
from stack.processes import Process

NO_OPS_PER_REFUND = 4
"""A no-op is over so soon that only a larger batch can be measured."""
SAMPLES = 2
"""Refunds on the sample processes: the first warms them, the last is counted."""

API, WORKER, TEMPORAL, POSTGRES = "API", "worker", "Temporal", "PostgreSQL"
ACQUIRER, MAIL, DRIVER = "acquirer", "mail", "driver"
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
    def invoices(self) -> int:
        """One a refund."""
        return self.at_once + self.refunds * self.rounds + SAMPLES


@dataclass(frozen=True)
class Results:
    """Everything that is reported. `commits_each` is of a refund, its letters included."""

    plan: Plan
    measured: Measured
    counts: Mapping[Kind, Counts]
    commits_each: float
    talk: Talk


async def run(stack: Stack, terminal: Terminal, plan: Plan) -> Results:
    """Plays everything on a fresh stack."""
    workers = [worker_command(stack, kind) for kind in Kind if kind is not Kind.REFUND]
    async with (
        ground(stack, terminal, invoices=plan.invoices, at_once=plan.at_once) as here,
        watched(stack.database_url) as watch,
        supervised(*workers) as started,
    ):
        with here.cast(stack.api_url) as cast:
            lines = _lines(here, plan, watch, started, here.refunds(cast).play)
            measured, commits = await _measured(lines, plan, watch, terminal)
        counts = {kind: await here.counts(ids) for kind, ids in measured.workflow_ids.items()}
        terminal.deed("driver", "one refund more, its talk to the database counted")
        return Results(plan, measured, counts, commits, await sampled(here))


async def sampled(here: Ground) -> Talk:
    """The talk of one refund on processes of its own that are warm."""
    async with sample_processes(here.stack) as sample:
        with here.cast(sample.api_url) as cast:
            refunds = here.refunds(cast)
            for _ in range(SAMPLES):
                talk = await sample.talk_of(refunds.play)
    return talk


async def _measured(
    lines: Mapping[Kind, Line], plan: Plan, watch: Watch, terminal: Terminal
) -> tuple[Measured, float]:
    """The rounds, and the product's commits for each refund without those of an idle product."""
    for line in lines.values():
        await play_batch(line, plan.at_once, plan.at_once)
    terminal.deed("driver", "everything is warm; what it costs to do nothing is measured")
    begun = await watch.commits()
    before = {kind: spent_ms(line.pids) for kind, line in lines.items()}
    quiet = await watch.commits()
    resting = {
        kind: _idling(line, before[kind], quiet.at - begun.at) for kind, line in lines.items()
    }
    measured = await play_rounds(
        resting, plan.rounds, plan.at_once, lambda said: terminal.deed("driver", said)
    )
    ended = await watch.commits()
    idle_a_second = (quiet.count - begun.count) / (quiet.at - begun.at)
    commits = ended.count - quiet.count - idle_a_second * (ended.at - quiet.at)
    return measured, commits / (plan.refunds * plan.rounds)


def _idling(line: Line, before: Mapping[str, float], seconds: float) -> Line:
    """The line with what its processes have used while nothing was played."""
    used = between(before, spent_ms(line.pids))
    return replace(line, idle_a_second={name: ms / seconds for name, ms in used.items()})


def _lines(
    here: Ground, plan: Plan, watch: Watch, workers: Mapping[str, Process], refund: Play
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
        MAIL: ours["mail"].pid,
    }

    def of_driver(kind: Kind, play: Play, batch: int) -> Line:
        return _line(play, batch, {WORKER: workers[kind].pid, **shared}, _at_once)

    return {
        Kind.NO_OP: of_driver(Kind.NO_OP, here.cases.no_op, plan.refunds * NO_OPS_PER_REFUND),
        Kind.SKELETON: of_driver(Kind.SKELETON, here.cases.skeleton, plan.refunds),
        Kind.NAIVE: of_driver(Kind.NAIVE, here.cases.naive, plan.refunds),
        Kind.REFUND: _line(refund, plan.refunds, product | shared, watch.mails_are_sent),
    }


def _line(
    play: Play, batch: int, pids: Mapping[str, int], settled: Callable[[], Awaitable[None]]
) -> Line:
    """Until it is measured, idling costs nothing."""
    return Line(play, batch, pids, settled, dict.fromkeys(pids, 0.0))


async def _at_once() -> None:
    """A case without letters leaves nothing to do after its end."""
