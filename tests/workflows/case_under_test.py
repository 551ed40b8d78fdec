"""One refund case on the real server, its steps faked, its time passing when the test says so."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from temporalio.api.enums.v1 import EventType
from temporalio.client import (
    Client,
    WithStartWorkflowOperation,
    WorkflowExecutionStatus,
    WorkflowHandle,
)
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from domain.case.decision import Decision
from domain.payout.payout import Answer, ManualSettlement, PayoutTold
from domain.refund.opening import OPENED
from domain.refund.refund import RefundOutcome, RefundRequest, RefundStatus, TransitionResult
from tests.patience import PATIENCE_SECONDS
from tests.workflows.fakes import WAITS, FakeSteps
from worker import WORKFLOWS
from workflows.case.kernel import SEARCH_ATTRIBUTES, foretold
from workflows.case.resolution import Resolution, ResolutionAction
from workflows.payloads import data_converter
from workflows.refund import RefundWorkflow
from workflows.runner import workflow_runner

PATIENCE = timedelta(seconds=PATIENCE_SECONDS)
MOMENT_SECONDS = 0.02


@dataclass
class CaseUnderTest:
    """A case that has been asked for and opened."""

    env: WorkflowEnvironment
    queue: str
    steps: FakeSteps
    request: RefundRequest
    handle: WorkflowHandle[RefundWorkflow, RefundOutcome]
    opened: TransitionResult

    async def command(
        self, update: str, by: str, submission_id: str | None = None
    ) -> TransitionResult:
        """A person's command, and what came of it."""
        result: TransitionResult = await self.handle.execute_update(
            update, Decision(by, submission_id), result_type=TransitionResult, rpc_timeout=PATIENCE
        )
        return result

    async def begin_again(self, update: str, by: str, submission_id: str) -> TransitionResult:
        """A command to a case that has ended, and what came of it."""
        decision = Decision(by, submission_id)
        return await ask(product_client(self.env), self.queue, self.request, update, decision)

    async def resolve(self, action: ResolutionAction, workflow_id: str | None = None) -> None:
        """The operator's word on the step that waits for it."""
        handle = self.env.client.get_workflow_handle(workflow_id or self.request.refund_id)
        await handle.execute_update(
            "resolve_failed_step", Resolution(action, "orlov", "проверено"), rpc_timeout=PATIENCE
        )

    async def pass_time(self, duration: timedelta, workflow_id: str | None = None) -> bool:
        """Lets time pass for the case, or for another workflow; False when it ended before."""
        handle = self.env.client.get_workflow_handle(workflow_id or self.request.refund_id)
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await self.env.fast_forward(handle, duration)

    async def outcome(self) -> RefundOutcome:
        """How it ended."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await self.handle.result()

    async def bank_says(self, answer: Answer, attempt: int = 1) -> None:
        """What is reported of a payout attempt."""
        await self.handle.signal("bank_said", PayoutTold(attempt, answer))

    async def did(self, step: str, times: int = 1) -> None:
        """Returns once the step has been done so often."""

        async def done() -> bool:
            return self.steps.performed.count(step) >= times

        await eventually(done)

    async def did_try(self, step: str, times: int) -> None:
        """Returns once the step has been tried so often, whatever came of it."""

        async def done() -> bool:
            return self.steps.tries[step] >= times

        await eventually(done)

    async def settle(self, word: ManualSettlement) -> None:
        """The operator's word on the payout that waits for it."""
        await self.handle.execute_update("settle_by_hand", word, rpc_timeout=PATIENCE)

    async def pays(self, attempt: int = 1) -> None:
        """Returns once the attempt is under way."""

        async def under_way() -> bool:
            return self.steps.attempts == attempt and await self._is_paying()

        await eventually(under_way)

    async def _is_paying(self) -> bool:
        return bool((await self.attributes()).get("CaseStatus") == RefundStatus.PAYING)

    async def shows(self, workflow_id: str | None = None, /, **expected: Any) -> None:
        """Returns once the search attributes are these."""

        async def shown() -> bool:
            return expected.items() <= (await self.attributes(workflow_id)).items()

        await eventually(shown)

    async def attributes(self, workflow_id: str | None = None) -> dict[str, Any]:
        """The search attributes as operators see them."""
        handle = self.env.client.get_workflow_handle(workflow_id or self.request.refund_id)
        described = await handle.describe()
        shown = {pair.key.name: pair.value for pair in described.typed_search_attributes}
        return {
            name: shown[name] for name in shown.keys() & {key.name for key in SEARCH_ATTRIBUTES}
        }

    async def details(self, workflow_id: str | None = None) -> str:
        """What the Web UI shows of the case."""
        handle = self.env.client.get_workflow_handle(workflow_id or self.request.refund_id)
        metadata = await handle.query("__temporal_workflow_metadata")
        details: str = metadata.current_details
        return details

    async def events(self, workflow_id: str | None = None) -> list[str]:
        """The kinds of the history's events, in order."""
        handle = self.env.client.get_workflow_handle(workflow_id or self.request.refund_id)
        history = await handle.fetch_history()
        return [
            EventType.Name(event.event_type).removeprefix("EVENT_TYPE_") for event in history.events
        ]


