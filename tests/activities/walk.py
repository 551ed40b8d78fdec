"""A case walked through its real steps, one after another, as its process would."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from activities.payout.payout import PayoutActivities
from activities.refund import RefundActivities
from db.database import Database
from domain.payout.payout import Answer, PayoutRequest, PayoutStatus, Settlement
from domain.refund.refund import Change, Opening, TransitionResult
from gateways.acquirer import AcquirerGateway
from tests.books import AT, Books

SETTLED_ON = date(2026, 4, 28)
CREDIT_BY = date(2026, 5, 14)
"""Ten bank days after `SETTLED_ON`, by the official vector."""


@dataclass
class Walk:
    """One case: `number` is its last change."""

    database: Database
    books: Books
    refund_id: str
    result: TransitionResult
    number: int = 2

    @property
    def steps(self) -> RefundActivities:
        """The steps of a refund on this database."""
        return RefundActivities(self.database)

    def next(
        self, by: str = "system", submission_id: str | None = None, attempt: int = 0
    ) -> Change:
        """The change that would continue the case."""
        at = AT + timedelta(minutes=self.number)
        return Change(self.refund_id, self.number + 1, at, by, submission_id, attempt)

    def took(self, result: TransitionResult) -> TransitionResult:
        """Goes on from what a step answered."""
        assert result.refusal is None
        self.result, self.number = result, self.number + 1
        return result

    async def calculated(self, *sums: int, by: str = "petrova") -> TransitionResult:
        """A specialist's calculation."""
        paper = self.books.calculation(self.refund_id, *sums, by=by)
        return self.took(await self.steps.record_calculation(self.next(by, paper)))

    async def signed(self) -> TransitionResult:
        """A new statement, signed."""
        paper = self.books.signed(self.refund_id)
        return self.took(await self.steps.record_statement(self.next("client", paper)))

    async def accepted(self) -> TransitionResult:
        """The statement is accepted."""
        return self.took(await self.steps.accept(self.next("petrova")))

    async def approved(self) -> TransitionResult:
        """An accountant lets the money go."""
        return self.took(await self.steps.approve(self.next("kuznetsova")))

    async def settled(self, status: PayoutStatus, reason: str | None = None) -> Answer:
        """What the acquirer said of the last attempt, recorded."""
        settled_on = SETTLED_ON if status is PayoutStatus.PAID else None
        request = PayoutRequest(self.refund_id, self.result.attempt)
        answer = Answer(status, f"external-{self.refund_id}", reason, settled_on)
        return await record(self.database, Settlement(request, answer, AT))

    async def completed(self) -> TransitionResult:
        """Paid, with the last day of crediting."""
        change = self.next(attempt=self.result.attempt)
        return self.took(await self.steps.complete(change))


async def record(database: Database, settlement: Settlement) -> Answer:
    """Records a payout's answer; the gateway it comes from is not asked."""
    gateway = AcquirerGateway("http://127.0.0.1:9", "shop", "secret")
    try:
        return await PayoutActivities(database, gateway).record(settlement)
    finally:
        await gateway.aclose()


async def opened(database: Database, books: Books, number: str | None = None, **asked: Any) -> Walk:
    """A case just opened; without an invoice's number, of an undelivered licence, paid by card."""
    request = books.request(number or books.invoice(), **asked)
    result = await RefundActivities(database).open(Opening(request, AT))
    return Walk(database, books, request.refund_id, result)


async def paying(database: Database, books: Books, number: str | None = None) -> Walk:
    """A case whose payout is prepared."""
    walk = await opened(database, books, number)
    await walk.signed()
    await walk.accepted()
    return walk


async def paid(database: Database, books: Books, number: str | None = None) -> Walk:
    """A case whose money has left."""
    walk = await paying(database, books, number)
    await walk.settled(PayoutStatus.PAID)
    await walk.completed()
    return walk
