"""A limit request shows whom it waits for, and takes one answer."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import pytest
from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import WorkflowEnvironment

from tests.workflows.case_under_test import PATIENCE, eventually, product_client, serving
from tests.workflows.limit_paths import ANSWERED, REQUEST, WAITING
from tests.workflows.process_paths import Process, ScriptedSteps
from workflows.case.kernel import CASE_STATUS, WAITING_FOR
from workflows.limit_request import ANSWERED as ANSWERED_ALREADY
from workflows.limit_request import LimitRequestWorkflow


@asynccontextmanager
async def opened(env: WorkflowEnvironment) -> AsyncIterator[Process]:
    steps = ScriptedSteps({"open": [WAITING], "answer": [ANSWERED]})
    client = product_client(env)
    async with serving(client, *steps.activities) as queue:
        process = await client.start_workflow(
            LimitRequestWorkflow.run, REQUEST, id=f"limit-{uuid4().hex}", task_queue=queue
        )
        await process.execute_update("ask", rpc_timeout=PATIENCE)
        yield process
        await process.result(rpc_timeout=PATIENCE)


async def is_taken(process: Process, answer_id: str) -> bool:
    """Whether the answer was taken; one that comes after the end finds nobody."""
    try:
        await process.execute_update("answer", answer_id, rpc_timeout=PATIENCE)
    except WorkflowUpdateFailedError as refused:
        if isinstance(refused.cause, ApplicationError) and refused.cause.type == ANSWERED_ALREADY:
            return False
        raise
    except RPCError as gone:
        if gone.status is RPCStatusCode.NOT_FOUND:
            return False
        raise
    return True


async def test_operators_see_that_a_specialist_is_waited_for(
    temporal_env: WorkflowEnvironment,
) -> None:
    async with opened(temporal_env) as process:

        async def shown() -> bool:
            found = (await process.describe()).typed_search_attributes
            return (found.get(CASE_STATUS), found.get(WAITING_FOR)) == (
                "awaiting_answer",
                "specialist",
            )

        await eventually(shown)
        metadata = await process.query("__temporal_workflow_metadata")
        assert "Ждёт ответа специалиста" in metadata.current_details
        assert await is_taken(process, "answer-1")


@pytest.mark.parametrize("answers", [2, 5])
async def test_of_many_answers_at_once_one_is_taken(
    temporal_env: WorkflowEnvironment, answers: int
) -> None:
    async with opened(temporal_env) as process:
        taken = await asyncio.gather(*(is_taken(process, f"answer-{n}") for n in range(answers)))
        assert taken.count(True) == 1
