"""What becomes of orders beside a refund: unpaid ones, disputed ones, goods that come back."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from random import Random
from typing import Generic, TypeVar

from domain.billing.invoice import PaymentMethod, ProductKind
from simulation.billing_data import Client, Invoice, Line, Payment
from simulation.dataset import KUZNETSOVA, ROMASHKA

LATE_DAYS = 12
"""How long an unpaid order has been due."""
PAID_DAYS_AGO = 3
DEBT_KOPECKS = 48_000_00
ORDER_KOPECKS = 9_000_00
PIECES = 3
GOODS_KOPECKS = 3_000_01
"""Three pieces whose price does not divide by three."""


class Debt(StrEnum):
    """The ways of an unpaid order."""

    PAID = "paid late"
    PROMISED = "promised, then paid"
    SAYS_PAID = "said to be paid while it is"
    RACING = "paid while the claim is sent"
    SILENT = "silent for days, then paid"
    WRITTEN_OFF = "written off by two"
    LEFT = "never paid"


class Quarrel(StrEnum):
    """The ways of a dispute."""

    REFUNDED = "won by its client"
    CHARGED_BACK = "charged back while it is refunded"
    COMPENSATED = "papers asked for, compensated"
    APPEALED = "rejected, appealed, won in part"
    REJECTED = "rejected for good"
    WITHDRAWN = "withdrawn"
    CHARGEBACK_WON = "a chargeback that we win"


class Comeback(StrEnum):
    """The ways of goods that come back."""

    REFUNDED = "refunded"
    BY_LAW = "paid by law before it is decided"
    TWICE = "asked for twice at once"
    EXCHANGED = "exchanged"
    CARRIAGE_PAID = "its carriage claimed anew, paid twice at once"
    CARRIAGE_RACING = "its carriage paid while it is refused"
    CARRIAGE_REFUSED = "its carriage refused"
    REJECTED = "rejected"
    RACING = "accepted while the law's day comes"
    WITHDRAWN = "withdrawn"


CourseT = TypeVar("CourseT", bound=StrEnum)


@dataclass(frozen=True)
class OrderPlan(Generic[CourseT]):
    """An order and what becomes of it."""

    course: CourseT
    invoice: Invoice


@dataclass(frozen=True)
class OrderPlans:
    """All of a run."""

    debts: Sequence[OrderPlan[Debt]]
    quarrels: Sequence[OrderPlan[Quarrel]]
    comebacks: Sequence[OrderPlan[Comeback]]

    @property
    def invoices(self) -> tuple[Invoice, ...]:
        """The orders of all of them."""
        return (
            *(one.invoice for one in self.debts),
            *(one.invoice for one in self.quarrels),
            *(one.invoice for one in self.comebacks),
        )


def draw_orders(count: int, rng: Random, today: date) -> OrderPlans:
    """So many of each kind; each of its ways comes once before one comes again, in an order that
    chance decides.
    """
    return OrderPlans(
        [OrderPlan(course, _debt(n, today)) for n, course in _drawn(Debt, count, rng)],
        [OrderPlan(course, _order(n, today)) for n, course in _drawn(Quarrel, count, rng)],
        [OrderPlan(course, _goods(n, today)) for n, course in _drawn(Comeback, count, rng)],
    )


def _drawn(courses: type[CourseT], count: int, rng: Random) -> list[tuple[int, CourseT]]:
    rounds = -(-count // len(courses))
    drawn = [one for _ in range(rounds) for one in rng.sample(list(courses), len(courses))]
    return list(enumerate(drawn[:count], start=1))


def _debt(number: int, today: date) -> Invoice:
    due_on = today - timedelta(days=LATE_DAYS)
    lines = (Line("Внедрение, второй этап", ProductKind.SERVICE, DEBT_KOPECKS),)
    client = _client(ROMASHKA, "debtor", number)
    return Invoice(_number(due_on, 7, number), client, due_on, lines, None, due_on=due_on)


def _order(number: int, today: date) -> Invoice:
    lines = (Line("Обучение", ProductKind.SERVICE, ORDER_KOPECKS),)
    return _paid(6, number, _client(KUZNETSOVA, "quarreller", number), today, lines)


def _goods(number: int, today: date) -> Invoice:
    delivered = today - timedelta(days=PAID_DAYS_AGO)
    lines = (
        Line(
            "Клавиатура",
            ProductKind.GOODS,
            GOODS_KOPECKS,
            delivered_on=delivered,
            quantity=PIECES,
        ),
    )
    return _paid(5, number, _client(KUZNETSOVA, "buyer", number), today, lines)


def _paid(kind: int, number: int, client: Client, today: date, lines: tuple[Line, ...]) -> Invoice:
    issued_on = today - timedelta(days=PAID_DAYS_AGO)
    name = f"{client.id}-paid"
    payment = Payment(
        name, PaymentMethod.BANK_CARD, datetime.combine(issued_on, time(9), UTC), f"taken-{name}"
    )
    return Invoice(_number(issued_on, kind, number), client, issued_on, lines, payment)


def _client(like: Client, name: str, number: int) -> Client:
    client_id = f"{name}-{number}"
    return replace(like, id=client_id, email=f"{client_id}@orders.example")


def _number(day: date, kind: int, number: int) -> str:
    return f"{day.year}-{kind}{number:05}"
