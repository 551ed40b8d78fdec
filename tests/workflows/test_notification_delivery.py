"""The delivery runs for ever: shift after shift, then a new run with an empty history."""

from typing import Any
from uuid import uuid4

from temporalio import activity
from temporalio.client import WorkflowHandle
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment

from tests.workflows.case_under_test import eventually, product_client, serving
from workflows.notification import NotificationDeliveryWorkflow
from workflows.shifts import SHIFTS_PER_RUN


class FakeDelivery:
    """Counts its shifts; the first ones fail for good."""

    def __init__(self, failing: int = 0) -> None:
        self.shifts = 0
        self._failing = failing

    @activity.defn(name="notification.deliver")
    async def deliver(self) -> None:
        self.shifts += 1
        if self.shifts <= self._failing:
            raise ApplicationError("нет связи с базой", non_retryable=True)


async def run_of(handle: WorkflowHandle[Any, Any]) -> str | None:
    return (await handle.describe()).run_id


async def test_the_delivery_begins_anew_before_its_history_grows_long(
    temporal_env: WorkflowEnvironment,
) -> None:
    client, delivery = product_client(temporal_env), FakeDelivery(failing=2)
    async with serving(client, delivery.deliver) as queue:
        handle = await client.start_workflow(
            NotificationDeliveryWorkflow.run, id=f"delivery-{uuid4().hex}", task_queue=queue
        )
        first = handle.first_execution_run_id

        async def anew() -> bool:
            return delivery.shifts > SHIFTS_PER_RUN and await run_of(handle) != first

        await eventually(anew)
        await handle.terminate()
    old = client.get_workflow_handle(handle.id, run_id=first)
    assert len((await old.fetch_history()).events) < SHIFTS_PER_RUN * 10
