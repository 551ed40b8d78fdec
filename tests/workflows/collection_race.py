"""Unpaid orders' cases with their real steps, whose worker can be away."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

from temporalio.client import WorkflowHandle

from activities.banking.incoming_money import MoneyActivities
from activities.case.operators import OperatorActivities
from activities.collection.looking import LookingActivities
from activities.collection.steps import CollectionActivities
from domain.banking.incoming_money import look_workflow_id
from domain.banking.statement_import import MoneyOutcome
from domain.calendar.bank_calendar import moscow_date
from domain.collection.collection import CollectionRequest, CollectionTransitionResult
from tests.books import Line
from tests.workflows.case_under_test import PATIENCE, eventually
from tests.workflows.race import Installation
from tests.workflows.status_race import RacedStatusCase
from workflows.collection import CollectionWorkflow
from workflows.collections_round import CollectionsRoundWorkflow
from workflows.money import MoneyLookWorkflow

CLIENT, ACCOUNTANT, OPERATOR = "client", "kuznetsova", "orlov"
CABINET = "https://cabinet.example"
MINUTE = timedelta(minutes=1)
ENOUGH_WAITS = 20
"""Waits of a case until it is where a test wants it: looks, hours in which nobody is written to."""


@dataclass
class CollectionRace(Installation):
    """Cases that are raced."""

    @asynccontextmanager
    async def worker(self) -> AsyncIterator[None]:
        """A worker for unpaid orders while the block runs."""
        async with self.serving(
            CollectionActivities(self.database, CABINET),
            LookingActivities(self.database),
            MoneyActivities(self.database),
            OperatorActivities(self.database),
        ):
            yield

    async def check_begun(self, invoice_number: str) -> WorkflowHandle[Any, MoneyOutcome]:
        """What «Проверить оплату» begins; the worker may be away."""
        return await self.client.start_workflow(
            MoneyLookWorkflow.run,
            invoice_number,
            id=look_workflow_id(invoice_number),
            task_queue=self.queue,
            rpc_timeout=PATIENCE,
        )

    async def rounded(self) -> int:
        """How many cases a round has begun; needs a worker."""
        begun: int = await self.client.execute_workflow(
            CollectionsRoundWorkflow.run,
            id=f"round-{uuid4().hex}",
            task_queue=self.queue,
            rpc_timeout=PATIENCE,
        )
        return begun

    async def opened(
        self,
        kopecks: int = 48_000_00,
        client_id: str | None = None,
        late_days: int = 1,
        client: dict[str, Any] | None = None,
    ) -> "RacedCollection":
        """The case of a new order that was due so many days ago; needs a worker."""
        case = self.unopened(kopecks, client_id, late_days, client)
        await case.begin()
        return case

    def unopened(
        self,
        kopecks: int = 48_000_00,
        client_id: str | None = None,
        late_days: int = 1,
        client: dict[str, Any] | None = None,
        **invoice: Any,
    ) -> "RacedCollection":
        """The same before anybody has begun it."""
        self.books.know_years()
        client_id = client_id or self.books.client(**(client or {}))
        due_on = moscow_date(datetime.now(UTC)) - timedelta(days=late_days)
        head = {"client_id": client_id, "due_on": due_on, "issued_on": due_on, **invoice}
        number = self.books.invoice(Line(kopecks), paid=(), **head)
        case = RacedCollection(self, number, client_id, due_on)
        self.cases.append(case)
        return case


@dataclass
class RacedCollection(RacedStatusCase):
    """A case and what is known of it."""

    workflow = CollectionWorkflow
    result = CollectionTransitionResult
    table = "collection"

    race: CollectionRace
    invoice: str
    client_id: str
    due_on: date

    @property
    def id(self) -> str:
        """The case's and its workflow's."""
        return f"collection-{self.invoice}"

    async def begin(self) -> None:
        """Opens it, as the API does; one that has ended is begun again."""
        await self._started(CollectionRequest(self.id, "system"), "ask")

    async def goes_on(self) -> None:
        """Lets the open wait end, with a worker."""
        known = self.row.version
        await self.approach(self.wait_until, -MINUTE)

        async def moved() -> bool:
            return bool(self.row.version > known)

        await eventually(moved)

    async def comes_to(self, status: str) -> None:
        """Lets its waits end, one after another, until it is there."""
        for _ in range(ENOUGH_WAITS):
            if self.status == status:
                return
            await self.goes_on()
        raise AssertionError(f"never {status}: {self.history}")

    async def learns_of_money(self) -> None:
        """The signal that whoever stored money sends."""
        await self.handle.signal("recheck")

    # What is put down.

    def pay(self, kopecks: int) -> str:
        """Money comes by the bank; the payment's id."""
        return self.race.books.payment(self.invoice, kopecks, "bank_transfer")

    def decision(self, action: str, by: str = ACCOUNTANT, **columns: Any) -> str:
        """What somebody has decided; its id."""
        decision_id = str(uuid4())
        self.race.books.put(
            "collection_decisions",
            id=decision_id,
            collection_id=self.id,
            action=action,
            decided_by=by,
            decided_at=datetime.now(UTC),
            **columns,
        )
        return decision_id

    async def says(self, action: str, by: str = ACCOUNTANT, **columns: Any) -> str:
        """Somebody decides, with a worker; the status that it led to."""
        decision_id = self.decision(action, by, **columns)
        result: CollectionTransitionResult = await self.command(action, by, decision_id)
        return result.status

    # What is known of it.

    @property
    def history(self) -> list[str]:
        """Where the case went, each status once in a row."""
        rows = self.race.books.rows(
            "SELECT to_status FROM collection_history WHERE collection_id = %(id)s"
            " AND from_status IS DISTINCT FROM to_status ORDER BY number",
            id=self.id,
        )
        return [row.to_status for row in rows]

    @property
    def letters(self) -> list[Any]:
        """The letters that speak of it."""
        return self.race.books.rows(
            "SELECT l.* FROM collection_letters l JOIN collection_letter_lines n"
            " ON n.letter_id = l.id WHERE n.collection_id = %(id)s ORDER BY l.written_at",
            id=self.id,
        )

    @property
    def tones(self) -> list[str]:
        """How they spoke."""
        return [letter.tone for letter in self.letters]

    @property
    def told(self) -> list[str]:
        """Whatever else was told by mail, by its template."""
        rows = self.race.books.rows(
            "SELECT template FROM notifications WHERE case_id = %(id)s AND channel = 'mail'"
            " AND occasion NOT LIKE 'letter-%%' ORDER BY number",
            id=self.id,
        )
        return [row.template for row in rows]

    @property
    def queued(self) -> list[Any]:
        """The letters that speak of it and have not left, as they would be sent."""
        return self.race.books.rows(
            "SELECT DISTINCT n.template, n.params FROM notifications n JOIN collection_letters l"
            " ON l.collection_id = n.case_id AND n.occasion = 'letter-' || l.number"
            " JOIN collection_letter_lines one ON one.letter_id = l.id"
            " WHERE one.collection_id = %(id)s AND n.status = 'queued'",
            id=self.id,
        )

    async def is_held(self) -> bool:
        """Whether its last change says that a dispute holds it."""
        (last,) = self.race.books.rows(
            "SELECT reason FROM collection_history WHERE collection_id = %(id)s"
            " ORDER BY number DESC LIMIT 1",
            id=self.id,
        )
        return bool(last.reason == "disputed")
