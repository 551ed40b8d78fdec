"""What people, time and the calendar make of a refund, and what leaves it alone."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.access.roles import SYSTEM
from domain.calendar.bank_calendar import BankCalendar, end_of_moscow_day
from domain.refund.case import RefundCase, RefundTransition
from domain.refund.refund import MOVES, Change, RefundStatus
from domain.refund.statement import digest
from domain.refund.transitions import (
    SAME_PERSON,
    SIGNATURE_STALE,
    ManualCalculation,
    SignedStatement,
    SigningFacts,
    close,
    decline,
    expire,
    move_deadline,
    recalculate,
    return_statement,
    same_person,
    take_calculation,
    take_statement,
    withdraw,
)
from tests.domain.refund.cases import (
    ACCOUNTANT,
    AT,
    CALCULATION,
    SERVICE,
    SPECIALIST,
    SUM_KOPECKS,
    case,
    change,
    letters,
    made,
    refused,
)
from tests.domain.refund.test_policy import POLICY

S = RefundStatus
CONTENT = {"sum": SUM_KOPECKS, "account": "40702810638000000000"}
SIGNED = SignedStatement(
    id=UUID(int=20),
    refund_id="refund-A-1-1",
    calculation_id=CALCULATION,
    sum_kopecks=SUM_KOPECKS,
    content=CONTENT,
    content_sha256=digest(CONTENT),
    signed_sha256=digest(CONTENT),
)
FACTS = SigningFacts(SIGNED, SIGNED.id)
WAITING = case(S.AWAITING_STATEMENT)
REVIEWED = case(S.UNDER_REVIEW)


def test_a_specialists_sum_is_promised_and_asked_to_be_signed() -> None:
    calculation = ManualCalculation(
        UUID(int=9), 5_000_00, SPECIALIST, "по договорённости", SERVICE.content
    )
    found = case(S.AWAITING_SPECIALIST, sum_kopecks=0, calculation_id=None, calculated_by=None)
    moved = take_calculation(found, change(SPECIALIST), calculation)
    assert moved.result.status is S.AWAITING_STATEMENT
    assert (moved.result.sum_kopecks, moved.result.calculated_by) == (5_000_00, SPECIALIST)
    assert moved.columns == {"calculation_id": UUID(int=9), "sum_kopecks": 5_000_00}
    assert moved.reason == moved.params["reason"] == "по договорённости"
    assert moved.params["amount_kopecks"] == 5_000_00
    assert moved.params["service"] == SERVICE.content
    assert letters(moved) == ["refund_awaiting_statement"]


def test_a_signature_under_the_latest_statement_is_reviewed() -> None:
    moved = made(take_statement(WAITING, change("client"), FACTS))
    assert moved.result.status is S.UNDER_REVIEW
    assert moved.columns == {"statement_id": SIGNED.id}
    assert moved.result.sum_kopecks == SUM_KOPECKS
    assert letters(moved) == ["refund_under_review", "staff_review_needed"]


@pytest.mark.parametrize(
    "other",
    [
        {"refund_id": "refund-A-1-2"},
        {"calculation_id": UUID(int=99)},
        {"sum_kopecks": SUM_KOPECKS - 1},
        {"content": {**CONTENT, "account": "40702810638000000001"}},
        {"content_sha256": digest({})},
        {"signed_sha256": digest({})},
    ],
    ids=lambda other: next(iter(other)),
)
def test_a_signature_under_anything_else_is_refused(other: dict[str, Any]) -> None:
    facts = SigningFacts(replace(SIGNED, **other), SIGNED.id)
    assert refused(take_statement(WAITING, change("client"), facts)) == SIGNATURE_STALE


@pytest.mark.parametrize(
    ("found", "latest"),
    [
        (WAITING, UUID(int=21)),
        (replace(WAITING, statement_id=SIGNED.id), SIGNED.id),
        (replace(WAITING, sum_kopecks=SUM_KOPECKS + 1), SIGNED.id),
        (replace(WAITING, calculation_id=None), SIGNED.id),
    ],
    ids=["a later statement", "taken once before", "another sum now", "no calculation"],
)
def test_a_signature_that_no_longer_counts_is_refused(found: RefundCase, latest: UUID) -> None:
    facts = SigningFacts(SIGNED, latest)
    assert refused(take_statement(found, change("client"), facts)) == SIGNATURE_STALE


def test_remarks_send_a_statement_back_to_the_client() -> None:
    moved = return_statement(REVIEWED, change(SPECIALIST), "нет печати")
    assert (moved.result.status, moved.reason) == (S.AWAITING_STATEMENT, "нет печати")
    assert moved.params["remarks"] == "нет печати"
    assert not moved.columns
    assert letters(moved) == ["refund_statement_returned"]


@pytest.mark.parametrize("status", [S.UNDER_REVIEW, S.PAYOUT_HELD])
def test_a_sum_that_is_not_right_frees_the_promise_and_the_signature(status: S) -> None:
    moved = recalculate(case(status), change(), "не та сумма")
    assert (moved.result.status, moved.result.sum_kopecks) == (S.AWAITING_SPECIALIST, 0)
    assert moved.columns == {"calculation_id": None, "statement_id": None, "sum_kopecks": 0}
    assert moved.params["reason"] == "не та сумма"
    assert "refund_awaiting_specialist" not in letters(moved)


@pytest.mark.parametrize(
    ("end", "status", "letter"),
    [
        (decline, S.DECLINED, "refund_declined"),
        (withdraw, S.CANCELLED, "refund_cancelled"),
        (expire, S.EXPIRED, "refund_expired"),
    ],
)
def test_a_case_that_ends_waits_for_nobody(
    end: Callable[[RefundCase, Change, str | None], RefundTransition], status: S, letter: str
) -> None:
    moved = end(WAITING, change(), "так решили")
    assert (moved.result.status, moved.result.wait) == (status, None)
    assert (moved.reason, moved.params["reason"]) == ("так решили", "так решили")
    assert moved.columns == {"refusal": None, "closed_at": AT}
    assert letters(moved) == [letter]


def test_a_step_that_was_given_up_declines_by_its_code() -> None:
    moved = decline(WAITING, change(reason="aborted"), None)
    assert (moved.reason, moved.columns["refusal"]) == ("aborted", "aborted")
    assert moved.params["refusal"] == "aborted"
    assert "reason" not in moved.params


def test_a_credited_case_is_closed_as_it_is() -> None:
    found = case(S.COMPLETED)
    moved = close(found, change(SYSTEM))
    assert moved.result == replace(found.latest, changes=5, wait=None)
    assert moved.columns == {"closed_at": AT}
    assert letters(moved) == ["refund_credited"]


@pytest.mark.parametrize(
    ("by", "calculated_by", "refusal"),
    [
        (SPECIALIST, SPECIALIST, SAME_PERSON),
        (SPECIALIST.upper(), SPECIALIST, SAME_PERSON),
        (ACCOUNTANT, SPECIALIST, None),
        (ACCOUNTANT, None, None),
        (SYSTEM, SYSTEM, None),
    ],
)
def test_whoever_calculated_does_not_let_the_money_go(
    by: str, calculated_by: str | None, refusal: str | None
) -> None:
    judged = same_person(case(S.AWAITING_APPROVAL, calculated_by=calculated_by), change(by))
    assert (None if judged is None else judged.refusal) == refusal


# The calendar.

PAID_ON = date(2026, 4, 28)
CREDIT_BY = date(2026, 5, 14)
COMPLETED = case(S.COMPLETED, paid_on=PAID_ON, wait_until=end_of_moscow_day(CREDIT_BY))
REVIEW_UNTIL = POLICY.waits[S.UNDER_REVIEW].starting(AT, BankCalendar()).until
LATE_MAY = AT + timedelta(days=30)


def test_a_credit_date_that_moves_is_told_to_the_client() -> None:
    holiday = BankCalendar(overrides={date(2026, 5, 13): False})
    moved = made(move_deadline(replace(COMPLETED, calendar=holiday), change(SYSTEM)))
    assert moved.columns == {"changed_at": AT, "credit_by": date(2026, 5, 15)}
    assert moved.result.wait is not None
    assert moved.result.wait.until == end_of_moscow_day(date(2026, 5, 15))
    assert (moved.result.status, moved.reason) == (S.COMPLETED, "calendar")
    assert moved.params["credit_by_on"] == "2026-05-15"
    assert letters(moved) == ["refund_credit_date_moved"]


def test_a_wait_of_people_moves_from_where_it_began_and_tells_nobody() -> None:
    rule = POLICY.waits[S.UNDER_REVIEW]
    holiday = BankCalendar(overrides={date(2026, 4, 22): False})
    found = replace(REVIEWED, wait_until=REVIEW_UNTIL, calendar=holiday)
    moved = made(move_deadline(found, replace(change(SYSTEM), at=LATE_MAY)))
    assert moved.result.wait == rule.starting(AT, holiday)
    assert moved.columns == {"changed_at": AT}
    assert not moved.notices


@pytest.mark.parametrize(
    "found",
    [
        COMPLETED,
        replace(COMPLETED, closed_at=AT, wait_until=None),
        replace(
            REVIEWED, wait_until=POLICY.waits[S.UNDER_REVIEW].starting(AT, BankCalendar()).until
        ),
    ],
    ids=["credit date", "closed", "people"],
)
def test_a_deadline_that_stays_changes_nothing(found: RefundCase) -> None:
    assert move_deadline(found, change(SYSTEM)) is None


# Every move.

JUDGED: list[tuple[S, RefundTransition]] = [
    (
        S.AWAITING_STATEMENT,
        made(take_statement(WAITING, change(), SigningFacts(SIGNED, SIGNED.id))),
    ),
    (S.UNDER_REVIEW, return_statement(REVIEWED, change(), None)),
    (S.UNDER_REVIEW, recalculate(REVIEWED, change(), None)),
    (S.AWAITING_SPECIALIST, decline(case(S.AWAITING_SPECIALIST), change(), None)),
    (S.AWAITING_APPROVAL, withdraw(case(S.AWAITING_APPROVAL), change(), None)),
    (S.AWAITING_STATEMENT, expire(WAITING, change(), None)),
]


@pytest.mark.parametrize(("before", "moved"), JUDGED)
def test_a_transition_is_an_allowed_move_with_the_wait_of_its_status(
    before: S, moved: RefundTransition
) -> None:
    assert moved.result.status in MOVES[before]
    assert moved.result.changes == 5
    rule = POLICY.waits.get(moved.result.status)
    assert moved.result.wait == (None if rule is None else rule.starting(AT, BankCalendar()))
    if moved.result.wait is not None:
        assert moved.params["until_at"] == moved.result.wait.until.isoformat()
