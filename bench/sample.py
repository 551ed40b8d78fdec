"""Plays one case on an API and a worker of its own and counts their messages to PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from bench.driver import Play
from bench.pg_proxy import Transaction, Wire, proxied
from bench.processes import supervised
from stack.embedded import Stack
from stack.ports import Ports
from stack.processes import Command
from stack.product import DATABASE

TASK_QUEUE = "bench-sample"
HISTORIES = ("refund_history", "renewal_history")
ISSUED = "issued_invoices"
"""What a status writes that takes the next number of our invoices."""
WAITING_HERE_SECONDS = 0.5
"""After it nothing is left of a refund's end, or of a process's start."""


@dataclass(frozen=True)
class Talk:
    """What the two processes said to the database while so many cases were played."""

    workflow_ids: Sequence[str]
    api: Sequence[Transaction]
    worker: Sequence[Transaction]
    cases: int = 1

    @property
    def status_changes(self) -> Sequence[Transaction]:
        """Those of the worker that enter a status: they write its history."""
        return [one for one in self.worker if any(map(one.writes, HISTORIES))]

    @property
    def transactions(self) -> tuple[float, float]:
        """Of the API and of the worker, for each case."""
        return len(self.api) / self.cases, len(self.worker) / self.cases

    @property
    def round_trips(self) -> tuple[float, float]:
        """Of the API and of the worker, for each case."""
        api, worker = (sum(one.round_trips for one in side) for side in (self.api, self.worker))
        return api / self.cases, worker / self.cases


class Sample:
    """A second API and worker on a running stack, each behind a proxy of its own."""

    def __init__(self, api_url: str, api: Wire, worker: Wire) -> None:
        self.api_url = api_url
        self._api, self._worker = api, worker

    async def talk_of(self, play: Play, cases: int = 1) -> Talk:
        """Plays one case, or several together, and answers what was said meanwhile."""
        for wire in (self._api, self._worker):
            wire.transactions.clear()
        workflow_ids = await play()
        await asyncio.sleep(WAITING_HERE_SECONDS)
        api, worker = tuple(self._api.transactions), tuple(self._worker.transactions)
        return Talk(workflow_ids, api, worker, cases)


@asynccontextmanager
async def sample_processes(stack: Stack) -> AsyncIterator[Sample]:
    """They take cases from a queue of their own; letters stay the first worker's business."""
    with Ports() as ports:
        product = replace(stack.product, api_port=ports.reserve_any())
        temporal = product.temporal
        async with proxied(stack.postgres.port) as api, proxied(stack.postgres.port) as worker:
            queued = replace(product.worker(), ready=lambda: temporal.has_worker(TASK_QUEUE))
            commands = (_through(stack, product.api(), api), _through(stack, queued, worker))
            async with supervised(*commands):
                await asyncio.sleep(WAITING_HERE_SECONDS)
                yield Sample(product.api_url, api, worker)


def _through(stack: Stack, command: Command, wire: Wire) -> Command:
    """The same command on another queue and another way to the database."""
    database = replace(stack.postgres, port=wire.port).url(DATABASE)
    name = f"sample-{command.name}"
    return replace(
        command,
        name=name,
        log=stack.product.dirs.log(name),
        environment=_sampled(command.environment, database),
    )


def _sampled(environment: Mapping[str, str], database: str) -> Mapping[str, str]:
    return {**environment, "KOPEYKA_TASK_QUEUE": TASK_QUEUE, "KOPEYKA_DATABASE_URL": database}
