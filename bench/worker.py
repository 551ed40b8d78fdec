"""A worker process for one kind of bench workflow: `python -m bench.worker KIND …`."""

import argparse
import asyncio
import gc
import signal
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from temporalio.client import Client
from temporalio.worker import Worker

from bench.naive import NAIVE_STEPS, NaiveWorkflow
from bench.skeleton import NoOpWorkflow, SkeletonWorkflow, do_nothing
from bench.workloads import Kind, task_queue
from worker import GRACE
from workflows.payloads import data_converter
from workflows.runner import workflow_runner


def options(kind: Kind, database_url: str) -> dict[str, Any]:
    """What the worker serves, and how: the naive one in the default sandbox, the others as ours."""
    if kind is Kind.NAIVE:
        # Only here: the other workers are measured without SQLAlchemy's ORM in their memory.
        from bench.naive_steps import POOL_SIZE, engine_for, steps

        return {
            "workflows": [NaiveWorkflow],
            "activities": steps(engine_for(database_url), NAIVE_STEPS),
            "activity_executor": ThreadPoolExecutor(POOL_SIZE),
            "max_concurrent_activities": POOL_SIZE,
        }
    return {
        "workflows": [NoOpWorkflow, SkeletonWorkflow],
        "activities": [do_nothing],
        "workflow_runner": workflow_runner(),
    }


async def run(kind: Kind, address: str, database_url: str) -> None:
    """Serves one kind until SIGTERM or SIGINT."""
    stopped = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stopped.set)
    client = await Client.connect(address, data_converter=data_converter)
    worker = Worker(
        client,
        task_queue=task_queue(kind),
        graceful_shutdown_timeout=GRACE,
        **options(kind, database_url),
    )
    async with worker:
        await stopped.wait()


def main() -> None:
    """The command line; both addresses are those of the bench's stack."""
    parser = argparse.ArgumentParser(prog="python -m bench.worker", description=__doc__)
    parser.add_argument("kind", type=Kind, choices=[Kind.NO_OP, Kind.SKELETON, Kind.NAIVE])
    parser.add_argument("--temporal", required=True, metavar="HOST:PORT")
    parser.add_argument("--database", required=True, metavar="URL")
    arguments = parser.parse_args()
    asyncio.run(run(arguments.kind, arguments.temporal, arguments.database))
    gc.collect()


if __name__ == "__main__":
    main()