async def eventually(question: Callable[[], Awaitable[bool]]) -> None:
    """Returns once the answer is yes; TimeoutError if it does not become yes."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not await question():  # noqa: ASYNC110 - the server and the worker answer
            await asyncio.sleep(MOMENT_SECONDS)


def product_client(env: WorkflowEnvironment) -> Client:
    """A client that writes payloads as the product does."""
    config = env.client.config()
    config["data_converter"] = data_converter
    return Client(**config)


def new_request() -> RefundRequest:
    """A request for an invoice that nobody has asked for yet."""
    number = uuid4().hex[:12]
    return RefundRequest(f"refund-{number}-1", number, "client-1", 1)


@asynccontextmanager
async def serving(client: Client, *activities: Any) -> AsyncIterator[str]:
    """A worker with all workflows and these activities; its task queue."""
    queue = f"queue-{uuid4().hex}"
    worker = Worker(
        client,
        task_queue=queue,
        workflows=WORKFLOWS,
        activities=activities,
        workflow_runner=workflow_runner(),
    )
    async with worker:
        yield queue


@asynccontextmanager
async def case_with(
    env: WorkflowEnvironment,
    steps: FakeSteps,
    meanwhile: Callable[[CaseUnderTest], Awaitable[None]] | None = None,
) -> AsyncIterator[CaseUnderTest]:
    """A case opened by Update-with-Start, as the API does; what still runs is ended after it.

    `meanwhile` is done while the opening is under way.
    """
    client = product_client(env)
    async with serving(client, *steps.activities) as queue:
        request = new_request()
        asked = asyncio.create_task(ask(client, queue, request))
        handle = client.get_workflow_handle(request.refund_id, result_type=RefundOutcome)
        opening = TransitionResult(RefundStatus.CALCULATING)
        case = CaseUnderTest(env, queue, steps, request, handle, opening)
        try:
            if meanwhile is not None:
                await eventually(lambda: is_there(client, request.refund_id))
                await meanwhile(case)
            case.opened = await asked
            yield case
        finally:
            await _end(client, request.refund_id)


async def ask(
    client: Client,
    queue: str,
    request: RefundRequest,
    update: str = "ask",
    argument: Decision | None = None,
) -> TransitionResult:
    """Asks for a refund as the API does: the answer of the case that is there, or of a new one,
    which mostly waits for its client. Another update begins the case again where it has ended.
    """
    first = WAITS[RefundStatus.AWAITING_STATEMENT]
    until = datetime.now(UTC) + timedelta(days=first.at_most)
    shown = foretold(RefundStatus.AWAITING_STATEMENT, first.waiting_for, until, OPENED)
    start = WithStartWorkflowOperation(
        RefundWorkflow.run,
        request,
        id=request.refund_id,
        task_queue=queue,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        search_attributes=shown,
    )
    answer: TransitionResult = await client.execute_update_with_start_workflow(
        update, argument or request, start_workflow_operation=start, result_type=TransitionResult
    )
    return answer


async def is_there(client: Client, workflow_id: str) -> bool:
    """Whether the server knows a process of this id, running or ended."""
    try:
        await client.get_workflow_handle(workflow_id).describe()
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return False
        raise
    return True


async def _end(client: Client, workflow_id: str) -> None:
    handle = client.get_workflow_handle(workflow_id)
    if not await is_there(client, workflow_id):
        return
    if (await handle.describe()).status is not WorkflowExecutionStatus.RUNNING:
        return
    try:
        await handle.terminate()
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:  # it has ended by itself meanwhile
            raise
