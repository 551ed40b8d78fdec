"""The bench's own worker processes."""

import asyncio
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from bench.workloads import Kind, task_queue
from stack.embedded import Stack
from stack.folders import CHECKOUT
from stack.processes import Command, Process, Supervisor
from stack.product import inherited

BENCH_DATABASE = "bench"
"""Beside the product's, so that the commits of the two are counted apart."""


@asynccontextmanager
async def supervised(*commands: Command) -> AsyncIterator[Mapping[str, Process]]:
    """Processes for as long as the block runs; the loop goes on while they start and stop."""
    supervisor = Supervisor(_say)
    await asyncio.to_thread(supervisor.__enter__)
    try:
        await asyncio.to_thread(supervisor.start, *commands)
        yield supervisor.processes
    finally:
        await asyncio.to_thread(supervisor.__exit__, None, None, None)


def worker_command(stack: Stack, kind: Kind) -> Command:
    """A worker for one kind; its name is the kind's."""
    temporal = stack.product.temporal
    return Command(
        name=kind,
        arguments=[
            *(sys.executable, "-m", "bench.worker", kind),
            *("--temporal", stack.temporal_address),
            *("--database", stack.postgres.create_database(BENCH_DATABASE)),
        ],
        environment=inherited(),
        folder=CHECKOUT,
        log=stack.product.dirs.log(f"bench-{kind}"),
        ready=lambda: temporal.has_worker(task_queue(kind)),
    )


def _say(line: str) -> None:
    sys.stderr.write(f"bench: {line}\n")
