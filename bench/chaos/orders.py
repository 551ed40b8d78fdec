"""All unpaid, disputed and returned orders of a run: their plays, and what must be true of them."""

from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bench.chaos.case_play import CasePlay
from bench.chaos.comeback_play import CARRIAGE_KOPECKS, COMEBACK_KOPECKS, ComebackPlay
from bench.chaos.debt_play import DebtPlay
from bench.chaos.letters import Post
from bench.chaos.order_scenarios import (
    Comeback,
    OrderPlan,
    OrderPlans,
    Quarrel,
)
from bench.chaos.our_books import OurBooks
from bench.chaos.play import ComesBack, Days, Play
from bench.chaos.quarrel_play import AWARDED_KOPECKS, ChargedBackRefund, QuarrelPlay
from bench.chaos.scenarios import Course, Plan
from domain.goods_return.carriage import CarriageStatus
from simulation.api_client import ApiClient
from simulation.billing_data import Invoice
from simulation.sandboxes import Acquirer

OWED: Mapping[Quarrel | Comeback, int] = {
    Quarrel.REFUNDED: AWARDED_KOPECKS,
    Quarrel.COMPENSATED: AWARDED_KOPECKS,
    Quarrel.APPEALED: AWARDED_KOPECKS,
    Quarrel.REJECTED: 0,
    Quarrel.WITHDRAWN: 0,
    Quarrel.CHARGEBACK_WON: 0,
    Comeback.REFUNDED: COMEBACK_KOPECKS,
    Comeback.BY_LAW: 0,
    Comeback.TWICE: COMEBACK_KOPECKS,
    Comeback.RACING: 0,
    Comeback.EXCHANGED: 0,
    Comeback.CARRIAGE_PAID: 0,
    Comeback.CARRIAGE_RACING: 0,
    Comeback.CARRIAGE_REFUSED: 0,
    Comeback.REJECTED: 0,
    Comeback.WITHDRAWN: 0,
}
"""What leaves in the end (kopecks). What is charged back while it is refunded may leave twice at
the acquirer (`_CHARGED_BACK`); that it never leaves by our bank is an invariant of the books.
"""
_PAID = """
SELECT r.invoice_number, sum(p.amount_kopecks) AS kopecks
FROM payouts p JOIN refunds r ON r.id = p.case_id WHERE p.status = 'paid' GROUP BY r.invoice_number
"""
_CHARGED_BACK = """
SELECT i.number, i.total_kopecks,
       (SELECT count(*) FROM refunds r WHERE r.invoice_number = i.number) AS refunds,
       (SELECT count(*) FROM refunds r
         WHERE r.invoice_number = i.number AND r.status = 'completed') AS completed,
       (SELECT count(*) FROM refunds r
         WHERE r.invoice_number = i.number AND r.status = 'declined') AS declined,
       (SELECT coalesce(sum(t.amount_kopecks), 0) FROM taken_backs t
         WHERE t.invoice_number = i.number) AS taken_kopecks
FROM invoices i WHERE i.number = ANY(%(numbers)s)
"""
"""One refund at most, paid in full where it was completed and not at all elsewhere, and one
chargeback, whichever was first. A client that was refused has no refund, or one that was begun
before the chargeback was booked, and declined because of it.
"""
_COMPENSATED = """
SELECT d.id, count(t.id) AS paid FROM disputes d
LEFT JOIN ledger_transfers t ON t.kind = 'compensation_paid' AND t.debit_account LIKE '%%/' || d.id
WHERE d.compensation_kopecks > 0 AND d.status = 'closed' GROUP BY d.id HAVING count(t.id) <> 1
"""
_CARRIAGES = """
SELECT r.id, (SELECT c.status FROM goods_return_carriages c WHERE c.return_id = r.id) AS status,
       count(t.id) AS paid, coalesce(sum(t.amount_kopecks), 0) AS kopecks
FROM goods_returns r
LEFT JOIN ledger_transfers t ON t.kind = 'carriage_paid' AND t.debit_account = 'carriage/' || r.id
WHERE r.id = ANY(%(ids)s) GROUP BY r.id
"""
"""How often and how much our bank paid back for the carriage of a return."""
_UNLIKE_THEIR_MONEY = """
SELECT c.id, c.status, i.paid_kopecks, i.total_kopecks
FROM collections c JOIN invoices i ON i.number = c.invoice_number
WHERE (c.status = 'paid') <> (i.paid_kopecks >= i.total_kopecks)
"""
_ENDINGS = """
SELECT 'collection ' || status AS ending FROM collections
UNION ALL SELECT 'dispute ' || status FROM disputes
UNION ALL SELECT 'return ' || status FROM goods_returns
"""


