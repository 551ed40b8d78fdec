"""Refunds whose worker dies at a given place: many lanes side by side, a worker a refund in each.

The worker that takes over from a killed one is the next to be killed, with the next refund.
"""

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict, dataclass

from temporalio.client import (
    Client,
    Interceptor,
    OutboundInterceptor,
    StartWorkflowUpdateWithStartInput,
    WorkflowUpdateHandle,
)
from temporalio.service import RPCError

from stack.folders import CHECKOUT
from tests.chaos.worker_forks import Order

LOOK_SECONDS = 0.02


@dataclass(frozen=True)
class Place:
    """Where a worker dies: once its case's history has so many events, or at a step.

    `step` and `moment` are of `nursery.Order`.
    """

    events: int = 0
    step: str = ""
    moment: str = ""

    def __str__(self) -> str:
        if self.step:
            return f"{self.moment} {self.step}"
        return f"event {self.events}"


class Nursery:
    """The process that forks workers."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._turn = asyncio.Lock()

    async def worker(self, order: Order) -> int:
        """A new worker's process id."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        async with self._turn:
            self._process.stdin.write(f"{json.dumps(asdict(order))}\n".encode())
            return int(await self._process.stdout.readline())


@asynccontextmanager
async def nursery(environment: Mapping[str, str]) -> AsyncIterator[Nursery]:
    """A warm one; its workers are gone with it."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.chaos.worker_forks"),
        cwd=CHECKOUT,
        env={"PATH": os.defpath, **environment},
        stdin=PIPE,
        stdout=PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield Nursery(process)
    finally:
        process.kill()
        await process.wait()


class QueueOfItsOwn(Interceptor):
    """Gives cases the queue of their lane: one API serves all lanes."""

    def __init__(self) -> None:
        self.queues: dict[str, str] = {}

    def intercept_client(self, next: OutboundInterceptor) -> OutboundInterceptor:  # noqa: A002 - the SDK's name
        """The client's calls go through this."""
        return _Assigning(next, self.queues)


class _Assigning(OutboundInterceptor):
    def __init__(self, following: OutboundInterceptor, queues: Mapping[str, str]) -> None:
        super().__init__(following)
        self._queues = queues

    async def start_update_with_start_workflow(
        self,
        input: StartWorkflowUpdateWithStartInput,  # noqa: A002 - the SDK's name
    ) -> WorkflowUpdateHandle[object]:
        start = input.start_workflow_input
        start.task_queue = self._queues.get(start.id, start.task_queue)
        return await super().start_update_with_start_workflow(input)


def kill(pid: int) -> bool:
    """Whether there was a process to kill."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def alive(pid: int) -> bool:
    """Whether the process is there; the dead are collected at once."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def kill_at(client: Client, place: Place, case_id: str, pid: int) -> None:
    """Kills a worker as soon as a history is as long as the place says."""
    handle = client.get_workflow_handle(case_id)
    seen = 0
    while True:
        with suppress(RPCError):  # the workflow has not begun yet
            async for _ in handle.fetch_history_events(wait_new_event=True):
                seen += 1
                if seen == place.events:
                    kill(pid)
                    return
            return  # it ended with fewer events than the story that was learned
        seen = 0
        await asyncio.sleep(LOOK_SECONDS)
