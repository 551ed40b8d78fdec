"""Who is notified of what about a refund."""

from typing import get_args

import pytest

from domain.access.roles import Role
from domain.notification.notification import ONE_TIME_CODE, Notice
from domain.refund.notices import (
    CREDIT_DATE_MOVED,
    CREDITED,
    INQUIRY_ANSWERED,
    MONEY_ARRIVED,
    NEW_REQUISITES_NEEDED,
    NOTICES,
    STATEMENT_RETURNED,
    notices_for,
    reminder_for,
)
from domain.refund.refund import MOVES, RefundStatus
from texts import Language
from texts.catalogue import template

EVERY_NOTICE = (
    *(notice for notices in NOTICES.values() for notice in notices),
    *(*STATEMENT_RETURNED, *NEW_REQUISITES_NEEDED, *CREDITED, *CREDIT_DATE_MOVED, ONE_TIME_CODE),
    *(*INQUIRY_ANSWERED, *MONEY_ARRIVED),
    *(
        reminder_for(status, role, escalate=late)
        for status in (RefundStatus.UNDER_REVIEW, RefundStatus.INQUIRY)
        for role in Role
        for late in (False, True)
    ),
)
BY_REASON = (RefundStatus.INQUIRY, RefundStatus.COMPLETED)
"""Whoever is told of this move, is told by how the inquiry ended."""


@pytest.mark.parametrize(
    ("previous", "result"),
    [(a, b) for a, targets in MOVES.items() for b in targets if (a, b) != BY_REASON],
)
def test_every_move_tells_the_client(previous: RefundStatus, result: RefundStatus) -> None:
    assert Role.CLIENT in {notice.role for notice in notices_for(previous, result)}


@pytest.mark.parametrize(
    ("previous", "template"),
    [
        (RefundStatus.CALCULATING, "refund_awaiting_statement"),
        (RefundStatus.AWAITING_SPECIALIST, "refund_awaiting_statement"),
        (RefundStatus.UNDER_REVIEW, "refund_statement_returned"),
        (RefundStatus.PAYING, "refund_new_requisites_needed"),
        (RefundStatus.COMPLETED, "refund_new_requisites_needed"),
        (RefundStatus.INQUIRY, "refund_new_requisites_needed"),
    ],
)
def test_coming_back_to_the_statement_says_why(previous: RefundStatus, template: str) -> None:
    assert notices_for(previous, RefundStatus.AWAITING_STATEMENT) == (
        Notice(Role.CLIENT, template),
    )


@pytest.mark.parametrize(
    ("status", "role"),
    [
        (RefundStatus.AWAITING_SPECIALIST, Role.SPECIALIST),
        (RefundStatus.UNDER_REVIEW, Role.SPECIALIST),
        (RefundStatus.AWAITING_APPROVAL, Role.ACCOUNTANT),
    ],
)
def test_whoever_is_waited_for_is_told(status: RefundStatus, role: Role) -> None:
    assert role in {notice.role for notice in NOTICES[status]}


def test_a_client_is_reminded_and_an_escalation_goes_to_the_operator() -> None:
    statement, review = RefundStatus.AWAITING_STATEMENT, RefundStatus.UNDER_REVIEW
    assert reminder_for(statement, Role.CLIENT, escalate=False).role is Role.CLIENT
    assert reminder_for(review, Role.SPECIALIST, escalate=False).role is Role.SPECIALIST
    assert reminder_for(review, Role.SPECIALIST, escalate=True).role is Role.OPERATOR


def test_a_late_inquiry_has_letters_of_its_own() -> None:
    late = reminder_for(RefundStatus.INQUIRY, Role.ACCOUNTANT, escalate=True)
    assert (late.role, late.template) == (Role.OPERATOR, "staff_inquiry_escalation")
    due = reminder_for(RefundStatus.INQUIRY, Role.ACCOUNTANT, escalate=False)
    assert (due.role, due.template) == (Role.ACCOUNTANT, "staff_inquiry_reminder")


def test_an_inquiry_that_ends_tells_by_how_it_ended() -> None:
    assert notices_for(*BY_REASON) == ()
    assert [notice.role for notice in INQUIRY_ANSWERED] == [Role.CLIENT]
    assert [notice.role for notice in MONEY_ARRIVED] == [Role.ACCOUNTANT]


@pytest.mark.parametrize("language", get_args(Language))
@pytest.mark.parametrize("name", sorted({notice.template for notice in EVERY_NOTICE}))
def test_every_notice_has_its_letter_in_every_language(name: str, language: Language) -> None:
    assert template(f"mail.{name}.subject", language).strip()
    assert template(f"mail.{name}.body", language).strip()
