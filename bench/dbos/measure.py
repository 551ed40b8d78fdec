"""The same straight refunds through the same API, on Temporal and on DBOS, in turn."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from importlib.util import find_spec

from bench.batches import Batch, Line, Measured, idling, play_batch, play_rounds
from bench.codes import announced_codes
from bench.database import Watch, watched
from bench.driver import Play, Refunds, bench_data, one_by_one
from bench.fixture import Fixture, load_fixture
from bench.processes import supervised
from bench.processor_time import spent_ms
from bench.run import ACQUIRER, API, DRIVER, MAIL, POSTGRES, SUMMED, TEMPORAL, WORKER, Plan
from db.migrations import upgrade
from domain.calendar.bank_calendar import moscow_date
from simulation.api_client import ApiClient
from simulation.loading import load
from simulation.sandboxes import Acquirer
from simulation.terminal import Terminal
from stack.embedded import Stack
from stack.ports import LOOPBACK, Ports
from stack.processes import Command, Process, answers_http, run_once

NAME = "dbos"
DATABASE = "bench_dbos"
"""With our schema and DBOS's own: its letters and cases are not our worker's."""
REST_SECONDS = 10.0
"""How long the processes are watched while nothing is played."""


class Engine(StrEnum):
    """What leads a refund from step to step."""

    TEMPORAL = "Temporal"
    DBOS = "DBOS"


@dataclass(frozen=True)
class Engines:
    """The rounds of both."""

    measured: Measured[Engine]

    @property
    def throughput_ratio(self) -> float:
        """Refunds a second on Temporal over those on DBOS."""
        return self._ratio(lambda batch: batch.per_second)

    @property
    def cpu_ratio(self) -> float:
        """Processor time of a refund on Temporal over that on DBOS, all processes of each."""
        return self._ratio(lambda batch: batch.ms_each(*SUMMED))

    def _ratio(self, figure: Callable[[Batch], float]) -> float:
        return self.measured.ratio((Engine.TEMPORAL, figure), (Engine.DBOS, figure))


def is_installed() -> bool:
    """Whether DBOS is there: only the bench's own set of packages has it."""
    return find_spec("dbos") is not None


async def measure_engines(stack: Stack, terminal: Terminal, plan: Plan) -> Engines:
    """Both on one stack, each with a database of its own on the same PostgreSQL."""
    invoices = 2 * (plan.at_once + plan.refunds * plan.rounds)
    async with (
        load_fixture(stack, terminal, invoices=invoices) as here,
        _dbos_line(here, plan, invoices) as dbos,
        _temporal_line(here, plan) as temporal,
    ):
        lines = {Engine.TEMPORAL: temporal, Engine.DBOS: dbos}
        for line in lines.values():
            await play_batch(line, plan.at_once, plan.at_once)
        before = {engine: spent_ms(line.pids) for engine, line in lines.items()}
        await asyncio.sleep(REST_SECONDS)
        resting = {
            engine: idling(line, before[engine], REST_SECONDS) for engine, line in lines.items()
        }
        measured = await play_rounds(
            resting, plan.rounds, plan.at_once, lambda said: terminal.event("driver", said)
        )
    return Engines(measured)


@asynccontextmanager
async def _temporal_line(here: Fixture, plan: Plan) -> AsyncIterator[Line]:
    ours = here.stack.processes
    pids = {
        API: ours["api"].pid,
        WORKER: ours["worker"].pid,
        TEMPORAL: ours["temporal"].pid,
        **_shared(here),
    }
    async with here.api(here.stack.api_url) as api, watched(here.stack.database_url) as watch:
        yield _line(here.refunds(api).play, plan, pids, watch)


@asynccontextmanager
async def _dbos_line(here: Fixture, plan: Plan, invoices: int) -> AsyncIterator[Line]:
    with Ports() as ports:
        url = f"http://{LOOPBACK}:{(port := ports.reserve_any())}"
        command = await asyncio.to_thread(_command, here.stack, port, url)
        database = command.environment["KOPEYKA_DATABASE_URL"]
        async with (
            supervised(command) as started,
            announced_codes(database) as codes,
            watched(database) as watch,
            here.api(url) as api,
        ):
            await _load(here, api, invoices)
            refunds = Refunds(api, here.acquired, codes, here.cases)
            pids = {API: started[NAME].pid, **_shared(here)}
            yield _line(_to_the_end(refunds, watch), plan, pids, watch)


def _to_the_end(refunds: Refunds, watch: Watch) -> Play:
    """Asked, signed, accepted; then it is paid and credited by itself."""

    async def play() -> Sequence[str]:
        refund_id = await refunds.accepted()
        await watch.is_closed(refund_id)
        return (refund_id,)

    return play


def _line(play: Play, plan: Plan, pids: Mapping[str, int], watch: Watch) -> Line:
    idle = dict.fromkeys(pids, 0.0)
    return Line(one_by_one(play), plan.refunds, pids, watch.mails_are_sent, idle)


def _shared(here: Fixture) -> Mapping[str, int]:
    ours: Mapping[str, Process] = here.stack.processes
    names = {POSTGRES: "postgres", ACQUIRER: "acquirer", MAIL: "mail"}
    return {**{label: ours[name].pid for label, name in names.items()}, DRIVER: os.getpid()}


def _command(stack: Stack, port: int, url: str) -> Command:
    """Our API with DBOS in it, on a database of its own that is made here."""
    database = stack.postgres.create_database(DATABASE)
    upgrade(database)
    environment = {
        **stack.environment,
        "KOPEYKA_DATABASE_URL": database,
        "KOPEYKA_PUBLIC_URL": url,
    }
    run_once(replace(stack.product.mailboxes(), environment=environment))
    return replace(
        stack.product.api(),
        name=NAME,
        arguments=[sys.executable, "-m", "bench.dbos", "--port", str(port)],
        environment=environment,
        log=stack.product.dirs.log(f"bench-{NAME}"),
        ready=lambda: answers_http(url),
    )


async def _load(here: Fixture, api: ApiClient, invoices: int) -> None:
    """What the other database has; the acquirer knows a payment that comes again."""
    data = bench_data(moscow_date(datetime.now(UTC)), invoices, 0)
    async with Acquirer(here.stack.acquirer_url) as acquirer:
        await load(api, acquirer, data.everything)
