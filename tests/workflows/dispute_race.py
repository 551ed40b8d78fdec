"""Disputes with their real steps, whose worker can be away."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

from temporalio.client import WorkflowHandle
from temporalio.service import RPCError

from activities.case.operators import OperatorActivities
from activities.dispute.steps import DisputeActivities
from activities.refund import RefundActivities
from domain.dispute.dispute import DisputeRequest, DisputeTransitionResult
from tests.books import Line
from tests.workflows.case_under_test import eventually
from tests.workflows.race import Installation
from tests.workflows.status_race import RacedStatusCase
from workflows.case.kernel import CASE_STATUS
from workflows.dispute import DisputeWorkflow

CLIENT, SPECIALIST, ACCOUNTANT = "client", "petrova", "kuznetsova"
TODAY = date(2026, 3, 17)


@dataclass
class DisputeRace(Installation):
    """Disputes that are raced."""

    @asynccontextmanager
    async def worker(self) -> AsyncIterator[None]:
        """A worker for disputes while the block runs."""
        async with self.serving(
            DisputeActivities(self.database, self.gateway),
            RefundActivities(self.database),
            OperatorActivities(self.database),
        ):
            yield

    def unopened(
        self,
        kopecks: int = 900_000,
        client_id: str | None = None,
        demand_kopecks: int | None = None,
    ) -> "RacedDispute":
        """A complaint about a new order that is paid, before its process has begun: of all that was
        paid, which a person decides about, or of less.
        """
        self.books.know_years()
        client_id = client_id or self.books.client()
        number = self.books.invoice(Line(kopecks), client_id=client_id)
        dispute = RacedDispute(self, number, client_id, demand_kopecks or kopecks)
        self.cases.append(dispute)
        return dispute

    async def reviewed(self) -> "RacedDispute":
        """A dispute that waits for a specialist; needs a worker."""
        dispute = self.unopened()
        await dispute.opened()
        await dispute.has_come("review")
        return dispute

    async def announced(self) -> "RacedDispute":
        """A dispute whose acceptance without a person is announced; needs a worker."""
        dispute = self.unopened(demand_kopecks=50_000)
        await dispute.opened()
        await dispute.has_come("proposal")
        return dispute


@dataclass
class RacedDispute(RacedStatusCase):
    """A dispute and what is known of it."""

    workflow = DisputeWorkflow
    result = DisputeTransitionResult
    table = "dispute"

    race: DisputeRace
    invoice: str
    client_id: str
    demand_kopecks: int

    @property
    def id(self) -> str:
        """The dispute's and its workflow's."""
        return f"dispute-{self.invoice}-1"

    @property
    def others(self) -> list[WorkflowHandle[Any, Any]]:
        """The refund that it has begun."""
        rows = self.race.books.rows("SELECT refund_id FROM disputes WHERE id = %(id)s", id=self.id)
        begun = [row.refund_id for row in rows if row.refund_id is not None]
        return [self.race.client.get_workflow_handle(one) for one in begun]

    async def opened(self, kind: str = "other") -> DisputeTransitionResult:
        """Opens it by a new complaint, as the API does."""
        opening_id = self.complaint(kind)
        request = DisputeRequest(self.id, self.invoice, 1, opening_id, CLIENT)
        opened: DisputeTransitionResult = await self._started(request, "ask", request)
        return opened

    async def is_begun(self) -> bool:
        """Whether the server knows its process."""
        try:
            await self.handle.describe()
        except RPCError:
            return False
        return True

    async def has_come(self, status: str) -> None:
        """Returns once our books say so, and the process knows it."""

        async def is_known() -> bool:
            described = await self.handle.describe()
            return described.typed_search_attributes.get(CASE_STATUS) == status

        await self.until(status)
        await eventually(is_known)

    # What is put down.

    def complaint(self, kind: str = "other") -> str:
        """What the client has written; its id."""
        opening_id = str(uuid4())
        self.race.books.put(
            "dispute_openings",
            id=opening_id,
            invoice_number=self.invoice,
            client_id=self.client_id,
            kind=kind,
            happened_on=TODAY,
            problem="Не то.",
            proof="Письмо.",
            steps="Писал в поддержку.",
            demand="refund",
            demand_kopecks=self.demand_kopecks,
            answer_by=TODAY + timedelta(days=10),
            opened_by=CLIENT,
            opened_at=datetime.now(UTC),
        )
        return opening_id

    def message(self, text: str = "Вот ещё довод.") -> str:
        """What the client has written since; its id."""
        message_id = str(uuid4())
        self.race.books.put(
            "dispute_messages",
            id=message_id,
            dispute_id=self.id,
            is_ours=False,
            text=text,
            written_by=CLIENT,
            written_at=datetime.now(UTC),
        )
        return message_id

    def decision(self, action: str = "decide", by: str = SPECIALIST, **columns: Any) -> str:
        """What somebody has decided, having read nothing of the client; its id."""
        decision_id = str(uuid4())
        self.race.books.put(
            "dispute_decisions",
            id=decision_id,
            dispute_id=self.id,
            action=action,
            reason="По документам.",
            seen_handed_in=0,
            decided_by=by,
            decided_at=datetime.now(UTC),
            **columns,
        )
        return decision_id
