"""What becomes of each refund as far as people are concerned, drawn by the seed."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from random import Random

from domain.billing.invoice import PaymentMethod, ProductKind
from domain.billing.requisites import Requisites, check_account
from domain.refund.refund import RefundStatus
from simulation.billing_data import Client, Invoice, Line, Payment

PAID_DAYS_AGO = 30
YEAR_DAYS = 365
SUBSCRIPTION_KOPECKS = 12_200_50
LICENCE_KOPECKS = 7_300_00
SERVICE_KOPECKS = 60_000_00
LARGE_SERVICE_KOPECKS = 150_000_00
"""Above the limit of the policy: an accountant approves."""
PART_KOPECKS = 2_000_00


class Course(StrEnum):
    """The ways of a refund."""

    WHOLE = "whole"
    IN_TWO_PARTS = "in two parts"
    BY_SPECIALIST = "by a specialist"
    APPROVED = "approved"
    RETURNED = "returned with remarks"
    WITHDRAWN = "withdrawn"
    DECLINED = "declined"
    EXPIRED = "left to expire"
    LEFT = "left waiting"


WEIGHTS = {
    Course.WHOLE: 8,
    Course.IN_TWO_PARTS: 4,
    Course.BY_SPECIALIST: 3,
    Course.APPROVED: 3,
    Course.RETURNED: 3,
    Course.WITHDRAWN: 2,
    Course.DECLINED: 1,
    Course.EXPIRED: 2,
    Course.LEFT: 1,
}
"""How often each is drawn, once every one of them has been."""

WITHDRAWN_IN = (
    RefundStatus.AWAITING_STATEMENT,
    RefundStatus.UNDER_REVIEW,
    RefundStatus.AWAITING_APPROVAL,
)
METHODS = (PaymentMethod.BANK_CARD, PaymentMethod.SBP, *(2 * (PaymentMethod.BANK_TRANSFER,)))
"""How invoices are paid: half of them through the bank, which pays them back as well."""
BY_HAND = (Course.BY_SPECIALIST, Course.DECLINED)


@dataclass(frozen=True)
class Plan:
    """One invoice and what its people do. `by_scan`: signed on paper instead of by a code.

    `stops_in` is the status in which the client withdraws, or in which everybody goes home.
    `lingers`: days pass over a paid case only after what the bank gives back has come.
    """

    course: Course
    invoice: Invoice
    by_scan: bool
    stops_in: RefundStatus | None = None
    lingers: bool = False

    @property
    def parts(self) -> int:
        """How many refunds are asked for, one after the other."""
        return 2 if self.course is Course.IN_TWO_PARTS else 1


def draw_plans(count: int, rng: Random, clients: tuple[Client, ...], today: date) -> list[Plan]:
    """So many invoices, each of its own client; every course comes once before chance decides."""
    courses = list(Course) + rng.choices(list(WEIGHTS), list(WEIGHTS.values()), k=count)
    return [
        _plan(course, number, rng, clients[number % len(clients)].another(number), today)
        for number, course in enumerate(courses[:count])
    ]


def _plan(course: Course, number: int, rng: Random, client: Client, today: date) -> Plan:
    stops_in = None
    if course is Course.WITHDRAWN:
        stops_in = rng.choice(WITHDRAWN_IN)
    elif course is Course.LEFT:
        stops_in = RefundStatus.UNDER_REVIEW
    large = course is Course.APPROVED or stops_in is RefundStatus.AWAITING_APPROVAL
    lines = _lines(course, today, large=large)
    invoice = _invoice(number, client, today, lines, rng)
    by_scan, lingers = rng.random() < 0.5, rng.random() < 0.5
    return Plan(course, invoice, by_scan, stops_in, lingers)


def _lines(course: Course, today: date, *, large: bool) -> tuple[Line, ...]:
    if large:
        return (Line("Внедрение", ProductKind.SERVICE, LARGE_SERVICE_KOPECKS),)
    if course in BY_HAND:
        return (Line("Обучение", ProductKind.SERVICE, SERVICE_KOPECKS), _licence())
    start = today - timedelta(days=PAID_DAYS_AGO)
    period = (start, start + timedelta(days=YEAR_DAYS - 1))
    kind = ProductKind.SUBSCRIPTION
    return (Line("Тариф, год", kind, SUBSCRIPTION_KOPECKS, period=period), _licence())


def _licence() -> Line:
    return Line("Лицензия, ключ не выдан", ProductKind.LICENCE, LICENCE_KOPECKS)


def _invoice(
    number: int, client: Client, today: date, lines: tuple[Line, ...], rng: Random
) -> Invoice:
    issued_on = today - timedelta(days=PAID_DAYS_AGO)
    unpaid = Invoice(f"{issued_on.year}-9{number:05}", client, issued_on, lines, payment=None)
    method = rng.choice(METHODS)
    acquired = method is not PaymentMethod.BANK_TRANSFER
    payment = Payment(
        id=f"payment-chaos-{number}",
        method=method,
        received_at=datetime.combine(issued_on, time(12), UTC),
        acquirer_id=f"acquired-chaos-{number}" if acquired else None,
    )
    return replace(unpaid, payment=payment)


def requisites_of(client: Client, times: int) -> Requisites:
    """Where a client wants its money: another account of the same bank each time it is asked."""
    first = client.requisites
    beginning, key, tail = first.account[:8], first.account[8], int(first.account[9:])
    if not times:
        return first
    candidates = (f"{beginning}{(int(key) + step) % 10}{tail + times:011d}" for step in range(10))
    account = next(one for one in candidates if check_account(one, first.bic) is None)
    return replace(first, account=account)
