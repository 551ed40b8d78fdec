"""What cases with a status and one wait share when they are raced: how they are asked, how their
time passes, and what our books know of them.
"""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any, ClassVar, TypeVar

import pytest_asyncio
from temporalio.client import WithStartWorkflowOperation, WorkflowHandle
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.testing import TimeSkipper, TimeSkippingConfig, WorkflowEnvironment

from db.database import Database
from domain.case.decision import Decision
from gateways.acquirer import AcquirerGateway
from tests.books import Books
from tests.gateways.sandbox_acquirer import SandboxAcquirer
from tests.patience import PATIENCE_SECONDS
from tests.workflows.case_under_test import PATIENCE, product_client
from tests.workflows.race import Installation, Raced

RaceT = TypeVar("RaceT", bound=Installation)


def race_of(kind: type[RaceT]) -> Any:
    """The fixture of a module's races; its cases are ended with their test."""

    @pytest_asyncio.fixture
    async def race(
        temporal_env: WorkflowEnvironment,
        database: Database,
        books: Books,
        acquirer: SandboxAcquirer,
        gateway: AcquirerGateway,
    ) -> AsyncIterator[RaceT]:
        client = product_client(temporal_env)
        race = kind(temporal_env, client, database, books, acquirer, gateway)
        yield race
        for case in race.cases:
            await case.end()

    return race


class RacedStatusCase(Raced):
    """A case of one of these kinds; its class names its workflow, what that answers, and its
    tables.
    """

    workflow: ClassVar[Any]
    result: ClassVar[type[Any]]
    table: ClassVar[str]
    skipping: ClassVar[TimeSkippingConfig] = TimeSkippingConfig()

    # What is said to it.

    async def _started(
        self, request: object, update: str, *argument: object, update_id: str | None = None
    ) -> Any:
        """An update with start, as the API opens a case; one that has ended is begun again."""
        start = WithStartWorkflowOperation(
            self.workflow.run,
            request,
            id=self.id,
            task_queue=self.race.queue,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        )
        return await self.race.client.execute_update_with_start_workflow(
            update,
            *argument,
            start_workflow_operation=start,
            id=update_id,
            result_type=self.result,
            rpc_timeout=PATIENCE,
        )

    async def command(self, update: str, by: str, submission_id: str | None = None) -> Any:
        """A command, while there is a worker."""
        return await self._ask(update, by, submission_id, None)

    async def _ask(
        self, update: str, by: str, submission_id: str | None, update_id: str | None
    ) -> Any:
        return await self.handle.execute_update(
            update,
            Decision(by, submission_id),
            id=update_id,
            result_type=self.result,
            rpc_timeout=PATIENCE,
        )

    async def _skip(self, handle: WorkflowHandle[Any, Any], duration: timedelta) -> None:
        skipper = TimeSkipper(self.race.client, config=self.skipping)
        async with asyncio.timeout(PATIENCE_SECONDS):
            await skipper.fast_forward(handle, duration)

    # What is known of it.

    @property
    def row(self) -> Any:
        """The case by our books."""
        return self.race.books.row(f"SELECT * FROM {self.table}s WHERE id = %(id)s", id=self.id)  # noqa: S608

    @property
    def status(self) -> str:
        """By our books; nothing before it is stored."""
        sql = f"SELECT status FROM {self.table}s WHERE id = %(id)s"  # noqa: S608
        rows = self.race.books.rows(sql, id=self.id)
        return str(rows[0].status) if rows else ""

    @property
    def wait_until(self) -> datetime:
        """The end of the open wait."""
        until: datetime = self.row.wait_until
        return until

    @property
    def history(self) -> list[str]:
        """Where the case went."""
        of_case = f"{self.table}_history WHERE {self.table}_id = %(id)s"
        sql = f"SELECT to_status FROM {of_case} ORDER BY number"  # noqa: S608
        rows = self.race.books.rows(sql, id=self.id)
        return [row.to_status for row in rows]
