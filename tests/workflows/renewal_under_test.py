"""Renewals on the real server with their real steps; their time passes when the test says so."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from temporalio.client import (
    Client,
    WithStartWorkflowOperation,
    WorkflowExecutionStatus,
    WorkflowHandle,
)
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import TimeSkipper, TimeSkippingConfig, WorkflowEnvironment

from activities.renewal import RenewalActivities
from activities.renewal.signal_renewals import signal_renewals
from db.database import Database
from domain.case.decision import Decision
from domain.renewal.renewal import (
    RenewalOutcome,
    RenewalRequest,
    RenewalStatus,
    RenewalTransitionResult,
)
from tests.patience import PATIENCE_SECONDS
from tests.renewal_books import PRICE_KOPECKS, RenewalBooks
from tests.workflows.case_under_test import PATIENCE, eventually, product_client, serving
from workflows.renewal import RenewalWorkflow

ALONE = TimeSkippingConfig(enabled=False, disable_propagation=True)
"""A case that begins while another one's time is skipped has a clock of its own: otherwise it would
skip to its end by itself.
"""

Case = WorkflowHandle[RenewalWorkflow, RenewalOutcome]


@dataclass
class Renewals:
    """A worker for renewals, and the books it writes."""

    skipper: TimeSkipper
    client: Client
    queue: str
    database: Database
    books: RenewalBooks
    clocks: dict[str, datetime] = field(default_factory=dict)

    def case(self, request: RenewalRequest) -> Case:
        """The case's process."""
        return self.client.get_workflow_handle(request.renewal_id, result_type=RenewalOutcome)

    async def ask(self, request: RenewalRequest) -> RenewalTransitionResult:
        """Opens the case, as whoever registers a term does."""
        return await self._told(request, "ask", request)

    async def order(self, request: RenewalRequest, **columns: Any) -> RenewalTransitionResult:
        """The client orders, as the API does."""
        self.books.own_account()
        paper = self.books.order(request, **columns)
        return await self._told(request, "order", Decision("client", paper))

    async def command(self, request: RenewalRequest, update: str) -> RenewalTransitionResult:
        """Another command of the client."""
        return await self._told(request, update, Decision("client"))

    async def paid(
        self, request: RenewalRequest, day: Any, amount_kopecks: int = PRICE_KOPECKS
    ) -> str:
        """Money comes, and whoever stored it tells the case; the payment's id."""
        number = self.books.renewal(request.renewal_id).invoice_number
        # In a thread: a row that a step of the case has locked is free only when our loop runs on.
        payment_id = await asyncio.to_thread(self.books.paid_by_bank, number, amount_kopecks, day)
        await self.tell()
        return payment_id

    async def tell(self) -> int:
        """Passes the news of money on."""
        return await signal_renewals(self.client, self.database, self.queue)

    async def is_in(self, request: RenewalRequest, status: RenewalStatus) -> None:
        """Returns once the case is in the status."""

        async def there() -> bool:
            rows = self.books.rows(
                "SELECT status FROM renewals WHERE id = %(id)s", id=request.renewal_id
            )
            return bool(rows) and rows[0].status == status

        await eventually(there)

    async def pass_time_to(self, request: RenewalRequest, moment: datetime) -> bool:
        """Lets time pass for the case; False when it ended before."""
        opened_at = self.books.renewal(request.renewal_id).opened_at
        passed = moment - self.clocks.get(request.renewal_id, opened_at)
        self.clocks[request.renewal_id] = moment
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await self.skipper.fast_forward(self.case(request), passed)

    async def _told(
        self, request: RenewalRequest, update: str, argument: object
    ) -> RenewalTransitionResult:
        start = WithStartWorkflowOperation(
            RenewalWorkflow.run,
            request,
            id=request.renewal_id,
            task_queue=self.queue,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        )
        answer: RenewalTransitionResult = await self.client.execute_update_with_start_workflow(
            update,
            argument,
            start_workflow_operation=start,
            result_type=RenewalTransitionResult,
            rpc_timeout=PATIENCE,
        )
        return answer


@asynccontextmanager
async def renewals(
    env: WorkflowEnvironment, database: Database, books: RenewalBooks
) -> AsyncIterator[Renewals]:
    """A worker with the real steps; cases that still run are ended after it."""
    client = product_client(env)
    steps = RenewalActivities(database)
    members = (getattr(steps, name) for name in dir(steps))
    activities = [one for one in members if hasattr(one, "__temporal_activity_definition")]
    async with serving(client, *activities) as queue:
        yield Renewals(TimeSkipper(client, config=ALONE), client, queue, database, books)
        for row in books.rows("SELECT id FROM renewals"):
            await _end(client, row.id)


async def _end(client: Client, workflow_id: str) -> None:
    handle = client.get_workflow_handle(workflow_id)
    try:
        if (await handle.describe()).status is WorkflowExecutionStatus.RUNNING:
            await handle.terminate()
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
