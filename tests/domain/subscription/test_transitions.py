"""A request for a higher limit waits for a specialist, and is answered once."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from domain.access.roles import Role
from domain.calendar.bank_calendar import BankCalendar
from domain.case.waiting import DayUnit, Reminder, WaitPolicy
from domain.subscription.limit_request import LimitOpening, LimitRequestStatus, LimitState
from domain.subscription.transitions import (
    AnsweringFacts,
    LimitRequested,
    MakeOffer,
    OfferedLimit,
    TakeAnswer,
    WaitingFacts,
    WrittenAnswer,
    answered,
    opened,
    reminded,
)

AT = datetime(2026, 4, 20, 9, tzinfo=UTC)
REQUEST = LimitRequested(UUID(int=1), "sub-1", "c-1", "Компас", 500, "ещё")
TAKEN = replace(REQUEST, is_answered=True)
WAITS = WaitPolicy(Role.SPECIALIST, DayUnit.BANK_DAYS, 5, (1, 2), 3)
OPENING = LimitOpening(str(REQUEST.id), AT)
ANSWERED = LimitState(LimitRequestStatus.ANSWERED)
OFFER = OfferedLimit("400", 5000, 150_000_00, date(2026, 12, 31))
ANSWER = WrittenAnswer(UUID(int=2), "Вот.", "petrova")


def test_specialists_are_told_until_when_the_client_waits() -> None:
    made = opened(OPENING, WaitingFacts(REQUEST, WAITS, BankCalendar()))
    assert not isinstance(made, LimitState)
    wait = WAITS.starting(AT, BankCalendar())
    assert made.result == LimitState(LimitRequestStatus.AWAITING_ANSWER, wait)
    assert [(one.role, one.template) for one in made.notices] == [
        (Role.SPECIALIST, "staff_limit_requested")
    ]
    assert made.params == {
        "subscription": "Компас",
        "units": 500,
        "remarks": "ещё",
        "until_at": wait.until.isoformat(),
    }
    assert made.effects == ()


def test_a_case_that_runs_again_after_its_answer_waits_for_nothing() -> None:
    assert opened(OPENING, WaitingFacts(TAKEN, WAITS, BankCalendar())) == ANSWERED


@pytest.mark.parametrize("offer", [None, OFFER])
def test_the_first_answer_stays(offer: OfferedLimit | None) -> None:
    assert answered(AnsweringFacts(TAKEN, replace(ANSWER, offer=offer))) == ANSWERED


def test_an_answer_without_an_offer_is_told_to_the_client() -> None:
    made = answered(AnsweringFacts(REQUEST, ANSWER))
    assert not isinstance(made, LimitState)
    assert made.result == ANSWERED
    assert made.effects == (TakeAnswer(REQUEST.id, ANSWER.id),)
    assert [one.template for one in made.notices] == ["renewal_limit_answered"]
    assert made.params == {"subscription": "Компас", "remarks": "Вот."}


def test_an_answer_with_an_offer_makes_it_and_names_its_price_and_day() -> None:
    written = replace(ANSWER, offer=OFFER)
    made = answered(AnsweringFacts(REQUEST, written))
    assert not isinstance(made, LimitState)
    assert made.effects == (
        TakeAnswer(REQUEST.id, ANSWER.id),
        MakeOffer(REQUEST, written, OFFER),
    )
    assert [one.template for one in made.notices] == ["renewal_limit_offered"]
    assert made.params == {
        "subscription": "Компас",
        "remarks": "Вот.",
        "units": 5000,
        "price_kopecks": 150_000_00,
        "until_on": "2026-12-31",
    }


@pytest.mark.parametrize(
    ("escalate", "role", "template"),
    [
        (False, Role.SPECIALIST, "staff_limit_reminder"),
        (True, Role.OPERATOR, "staff_limit_escalation"),
    ],
)
def test_a_wait_that_goes_on_reminds_and_then_escalates(
    escalate: bool, role: Role, template: str
) -> None:
    until = AT + timedelta(days=5)
    reminder = Reminder("limit-request-1", "r-1", AT, Role.SPECIALIST, until, escalate)
    notice, params = reminded(reminder, REQUEST)
    assert (notice.role, notice.template) == (role, template)
    assert params == {
        "subscription": "Компас",
        "role": Role.SPECIALIST,
        "until_at": until.isoformat(),
    }
