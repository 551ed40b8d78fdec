"""The dev server keeps its histories and knows our search attributes."""

import asyncio
import os
import signal
import time
from collections.abc import Iterator

import pytest
from temporalio import workflow
from temporalio.client import Client
from temporalio.common import SearchAttributeKey, SearchAttributePair, TypedSearchAttributes
from temporalio.service import RPCError
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from stack.ports import Ports
from stack.processes import Supervisor
from stack.temporal import Temporal
from tests.patience import PATIENCE_SECONDS

CASE_STATUS = SearchAttributeKey.for_keyword("CaseStatus")
QUEUE = "refunds of a test"


@workflow.defn
class Waiting:
    """Waits for ever; a history that must not be lost."""

    @workflow.run
    async def run(self) -> None:
        """Nobody answers."""
        await workflow.wait_condition(lambda: False)


@pytest.fixture(scope="module")
def supervisor() -> Iterator[Supervisor]:
    with Supervisor(print) as running:
        yield running


@pytest.fixture(scope="module")
def server(supervisor: Supervisor, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Temporal]:
    folder = tmp_path_factory.mktemp("temporal")
    with Ports() as ports:
        temporal = Temporal(
            port=ports.reserve_any(),
            ui_port=ports.reserve_any(),
            http_port=ports.reserve_any(),
            metrics_port=ports.reserve_any(),
            folder=folder,
            log=folder / "temporal.log",
            history=folder / "temporal.db",
        )
        supervisor.start(temporal.command())
        yield temporal


@pytest.fixture
async def client(server: Temporal) -> Client:
    return await Client.connect(server.address)


async def until_found(client: Client, query: str) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            try:
                if (await client.count_workflows(query)).count:
                    return
            except RPCError:
                pass  # the server is on its way back
            await asyncio.sleep(0.05)


def seen_in_time(server: Temporal, task_queue: str) -> bool:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (seen := server.has_worker(task_queue)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return seen


async def test_a_history_outlives_a_killed_server(
    server: Temporal, supervisor: Supervisor, client: Client
) -> None:
    status = TypedSearchAttributes([SearchAttributePair(CASE_STATUS, "paying")])
    handle = await client.start_workflow(
        Waiting.run, id="refund-№ 42/1", task_queue=QUEUE, search_attributes=status
    )
    await until_found(client, "CaseStatus='paying'")
    os.kill(supervisor.processes["temporal"].pid, signal.SIGKILL)
    await until_found(client, "CaseStatus='paying'")
    assert supervisor.processes["temporal"].restarts == 1
    assert (await handle.describe()).id == "refund-№ 42/1"


async def test_a_worker_is_seen_when_it_asks_for_work(server: Temporal, client: Client) -> None:
    assert not server.has_worker("nobody's queue")
    async with Worker(
        client,
        task_queue="somebody's queue",
        workflows=[Waiting],
        workflow_runner=UnsandboxedWorkflowRunner(),
    ):
        assert await asyncio.to_thread(seen_in_time, server, "somebody's queue")


def test_the_page_of_a_case_is_found_whatever_its_id(server: Temporal) -> None:
    url = server.workflow_url("refund-№ 42/1")
    assert url == (
        f"http://127.0.0.1:{server.ui_port}/namespaces/default/workflows/refund-%E2%84%96%2042%2F1"
    )
