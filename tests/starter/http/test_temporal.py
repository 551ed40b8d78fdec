"""Commands while Temporal, its workers or the database are away: an honest word, a safe repeat."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any
from uuid import uuid4

import httpx2
import pytest
import pytest_asyncio
from temporalio import workflow
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from db.database import Database
from domain.access.roles import Role
from gateways.acquirer import AcquirerGateway
from starter.api.app import create_app
from starter.commands.cases import Cases
from starter.commands.refusal import LookAt, Noun, Refusal
from tests.books import Books
from tests.starter.caller import Api, calling, settings
from tests.starter.relay import Relay
from worker import build_mail, build_worker
from workflows.payloads import data_converter

WEDGED_WITHIN_SECONDS = 30.0
NOWHERE = "postgresql://127.0.0.1:9/nothing"


class Site:
    """The API behind a relay to Temporal, and workers that can be started against any database."""

    def __init__(self, database_url: str, relay: Relay, stack: AsyncExitStack) -> None:
        self.relay = relay
        self.settings = settings(database_url)
        self._stack = stack

    async def connect(self) -> Client:
        return await Client.connect(self.relay.address, data_converter=data_converter)

    async def api(self, database_url: str | None = None) -> Api:
        database = Database(database_url or self.settings.database_url)
        app = create_app(self.settings, database, self.connect)
        return await self._stack.enter_async_context(calling(app))

    async def worker(self, client: Client, database_url: str) -> AsyncExitStack:
        """A running worker; close what is given back to stop it."""
        running = AsyncExitStack()
        acquirer = AcquirerGateway("http://127.0.0.1:9", "shop", "key")
        running.push_async_callback(acquirer.aclose)
        database = await running.enter_async_context(Database(database_url))
        mail = build_mail(self.settings)
        await running.enter_async_context(
            build_worker(client, self.settings, database, acquirer, mail)
        )
        return await self._stack.enter_async_context(running)


@pytest_asyncio.fixture
async def site(database_url: str, temporal_env: WorkflowEnvironment) -> AsyncIterator[Site]:
    relay = Relay(temporal_env.client.service_client.config.target_host)
    async with AsyncExitStack() as stack:
        await relay.up()
        stack.push_async_callback(relay.down)
        yield Site(database_url, relay, stack)


async def override(api: Api, key: str) -> httpx2.Response:
    body: dict[str, Any] = {"is_working": False, "reason": "проверка"}
    path = "/v1/calendar/days/2026-10-01"
    return await api.call("PUT", path, json=body, key=key, role=Role.OPERATOR)


async def test_without_a_worker_a_command_is_503_and_its_repeat_is_done_once(
    site: Site, books: Books
) -> None:
    api, key = await site.api(), uuid4().hex
    refused = await override(api, key)
    assert (refused.status_code, refused.json()["code"]) == (503, "no_worker")
    assert int(refused.headers["Retry-After"]) > 0
    await site.worker(await site.connect(), site.settings.database_url)
    assert (await override(api, key)).status_code == 200
    assert len(books.rows("SELECT 1 FROM calendar_history WHERE day = '2026-10-01'")) == 1


async def test_an_outcome_that_nobody_knows_is_202_and_its_repeat_tells(site: Site) -> None:
    api, key, client = await site.api(), uuid4().hex, await site.connect()
    blind = await site.worker(client, NOWHERE)
    unknown = await override(api, key)
    assert (unknown.status_code, unknown.json()["code"]) == (202, "outcome_unknown")
    assert unknown.headers["Location"] == "/v1/calendar/days"
    assert unknown.headers["content-type"] == "application/problem+json"
    await blind.aclose()
    await site.worker(client, site.settings.database_url)
    answers = [await override(api, key)]
    while answers[-1].status_code == 202:
        answers.append(await override(api, key))
    assert answers[-1].status_code == 200


async def test_temporal_may_go_away_and_come_back_under_a_running_api(site: Site) -> None:
    api = await site.api()
    await site.worker(await site.connect(), site.settings.database_url)
    assert (await override(api, uuid4().hex)).status_code == 200
    await site.relay.down()
    key = uuid4().hex
    away = await override(api, key)
    assert (away.status_code, away.json()["code"]) == (503, "temporal_unavailable")
    ready = await api.call("GET", "/health/ready", role=None)
    assert ready.json() == {"database": True, "temporal": False}
    await site.relay.up()
    answers = [await override(api, key)]
    while answers[-1].status_code in {202, 503}:
        answers.append(await override(api, key))
    assert answers[-1].status_code == 200


@workflow.defn(name="wedged")
class Wedged:
    """A case whose code fails whatever it is told."""

    @workflow.run
    async def run(self) -> None:
        raise RuntimeError("a bug")

    @workflow.update(name="go")
    async def go(self, word: str) -> str:
        return word


async def test_a_case_whose_tasks_fail_is_to_be_asked_later(
    temporal_env: WorkflowEnvironment,
) -> None:
    client, queue = temporal_env.client, f"wedged-{uuid4().hex}"

    async def connect() -> Client:
        return client

    async with Worker(
        client, task_queue=queue, workflows=[Wedged], workflow_runner=UnsandboxedWorkflowRunner()
    ):
        case = await client.start_workflow(Wedged.run, id=queue, task_queue=queue)
        async with asyncio.timeout(WEDGED_WITHIN_SECONDS):
            while (await case.describe()).raw_description.pending_workflow_task.attempt < 3:  # noqa: ASYNC110 - the server counts
                await asyncio.sleep(0.1)
        with pytest.raises(Refusal) as refused:
            await Cases(connect, queue).update(
                case.id, "go", "on", uuid4(), look_at=LookAt(Noun.REFUND, case.id)
            )
        await case.terminate()
    assert refused.value.code == "outcome_unknown"


async def test_without_a_database_everything_is_503(site: Site) -> None:
    api = await site.api(NOWHERE)
    answers = await asyncio.gather(
        api.call("GET", "/v1/clients/romashka"),
        override(api, uuid4().hex),
        api.call("GET", "/health/ready", role=None),
    )
    for answer in answers:
        assert (answer.status_code, answer.json()["code"]) == (503, "database_unavailable")
    assert (await api.call("GET", "/health/live", role=None)).status_code == 204
