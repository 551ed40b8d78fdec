"""A limit request's steps: told once, answered once, and an offer that holds with its answer."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from activities.subscription.limit_request import LimitRequestActivities
from db.database import Database
from domain.access.roles import Role
from domain.case.waiting import Reminder
from domain.subscription.limit_request import LimitAnswer, LimitOpening, LimitRequestStatus
from tests.books import AT, Books

VALID_UNTIL = date(2026, 12, 31)


def asked(books: Books) -> str:
    """A request of a new client; its id."""
    client, subscription, request = books.client(), f"sub-{uuid4().hex[:12]}", str(uuid4())
    named = {"title": "Компас", "created_at": AT}
    books.put("subscriptions", id=subscription, client_id=client, **named)
    said = {"units_wanted": 500, "text": "ещё", "asked_by": "a", "asked_at": AT}
    books.put("limit_requests", id=request, subscription_id=subscription, client_id=client, **said)
    return request


def answer_to(books: Books, request: str, *, with_offer: bool) -> LimitAnswer:
    """What a specialist wrote."""
    if not books.rows("SELECT FROM tariffs"):
        sold = {"title": "Тариф", "units": 400, "data_set": "extended", "months": 12}
        sold |= {"is_free": False, "vat_mode": "standard", "is_offered": True, "written_by": "b"}
        books.put("tariffs", code="400", created_at=AT, updated_at=AT, **sold)
    offer: dict[str, Any] = {}
    if with_offer:
        offer = {"tariff_code": "400", "units": 5000, "price_kopecks": 15_000_000}
        offer["valid_until"] = VALID_UNTIL
    answer = str(uuid4())
    said = {"text": "Вот.", "written_by": "petrova", "written_at": AT}
    books.put("limit_answers", id=answer, limit_request_id=request, **said, **offer)
    return LimitAnswer(request, answer, AT + timedelta(hours=1))


def told(books: Books, request: str) -> list[tuple[str, str]]:
    """Who was told what on one channel."""
    rows = books.rows(
        "SELECT role, template FROM notifications WHERE case_id = %(id)s AND channel = 'mail'",
        id=f"limit-request-{request}",
    )
    return sorted((row.role, row.template) for row in rows)


async def test_opening_waits_for_a_specialist_by_the_policy_and_tells_once(
    database: Database, books: Books
) -> None:
    request = asked(books)
    steps = LimitRequestActivities(database)
    first, again = [await steps.open(LimitOpening(request, AT)) for _ in range(2)]
    assert first == again
    assert first.status is LimitRequestStatus.AWAITING_ANSWER
    assert first.wait is not None
    assert first.wait.waiting_for is Role.SPECIALIST
    assert first.wait.ends_in is None
    assert AT < first.wait.remind_at[0] < first.wait.until
    assert told(books, request) == [("specialist", "staff_limit_requested")]


async def test_an_answer_with_an_offer_makes_it_hold_and_a_repeat_changes_nothing(
    database: Database, books: Books
) -> None:
    request = asked(books)
    answer = answer_to(books, request, with_offer=True)
    steps = LimitRequestActivities(database)
    for _ in range(2):
        assert (await steps.answer(answer)).status is LimitRequestStatus.ANSWERED
    offer = books.row("SELECT * FROM individual_offers WHERE limit_request_id = %(id)s", id=request)
    assert (str(offer.id), offer.units, offer.valid_until) == (answer.answer_id, 5000, VALID_UNTIL)
    assert offer.author == "petrova"
    assert told(books, request) == [("client", "renewal_limit_offered")]


async def test_an_answer_without_an_offer_is_only_told(database: Database, books: Books) -> None:
    request = asked(books)
    answer = answer_to(books, request, with_offer=False)
    await LimitRequestActivities(database).answer(answer)
    assert told(books, request) == [("client", "renewal_limit_answered")]
    made = books.rows("SELECT FROM individual_offers WHERE limit_request_id = %(id)s", id=request)
    assert made == []


async def test_the_first_answer_stays(database: Database, books: Books) -> None:
    request = asked(books)
    first, second = (answer_to(books, request, with_offer=True) for _ in range(2))
    steps = LimitRequestActivities(database)
    await steps.answer(first)
    await steps.answer(second)
    row = books.row("SELECT answer_id FROM limit_requests WHERE id = %(id)s", id=request)
    assert str(row.answer_id) == first.answer_id


async def test_a_case_that_runs_again_after_its_answer_waits_for_nobody(
    database: Database, books: Books
) -> None:
    request = asked(books)
    steps = LimitRequestActivities(database)
    await steps.answer(answer_to(books, request, with_offer=False))
    opened = await steps.open(LimitOpening(request, AT + timedelta(days=1)))
    assert (opened.status, opened.wait) == (LimitRequestStatus.ANSWERED, None)
    assert told(books, request) == [("client", "renewal_limit_answered")]


async def test_specialists_are_reminded_and_operators_hear_of_a_long_wait(
    database: Database, books: Books
) -> None:
    request = asked(books)
    steps = LimitRequestActivities(database)
    for number, escalate in enumerate((False, True, True)):
        reminder = Reminder(
            f"limit-request-{request}",
            f"reminder-{number}",
            AT + timedelta(days=number),
            Role.SPECIALIST,
            AT + timedelta(days=1),
            escalate,
        )
        for _ in range(2):
            await steps.remind(reminder)
    assert told(books, request) == [
        ("operator", "staff_limit_escalation"),
        ("operator", "staff_limit_escalation"),
        ("specialist", "staff_limit_reminder"),
    ]