@dataclass(frozen=True)
class Orders:
    """The plays of all three kinds."""

    debts: Sequence[DebtPlay]
    quarrels: Sequence[QuarrelPlay]
    comebacks: Sequence[ComebackPlay]
    ours: OurBooks

    def named(self) -> Iterator[tuple[str, CasePlay]]:
        """Every play with its name."""
        for debt in self.debts:
            yield _name(debt.plan), debt
        for quarrel in self.quarrels:
            yield _name(quarrel.plan), quarrel
        for comeback in self.comebacks:
            yield _name(comeback.plan), comeback

    async def wrong(self) -> list[str]:
        """Letters after the money, money that left otherwise than decided, or twice."""
        paid = {row.invoice_number: int(row.kopecks) for row in await self.ours.rows(_PAID)}
        return [
            *[one async for one in self._written_after_the_money()],
            *(one for play in self.quarrels for one in _misspent(play.plan, paid)),
            *(one for play in self.comebacks for one in _misspent(play.plan, paid)),
            *[one async for one in self._charged_back(paid)],
            *[
                f"{row.id} is {row.status}, its order has {row.paid_kopecks} of {row.total_kopecks}"
                for row in await self.ours.rows(_UNLIKE_THEIR_MONEY)
            ],
            *[
                f"the compensation of {row.id} was paid {row.paid} times"
                for row in await self.ours.rows(_COMPENSATED)
            ],
            *await wrong_carriages(self.ours, self._told_of_carriages()),
        ]

    async def endings(self) -> Counter[str]:
        """Cases by where they stand."""
        return Counter(row.ending for row in await self.ours.rows(_ENDINGS))

    async def _charged_back(self, paid: Mapping[str, int]) -> AsyncIterator[str]:
        of_course = [one for one in self.quarrels if one.plan.course is Quarrel.CHARGED_BACK]
        asked = {one.plan.invoice.number: one.refunds_asked for one in of_course}
        for row in await self.ours.rows(_CHARGED_BACK, numbers=list(asked)):
            found = (row.refunds, paid.get(row.number, 0), int(row.taken_kopecks))
            total = row.total_kopecks
            refunds = asked[row.number] or min(row.declined, 1)
            want = (refunds, row.completed * total, total)
            if found != want:
                yield f"{row.number}: refunds, kopecks paid and taken {found}, must be {want}"

    def _told_of_carriages(self) -> Mapping[str, bool]:
        return {play.id: play.is_carriage_paid for play in self.comebacks if play.id}

    async def _written_after_the_money(self) -> AsyncIterator[str]:
        for play in self.debts:
            written = await play.written() if play.id else 0
            if play.letters is not None and written != play.letters:
                yield f"{play.id}: {written - play.letters} letters after its money"


@dataclass(frozen=True)
class Surroundings:
    """What the people of a play work with."""

    api: ApiClient
    post: Post
    days: Days
    ours: OurBooks
    acquirer: Acquirer
    comes_back: ComesBack

    def orders(self, plans: OrderPlans) -> Orders:
        """The plays of these plans."""
        return Orders(
            [DebtPlay(plan, self.api, self.days, self.ours) for plan in plans.debts],
            [
                QuarrelPlay(plan, self.api, self.days, self.acquirer, self._refund_of(plan))
                for plan in plans.quarrels
            ],
            [
                ComebackPlay(plan, self.api, self.days, self._refund(plan.invoice, Play))
                for plan in plans.comebacks
            ],
            self.ours,
        )

    def _refund_of(self, plan: OrderPlan[Quarrel]) -> Play:
        is_charged_back = plan.course is Quarrel.CHARGED_BACK
        return self._refund(plan.invoice, ChargedBackRefund if is_charged_back else Play)

    def _refund(self, invoice: Invoice, kind: type[Play]) -> Play:
        plan = Plan(Course.WHOLE, invoice, by_scan=True)
        return kind(plan, self.api, self.post, self.days, self.comes_back)


async def wrong_carriages(ours: OurBooks, told: Mapping[str, bool]) -> list[str]:
    """Carriages that were paid more than once, with another sum, or although they were refused or
    no accountant of these returns was told that they are.
    """
    wrong = []
    for row in await ours.rows(_CARRIAGES, ids=list(told)):
        found = (row.status == CarriageStatus.PAID, row.paid, int(row.kopecks))
        want = (True, 1, CARRIAGE_KOPECKS) if told[row.id] else (False, 0, 0)
        if found != want:
            wrong.append(f"the carriage of {row.id}: paid, times, kopecks {found}, must be {want}")
    return wrong


def _name(plan: OrderPlan[Any]) -> str:
    return f"{plan.invoice.number} ({plan.course})"


def _misspent(
    plan: OrderPlan[Quarrel] | OrderPlan[Comeback], paid: Mapping[str, int]
) -> Iterator[str]:
    owed, left = OWED.get(plan.course), paid.get(plan.invoice.number, 0)
    if owed is not None and left != owed:
        yield f"{plan.invoice.number} ({plan.course}): {left} kopecks left, must be {owed}"
