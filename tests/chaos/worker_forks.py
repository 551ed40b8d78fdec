"""Warm workers to be killed: `python -m tests.chaos.worker_forks` forks one for each line.

What a worker's start costs is its imports: they are done here once. Nothing of Temporal's runtime
or of the database runs in this process, so a fork of it is a clean beginning.
"""

import asyncio
import ctypes
import gc
import json
import os
import signal
import sys
from dataclasses import dataclass
from typing import Any, NoReturn

from temporalio import activity
from temporalio.client import Client
from temporalio.client import Interceptor as ClientInterceptor
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput
from temporalio.worker import Interceptor as WorkerInterceptor

from db.database import Database
from environment import temporal_options
from gateways.acquirer import AcquirerGateway
from settings import Settings
from stack.die_with_parent import PR_SET_PDEATHSIG
from worker import build_mail, build_worker

BEFORE, AFTER = "before", "after"


@dataclass(frozen=True)
class Order:
    """A worker for a task queue, and where it kills itself: `moment` of a step of one case.

    Without a step it lives until somebody else kills it.
    """

    queue: str
    case_id: str = ""
    step: str = ""
    moment: str = BEFORE


class Fate(ClientInterceptor, WorkerInterceptor):
    """Ends its process with SIGKILL where the order says so."""

    def __init__(self, order: Order) -> None:
        super().__init__()
        self._order = order

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:  # noqa: A002 - the SDK's name
        """The worker's activities, local ones too, go through this."""
        return _FatedSteps(next, self._order)


class _FatedSteps(ActivityInboundInterceptor):
    def __init__(self, following: ActivityInboundInterceptor, order: Order) -> None:
        super().__init__(following)
        self._order = order

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:  # noqa: A002 - as above
        self._die_if_it_is_time(BEFORE)
        answer = await super().execute_activity(input)
        self._die_if_it_is_time(AFTER)
        return answer

    def _die_if_it_is_time(self, moment: str) -> None:
        info = activity.info()
        here = info.activity_type == self._order.step and moment == self._order.moment
        if here and self._order.case_id in (info.workflow_id or ""):
            os.kill(os.getpid(), signal.SIGKILL)


async def work(order: Order) -> None:
    """A worker of the product on the order's queue, until it is killed."""
    settings = Settings.from_environment().model_copy(update={"task_queue": order.queue})
    acquirer = AcquirerGateway(
        settings.acquirer_url, settings.acquirer_shop_id, settings.acquirer_secret_key
    )
    client = await Client.connect(**temporal_options(), interceptors=[Fate(order)])
    async with (
        Database(settings.database_url) as database,
        build_worker(client, settings, database, acquirer, build_mail(settings)),
    ):
        await asyncio.Event().wait()


def fork(order: Order) -> int:
    """The new worker's process id; it goes when this process goes."""
    parent, pid = os.getpid(), os.fork()
    if pid == 0:
        _live(order, parent)
    return pid


def _live(order: Order, parent: int) -> NoReturn:
    try:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # the nursery alone answers there
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
        if os.getppid() == parent:
            asyncio.run(work(order))
    finally:
        os._exit(1)


def main() -> None:
    """Forks until nobody speaks any more. Dead workers are collected by the kernel."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    gc.freeze()
    for line in sys.stdin:
        sys.stdout.write(f"{fork(Order(**json.loads(line)))}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
