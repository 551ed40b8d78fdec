"""Tickets with their real steps, whose worker can be away."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from activities.case.operators import OperatorActivities
from activities.ticket.steps import TicketActivities
from domain.ticket.ticket import TicketRequest, TicketTransitionResult
from tests.workflows.race import Installation
from tests.workflows.status_race import RacedStatusCase
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
class RacedTicket(RacedStatusCase):
    """A ticket and what is known of it."""

    workflow = TicketWorkflow
    result = TicketTransitionResult
    table = "ticket"

    race: TicketRace
    request: TicketRequest

    @property
    def id(self) -> str:
        """The ticket's and its workflow's."""
        return self.request.ticket_id

    async def opened(self) -> None:
        """Opens it, as the API does."""
        await self._started(self.request, "ask")

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

    def decision(self, action: str, by: str = "petrova", **columns: Any) -> str:
        """What somebody has decided; its id."""
        decision_id = str(uuid4())
        self.race.books.put(
            "ticket_decisions",
            id=decision_id,
            ticket_id=self.id,
            action=action,
            decided_by=by,
            decided_at="2026-03-17T09:00:00Z",
            **columns,
        )
        return decision_id

    def merging(self, into: "RacedTicket") -> str:
        """It is to be merged into another one; the decision's id."""
        return self.decision("merge", into_ticket=into.id)

    def marking(self) -> str:
        """It is to be held for spam; the decision's id."""
        return self.decision("mark_spam", reason="Реклама")

    def taking(self, by: str) -> str:
        """Somebody takes it, having seen that it is nobody's; the decision's id."""
        return self.decision("take", by)

    # What is known of it.

    @property
    def letters(self) -> list[str]:
        """What was told, by mail."""
        rows = self.race.books.rows(
            "SELECT template FROM notifications WHERE case_id = %(id)s AND channel = 'mail'"
            " ORDER BY created_at",
            id=self.id,
        )
        return [row.template for row in rows]
