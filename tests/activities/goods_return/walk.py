"""A return of goods walked through its real steps, one after another, as its process would."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from activities.goods_return.steps import GoodsReturnActivities
from activities.refund import RefundActivities
from db.database import Database
from domain.goods_return.goods_return import (
    GoodsReturnChange,
    GoodsReturnOpening,
    GoodsReturnRequest,
    GoodsReturnResult,
    goods_return_workflow_id,
)
from domain.payout.payout import PayoutStatus
from domain.refund.refund import Opening
from tests.activities.walk import Walk, opened
from tests.books import AT, Books, Line

PRICE = 3_000_00
"""Of three pieces."""
CARRIAGE = 450_50
"""What a client paid a carrier."""
DELIVERED_ON = AT.date() - timedelta(days=2)
FOUND: dict[str, Any] = {
    "packing": True,
    "labels": True,
    "unused": True,
    "serial": True,
    "carriage_kopecks": 0,
}


def goods(kopecks: int = PRICE, quantity: int = 3, **columns: Any) -> Line:
    """A line of goods that were delivered two days ago."""
    delivered = {"quantity": quantity, "delivered_on": DELIVERED_ON}
    return Line(kopecks, "goods", {**delivered, **columns})


def sold(books: Books, *lines: Line) -> str:
    """A consumer's paid invoice."""
    client_id = books.client(kind="individual", name="Анна Ким")
    return books.invoice(*(lines or (goods(),)), client_id=client_id)


@dataclass
class ReturnWalk:
    """One return: `result` is where its last step has led."""

    database: Database
    books: Books
    number: str
    result: GoodsReturnResult
    id: str
    at: datetime = AT
    refund: Walk | None = None

    @property
    def steps(self) -> GoodsReturnActivities:
        """The steps of a return on this database."""
        return GoodsReturnActivities(self.database)

    def change(self, submission_id: str | None = None) -> GoodsReturnChange:
        """The change that would continue the return."""
        return GoodsReturnChange(
            self.id, self.result.changes + 1, self.at, "petrova", submission_id
        )

    async def does(self, step: str) -> GoodsReturnResult:
        """A step that nobody has decided."""
        return self._took(await getattr(self.steps, step)(self.change()))

    async def says(self, action: str, **columns: Any) -> GoodsReturnResult:
        """A decision, carried out unless it is refused."""
        decision_id = self.decision(action, **columns)
        return self._took(await getattr(self.steps, action)(self.change(decision_id)))

    def decision(self, action: str, **columns: Any) -> str:
        """A decision as it was handed in; its id."""
        decision_id = str(uuid4())
        self.books.put(
            "goods_return_decisions",
            id=decision_id,
            return_id=self.id,
            action=action,
            decided_by="petrova",
            decided_at=self.at,
            **columns,
        )
        return decision_id

    async def claims(self, kopecks: int = CARRIAGE) -> GoodsReturnResult:
        """The client has paid the carrier so much, and shows the receipt."""
        decision_id = self.decision("claim_carriage", claimed_kopecks=kopecks)
        receipt = {"number": 1, "file_id": stored_file(self.books)}
        self.books.put("goods_return_photos", decision_id=decision_id, **receipt)
        return self._took(await self.steps.claim_carriage(self.change(decision_id)))

    async def inspected(self, sound: int = 2, **changes: Any) -> GoodsReturnResult:
        """Allowed, sent, received, and so many sound pieces of the first line found."""
        await self.does("authorise")
        await self.says("ship", track="RU 1")
        await self.does("receive")
        return await self.says("inspect", **{**FOUND, "pieces": {"1": sound}, **changes})

    async def accepted(self, sound: int = 2, **decided: Any) -> GoodsReturnResult:
        """Inspected and taken."""
        await self.inspected(sound)
        return await self.says("accept", **{"settlement": "refund", **decided})

    async def settled(self) -> int:
        """What was decided is done; what the refund case gives back (kopecks)."""
        await self.opens_refund()
        await self.does("settle")
        found = self.books.rows(
            "SELECT sum_kopecks, status FROM refunds WHERE goods_return_id = %(id)s", id=self.id
        )
        return 0 if not found or found[0].status == "declined" else int(found[0].sum_kopecks)

    async def opens_refund(self) -> None:
        """The refund case, as the process opens it before it is needed."""
        due = await self.steps.refund_due(self.id)
        assert due.request is not None
        if not due.is_open:
            opening = Opening(due.request, self.at)
            result = await RefundActivities(self.database).open(opening)
            self.refund = Walk(self.database, self.books, due.request.refund_id, result)

    async def paid(self) -> None:
        """The money of its refund case has left."""
        assert self.refund is not None
        await leaves(self.refund)

    def _took(self, result: GoodsReturnResult | None) -> GoodsReturnResult:
        assert result is not None
        if result.refusal is None:
            self.result = result
        return result


async def asked(
    database: Database, books: Books, number: str, pieces: int = 2, ground: str = "wrong_goods"
) -> ReturnWalk:
    """A return of pieces of the first line, opened."""
    taken = books.rows(
        "SELECT ordinal FROM goods_return_openings WHERE invoice_number = %(n)s", n=number
    )
    ordinal, opening_id = len(taken) + 1, str(uuid4())
    (client_id,) = books.row("SELECT client_id FROM invoices WHERE number = %(n)s", n=number)
    books.put(
        "goods_return_openings",
        id=opening_id,
        invoice_number=number,
        ordinal=ordinal,
        client_id=client_id,
        ground=ground,
        asked=[{"line_no": 1, "pieces": pieces}],
        opened_by="kim",
        opened_at=AT,
    )
    return_id = goods_return_workflow_id(number, ordinal)
    request = GoodsReturnRequest(return_id, opening_id, "kim")
    result = await GoodsReturnActivities(database).open(GoodsReturnOpening(request, AT))
    return ReturnWalk(database, books, number, result, return_id)


def stored_file(books: Books) -> str:
    """A paper that nobody has scanned yet; its id."""
    file_id, content = str(uuid4()), uuid4().hex.encode()
    sha256, size = hashlib.sha256(content).hexdigest(), len(content)
    books.put(
        "file_contents",
        sha256=sha256,
        media_type="application/pdf",
        size_bytes=size,
        status="received",
        due_at=AT,
        received_at=AT,
    )
    books.put("file_pieces", sha256=sha256, number=1, bytes=content)
    books.put("files", id=file_id, sha256=sha256, name="чек.pdf", uploaded_by="kim", uploaded_at=AT)
    return file_id


async def refunded(database: Database, books: Books, number: str, kopecks: int) -> Walk:
    """A refund of the first line by the refund process, which a specialist calculates; paid."""
    ordinal = len(books.rows("SELECT id FROM refunds WHERE invoice_number = %(n)s", n=number)) + 1
    walk = await opened(database, books, number, ordinal=ordinal)
    await walk.calculated(kopecks)
    await leaves(walk)
    return walk


async def leaves(walk: Walk) -> None:
    """Signed, accepted, paid."""
    await walk.signed()
    await walk.accepted()
    await walk.settled(PayoutStatus.PAID)
    await walk.completed()
