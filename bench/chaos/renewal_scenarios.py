"""What becomes of each renewal as far as its client and its money are concerned, by the seed."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from random import Random

from bench.statements import valid_account, valid_inn
from domain.billing.requisites import ClientKind, Requisites
from domain.subscription.term import months_after
from simulation.billing_data import Client

MONTHS = 12
RUNNING_DAYS = 20
"""How long a term that runs on still lasts."""
BIC, BANK_NAME = "044525225", "ПАО Сбербанк"
CORRESPONDENT_ACCOUNT = "30101810400000000225"
STRANGERS = 500_000
"""Their numbers begin after the clients'."""


class Course(StrEnum):
    """The ways of an order and its money."""

    WHOLE = "whole"
    IN_PARTS = "in parts"
    OVER = "over"
    TWICE = "twice"
    BY_STRANGER = "by a stranger"
    STRANGER_LEFT = "by a stranger, left waiting"
    UNDONE = "undone and allocated anew"
    CANCELLED = "cancelled, paid after all"
    RACING = "cancelled while it is paid"
    BY_CARD = "by card"
    DECLINED_CARD = "by card, declined at first"
    RACING_CARD = "cancelled while it is paid by card"
    UNPAID = "never paid"


WEIGHTS = {
    Course.WHOLE: 4,
    Course.IN_PARTS: 2,
    Course.OVER: 2,
    Course.TWICE: 2,
    Course.BY_STRANGER: 2,
    Course.STRANGER_LEFT: 1,
    Course.UNDONE: 2,
    Course.CANCELLED: 1,
    Course.RACING: 2,
    Course.BY_CARD: 4,
    Course.DECLINED_CARD: 1,
    Course.RACING_CARD: 2,
    Course.UNPAID: 1,
}
"""How often each is drawn, once every one of them has been."""


BY_CARD = (Course.BY_CARD, Course.DECLINED_CARD, Course.RACING_CARD)


class Held(StrEnum):
    """What the client has when it orders."""

    NOTHING = "nothing"
    ENDED = "a term that ended yesterday"
    ENDING = "a term that ends today"
    RUNNING = "a term that runs on"


@dataclass(frozen=True)
class RenewalPlan:
    """One subscription and what its people do. `ends_on` None: there is no term yet.

    `claims`: the client says that the payment is on its way. `words` draws what payers write.
    """

    course: Course
    subscription_id: str
    client: Client
    stranger: Client
    ends_on: date | None
    claims: bool
    words: Random

    @property
    def starts_on(self) -> date | None:
        """The first day of the term that is held."""
        if self.ends_on is None:
            return None
        return months_after(self.ends_on + timedelta(days=1), -MONTHS)


def draw_renewals(count: int, rng: Random, today: date) -> list[RenewalPlan]:
    """So many subscriptions; every course comes once before chance decides."""
    courses = list(Course) + rng.choices(list(WEIGHTS), list(WEIGHTS.values()), k=count)
    return [_plan(course, number, rng, today) for number, course in enumerate(courses[:count], 1)]


def _plan(course: Course, number: int, rng: Random, today: date) -> RenewalPlan:
    # Only what has not begun can be taken back.
    held = Held.RUNNING if course is Course.UNDONE else rng.choice(list(Held))
    return RenewalPlan(
        course,
        subscription_id=f"chaos-{number}",
        client=_company(number, "Подписчик"),
        stranger=_company(STRANGERS + number, "Плательщик"),
        ends_on=_end_of(held, today),
        claims=rng.random() < 0.5,
        words=Random(rng.random()),  # noqa: S311 - chance that can be repeated, not a secret
    )


def _end_of(held: Held, today: date) -> date | None:
    if held is Held.NOTHING:
        return None
    days = {Held.ENDED: -1, Held.ENDING: 0, Held.RUNNING: RUNNING_DAYS}
    return today + timedelta(days=days[held])


def _company(number: int, name: str) -> Client:
    inn, title = valid_inn(f"78{number:06}", 10), f"ООО «{name} {number}»"
    account = valid_account("40702", number, BIC)
    where = {"bic": BIC, "bank_name": BANK_NAME, "correspondent_account": CORRESPONDENT_ACCOUNT}
    requisites = Requisites(
        recipient_name=title, inn=inn, kpp="780101001", account=account, **where
    )
    mail = f"buh@subscriber-{number}.example"
    return Client(
        f"subscriber-{number}", ClientKind.COMPANY, title, inn, "780101001", mail, requisites
    )
