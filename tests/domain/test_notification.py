"""Who hears of what, and for how long a letter is tried."""

from datetime import timedelta
from typing import get_args

import pytest

from domain.access import Role
from domain.notification import (
    CREDIT_DATE_MOVED,
    CREDITED,
    NEW_REQUISITES_NEEDED,
    NOTICES,
    ONE_TIME_CODE,
    RETRY_INTERVALS,
    STATEMENT_RETURNED,
    Notice,
    notices_for,
    reminder_for,
)
from domain.refund import MOVES, RefundStatus
from texts import Language
from texts.catalogue import template

S = RefundStatus
EVERY_NOTICE = (
    *(notice for notices in NOTICES.values() for notice in notices),
    *(*STATEMENT_RETURNED, *NEW_REQUISITES_NEEDED, *CREDITED, *CREDIT_DATE_MOVED, ONE_TIME_CODE),
    *(reminder_for(role, escalate=late) for role in Role for late in (False, True)),
)


@pytest.mark.parametrize(
    ("previous", "entered"), [(a, b) for a, targets in MOVES.items() for b in targets]
)
def test_every_move_tells_the_client(previous: RefundStatus, entered: RefundStatus) -> None:
    assert Role.CLIENT in {notice.role for notice in notices_for(previous, entered)}


@pytest.mark.parametrize(
    ("previous", "template"),
    [
        (S.CALCULATING, "refund_awaiting_statement"),
        (S.AWAITING_SPECIALIST, "refund_awaiting_statement"),
        (S.UNDER_REVIEW, "refund_statement_returned"),
        (S.PAYING, "refund_new_requisites_needed"),
        (S.COMPLETED, "refund_new_requisites_needed"),
    ],
)
def test_coming_back_to_the_statement_says_why(previous: RefundStatus, template: str) -> None:
    assert notices_for(previous, S.AWAITING_STATEMENT) == (Notice(Role.CLIENT, template),)


@pytest.mark.parametrize(
    ("status", "role"),
    [
        (S.AWAITING_SPECIALIST, Role.SPECIALIST),
        (S.UNDER_REVIEW, Role.SPECIALIST),
        (S.AWAITING_APPROVAL, Role.ACCOUNTANT),
    ],
)
def test_whoever_is_waited_for_is_told(status: RefundStatus, role: Role) -> None:
    assert role in {notice.role for notice in NOTICES[status]}


def test_a_client_is_reminded_and_an_escalation_goes_to_the_operator() -> None:
    assert reminder_for(Role.CLIENT, escalate=False).role is Role.CLIENT
    assert reminder_for(Role.SPECIALIST, escalate=False).role is Role.SPECIALIST
    assert reminder_for(Role.SPECIALIST, escalate=True).role is Role.OPERATOR


@pytest.mark.parametrize("language", get_args(Language))
@pytest.mark.parametrize("name", sorted({notice.template for notice in EVERY_NOTICE}))
def test_every_notice_has_its_letter_in_every_language(name: str, language: Language) -> None:
    assert template(f"mail.{name}.subject", language).strip()
    assert template(f"mail.{name}.body", language).strip()


def test_a_letter_is_tried_ever_more_rarely_for_two_days() -> None:
    assert list(RETRY_INTERVALS) == sorted(RETRY_INTERVALS)
    assert timedelta(days=1.5) < sum(RETRY_INTERVALS, timedelta()) < timedelta(days=2.5)
