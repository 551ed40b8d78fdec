"""Tickets with their real steps, whose worker can be away."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from temporalio.client import WithStartWorkflowOperation, WorkflowHandle
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.testing import TimeSkipper

from activities.case.operators import OperatorActivities
from activities.ticket.steps import TicketActivities
from domain.case.decision import Decision
from domain.ticket.ticket import TicketRequest, TicketTransitionResult
from tests.patience import PATIENCE_SECONDS
from tests.workflows.case_under_test import PATIENCE
from tests.workflows.race import Installation, Raced
from workflows.ticket import TicketWorkflow

CLIENT = "client"


@dataclass
class TicketRace(Installation):
    """Tickets that are raced."""

    @asynccontextmanager
    async def worker(self) -> AsyncIterator[None]:
        """A worker for tickets while the block runs."""
        async with self.serving(TicketActivities(self.database), OperatorActivities(self.database)):
            yield

    async def asked(self, client_id: str | None = None) -> "RacedTicket":
        """A ticket that has just been opened, of a new client if of none; needs a worker."""
        for year in (2026, 2027, 2028):
            self.books.connection.execute(
                "INSERT INTO calendar_years VALUES (%s, 'orlov', now()) ON CONFLICT DO NOTHING",
                [year],
            )
        opening_id, client_id = str(uuid4()), client_id or self.books.client()
        self.books.put(
            "ticket_openings",
            id=opening_id,
            client_id=client_id,
            department="support",
            topic="Где возврат?",
            opened_by=CLIENT,
            opened_at="2026-03-17T09:00:00Z",
        )
        number = self.books.row(
            "SELECT number FROM ticket_openings WHERE id = %(id)s", id=opening_id
        ).number
        request = TicketRequest(f"ticket-{number}", opening_id, CLIENT)
        ticket = RacedTicket(self, request)
        self.cases.append(ticket)
        ticket.message(opening_id)
        await ticket.opened()
        return ticket

    async def answered(self) -> "RacedTicket":
        """A ticket whose client's turn it is."""
        ticket = await self.asked()
        await ticket.command("answer", "petrova", ticket.answer(0))
        return ticket

    async def resolved(self) -> "RacedTicket":
        """A ticket that its client may reopen."""
        ticket = await self.answered()
        await ticket.command("resolve", "petrova")
        return ticket


@dataclass
class RacedTicket(Raced):
    """A ticket and what is known of it."""

    race: TicketRace
    request: TicketRequest

    @property
    def id(self) -> str:
        """The ticket's and its workflow's."""
        return self.request.ticket_id

    async def opened(self) -> None:
        """Opens it, as the API does."""
        start = WithStartWorkflowOperation(
            TicketWorkflow.run,
            self.request,
            id=self.id,
            task_queue=self.race.queue,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        )
        await self.race.client.execute_update_with_start_workflow(
            "ask", start_workflow_operation=start, rpc_timeout=PATIENCE
        )

    async def command(
        self, update: str, by: str, submission_id: str | None = None
    ) -> TicketTransitionResult:
        """A command, while there is a worker."""
        result: TicketTransitionResult = await self._ask(update, by, submission_id, None)
        return result

    async def _ask(
        self, update: str, by: str, submission_id: str | None, update_id: str | None
    ) -> Any:
        return await self.handle.execute_update(
            update,
            Decision(by, submission_id),
            id=update_id,
            result_type=TicketTransitionResult,
            rpc_timeout=PATIENCE,
        )

    async def _skip(self, handle: WorkflowHandle[Any, Any], duration: timedelta) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await TimeSkipper(self.race.client).fast_forward(handle, duration)

    # What is put down.

    def message(self, message_id: str | None = None, **columns: Any) -> str:
        """A message of the client, or of ours by its columns; its id."""
        message_id = message_id or str(uuid4())
        said = {"is_ours": False, "channel": "api", "text": "Жду.", "written_by": CLIENT}
        self.race.books.put(
            "ticket_messages",
            **{**said, **columns},
            id=message_id,
            ticket_id=self.id,
            written_at="2026-03-17T09:00:00Z",
        )
        return message_id

    def answer(self, seen_answers: int) -> str:
        """An answer of ours; its id."""
        return self.message(is_ours=True, seen_answers=seen_answers, text="Выплатили.")

    def merging(self, into: "RacedTicket") -> str:
        """It is to be merged into another one; the decision's id."""
        decision_id = str(uuid4())
        self.race.books.put(
            "ticket_decisions",
            id=decision_id,
            ticket_id=self.id,
            action="merge",
            into_ticket=into.id,
            decided_by="petrova",
            decided_at="2026-03-17T09:00:00Z",
        )
        return decision_id

    def marking(self) -> str:
        """It is to be held for spam; the decision's id."""
        decision_id = str(uuid4())
        self.race.books.put(
            "ticket_decisions",
            id=decision_id,
            ticket_id=self.id,
            action="mark_spam",
            reason="Реклама",
            decided_by="petrova",
            decided_at="2026-03-17T09:00:00Z",
        )
        return decision_id

    def taking(self, by: str) -> str:
        """Somebody takes it, having seen that it is nobody's; the decision's id."""
        decision_id = str(uuid4())
        self.race.books.put(
            "ticket_decisions",
            id=decision_id,
            ticket_id=self.id,
            action="take",
            decided_by=by,
            decided_at="2026-03-17T09:00:00Z",
        )
        return decision_id

    # What is known of it.

    @property
    def row(self) -> Any:
        """The ticket by our books."""
        return self.race.books.row("SELECT * FROM tickets WHERE id = %(id)s", id=self.id)

    @property
    def status(self) -> str:
        """By our books."""
        return str(self.row.status)

    @property
    def wait_until(self) -> datetime:
        """The end of the open wait."""
        until: datetime = self.row.wait_until
        return until

    @property
    def history(self) -> list[str]:
        """Where the ticket went."""
        rows = self.race.books.rows(
            "SELECT to_status FROM ticket_history WHERE ticket_id = %(id)s ORDER BY number",
            id=self.id,
        )
        return [row.to_status for row in rows]

    @property
    def letters(self) -> list[str]:
        """What was told, by mail."""
        rows = self.race.books.rows(
            "SELECT template FROM notifications WHERE case_id = %(id)s AND channel = 'mail'"
            " ORDER BY created_at",
            id=self.id,
        )
        return [row.template for row in rows]
