"""The lawyer has a debt by the policy, and hands it back."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.access.roles import Role
from domain.case.waiting import Reminder
from domain.collection import deciding, notices, transitions
from domain.collection.case import Decided
from domain.collection.collection import CollectionRefusal, CollectionStatus
from tests.domain.collection.unpaid import (
    AT,
    CASE,
    CHANGE,
    FACTS,
    POLICY,
    SUM,
    TODAY,
    A,
    S,
    done,
    in_status,
    owing,
    refusal,
    said,
)

LAWYERS = replace(POLICY, legal=replace(POLICY.legal, waiting_for=Role.LAWYER))
LADDER_END = 4


def test_the_policy_says_who_has_the_debt_and_who_is_told() -> None:
    handed = deciding.hand_to_lawyer(
        replace(CASE, policy=LAWYERS), CHANGE, FACTS, said(A.TO_LAWYER)
    )
    made = done(handed)
    assert made.result.wait is not None
    assert made.result.wait.waiting_for is Role.LAWYER
    assert made.notices == (notices.legal(Role.LAWYER),)


def test_the_lawyer_is_reminded_and_operators_hear_that_the_time_is_over() -> None:
    wait = replace(LAWYERS.legal.starting(AT, CASE.calendar), until=AT)
    case = replace(in_status(S.LEGAL), wait=wait)
    reminder = Reminder(case.id, "first", AT, Role.LAWYER, AT)
    reminded = transitions.reminded(reminder, case)
    assert reminded is not None
    assert reminded[0] == notices.reminder(Role.LAWYER)
    late = transitions.reminded(replace(reminder, escalate=True), case)
    assert late is not None
    assert late[0] == notices.ESCALATION


@pytest.mark.parametrize(
    ("rung", "sent_on", "status", "ends_in"),
    [
        (0, None, S.CHECKING, S.CONTACTED),
        (1, None, S.CONTACTED, S.REMINDED),
        (2, None, S.REMINDED, S.REMINDED),
        (3, None, S.REMINDED, S.CLAIM_SENT),
        (LADDER_END, TODAY, S.CLAIM_SENT, S.LEGAL),
        (LADDER_END, date(2026, 1, 12), S.CLAIM_SENT, S.LEGAL),
    ],
)
def test_a_debt_that_is_handed_back_goes_on_where_it_stood_and_says_what_was_written_last(
    rung: int, sent_on: date | None, status: CollectionStatus, ends_in: CollectionStatus
) -> None:
    case = in_status(S.LEGAL, rung=rung, claim_sent_on=sent_on)
    made = done(deciding.take_back(case, CHANGE, FACTS, Decided(reason="суд не нужен")))
    wait = made.result.wait
    assert wait is not None
    assert (made.result.status, wait.ends_in, wait.waiting_for) == (status, ends_in, Role.CLIENT)
    assert wait.until > AT + timedelta(hours=1)
    assert (made.notices, made.reason) == ((notices.RETURNED,), "суд не нужен")


def test_what_the_lawyer_has_not_cannot_be_handed_back() -> None:
    judged = deciding.take_back(in_status(S.REMINDED), CHANGE, FACTS, Decided(reason="почему"))
    assert refusal(judged) == CollectionRefusal.NOT_ALLOWED_IN_STATUS
    paid = deciding.take_back(in_status(S.LEGAL), CHANGE, owing(paid_kopecks=SUM), Decided())
    assert refusal(paid) == CollectionRefusal.PAID
