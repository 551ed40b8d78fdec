"""The worker's health check, asked of a real server."""

import asyncio
import socket
from uuid import uuid4

from temporalio import workflow
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from docker.worker_health import polls_lately

POLLING_WITHIN_SECONDS = 20


@workflow.defn
class Nothing:
    """A worker must serve something."""

    @workflow.run
    async def run(self) -> None:
        """Ends at once."""


async def _until_it_polls(client: Client, queue: str, host: str) -> None:
    while not await polls_lately(client, queue, host):  # noqa: ASYNC110  the server is asked
        await asyncio.sleep(0.05)


async def test_a_queue_that_nobody_polls_is_not_healthy(temporal_env: WorkflowEnvironment) -> None:
    assert not await polls_lately(temporal_env.client, uuid4().hex, socket.gethostname())


async def test_a_worker_is_healthy_once_it_asks_for_work_and_vouches_for_no_other_host(
    temporal_env: WorkflowEnvironment,
) -> None:
    client, queue = temporal_env.client, uuid4().hex
    runner = UnsandboxedWorkflowRunner()
    async with Worker(client, task_queue=queue, workflows=[Nothing], workflow_runner=runner):
        async with asyncio.timeout(POLLING_WITHIN_SECONDS):
            await _until_it_polls(client, queue, socket.gethostname())
        assert not await polls_lately(client, queue, f"other-{socket.gethostname()}")
