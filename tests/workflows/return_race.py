"""Returns of goods with their real steps, whose worker can be away."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from temporalio.client import WorkflowHandle

from activities.case.operators import OperatorActivities
from activities.goods_return.steps import GoodsReturnActivities
from activities.refund import RefundActivities
from domain.calendar.bank_calendar import moscow_date
from domain.goods_return.goods_return import (
    GoodsReturnRequest,
    GoodsReturnResult,
    goods_return_workflow_id,
)
from domain.refund.refund import workflow_id
from tests.activities.goods_return.walk import CARRIAGE, stored_file
from tests.books import Line
from tests.workflows.race import Installation
from tests.workflows.status_race import RacedStatusCase
from workflows.goods_return import GoodsReturnWorkflow

SPECIALIST = "petrova"
PIECE = 1_000_00
FOUND = {"packing": True, "labels": True, "unused": True, "serial": True, "carriage_kopecks": 0}


@dataclass
class ReturnRace(Installation):
    """Returns that are raced."""

    @asynccontextmanager
    async def worker(self) -> AsyncIterator[None]:
        """A worker for returns and their refunds while the block runs."""
        async with self.serving(
            GoodsReturnActivities(self.database),
            RefundActivities(self.database),
            OperatorActivities(self.database),
        ):
            yield

    def sold(self, pieces: int = 3) -> str:
        """A consumer's paid invoice of so many pieces that came two days ago."""
        self.books.know_years()
        delivered = moscow_date(datetime.now(UTC)) - timedelta(days=2)
        columns = {"quantity": pieces, "delivered_on": delivered}
        client_id = self.books.client(kind="individual", name="Анна Ким")
        return self.books.invoice(Line(PIECE * pieces, "goods", columns), client_id=client_id)

    def asked(self, number: str, ordinal: int = 1, pieces: int = 2) -> "RacedReturn":
        """A return that nobody has opened yet."""
        case = RacedReturn(self, number, ordinal)
        self.books.put(
            "goods_return_openings",
            id=case.opening_id,
            invoice_number=number,
            ordinal=ordinal,
            client_id=self.books.row(
                "SELECT client_id FROM invoices WHERE number = %(n)s", n=number
            ).client_id,
            ground="wrong_goods",
            asked=[{"line_no": 1, "pieces": pieces}],
            opened_by="kim",
            opened_at=datetime.now(UTC),
        )
        self.cases.append(case)
        return case

    async def inspected(self, sound: int = 2) -> "RacedReturn":
        """A return that waits for its decision; needs a worker."""
        case = self.asked(self.sold())
        await case.begin()
        await case.says("authorise")
        await case.says("ship", track="RU 1")
        await case.says("receive")
        await case.says("inspect", **FOUND, pieces={"1": sound})
        return case


@dataclass
class RacedReturn(RacedStatusCase):
    """A return and what is known of it."""

    workflow = GoodsReturnWorkflow
    result = GoodsReturnResult
    table = "goods_return"

    race: ReturnRace
    invoice: str
    ordinal: int = 1

    def __post_init__(self) -> None:
        self.opening_id = str(uuid4())

    @property
    def id(self) -> str:
        """The return's and its workflow's."""
        return goods_return_workflow_id(self.invoice, self.ordinal)

    @property
    def others(self) -> list[WorkflowHandle[Any, Any]]:
        """Refund cases of the invoice."""
        ids = (workflow_id(self.invoice, ordinal) for ordinal in (1, 2))
        return [self.race.client.get_workflow_handle(one) for one in ids]

    async def begin(self) -> GoodsReturnResult:
        """Opens it, as the API does."""
        request = GoodsReturnRequest(self.id, self.opening_id, "kim")
        begun: GoodsReturnResult = await self._started(request, "ask")
        return begun

    def decision(self, action: str, **columns: Any) -> str:
        """What somebody has decided; its id."""
        decision_id = str(uuid4())
        self.race.books.put(
            "goods_return_decisions",
            id=decision_id,
            return_id=self.id,
            action=action,
            decided_by=SPECIALIST,
            decided_at=datetime.now(UTC),
            **columns,
        )
        return decision_id

    async def says(self, action: str, **columns: Any) -> GoodsReturnResult:
        """Somebody decides, with a worker."""
        decision_id = self.decision(action, **columns)
        result: GoodsReturnResult = await self.command(action, SPECIALIST, decision_id)
        return result

    # What is known of it.

    def claim(self, kopecks: int = CARRIAGE) -> str:
        """What the client says that it paid the carrier, with the receipt; its id."""
        decision_id = self.decision("claim_carriage", claimed_kopecks=kopecks)
        books = self.race.books
        receipt = {"number": 1, "file_id": stored_file(books)}
        books.put("goods_return_photos", decision_id=decision_id, **receipt)
        return decision_id

    @property
    def carriage(self) -> Any:
        """What is stored of the carriage; None where nothing is."""
        rows = self.race.books.rows(
            "SELECT status, amount_kopecks FROM goods_return_carriages WHERE return_id = %(id)s",
            id=self.id,
        )
        return rows[0] if rows else None

    @property
    def refunds(self) -> list[int]:
        """What its refund cases ask back (kopecks)."""
        rows = self.race.books.rows(
            "SELECT sum_kopecks FROM refunds WHERE goods_return_id = %(id)s", id=self.id
        )
        return [row.sum_kopecks for row in rows]

    @property
    def told(self) -> set[str]:
        """What was told by mail, by its template."""
        rows = self.race.books.rows(
            "SELECT template FROM notifications WHERE case_id = %(id)s AND channel = 'mail'",
            id=self.id,
        )
        return {row.template for row in rows}
