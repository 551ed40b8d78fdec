"""The refund's statuses, moves and actions, as product.md tells them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.access.roles import Role
from domain.payout.payout import PAYOUT_MOVES, PayoutStatus
from domain.refund.refund import (
    ACTIONS,
    MOVES,
    UNPAID_ENDS,
    Action,
    AskedLine,
    RefundRequest,
    RefundStatus,
    actions_for,
    invoice_number_of,
    is_open_to,
    stays_open,
    workflow_id,
)

FINAL = {status for status, targets in MOVES.items() if not targets}
REQUEST = RefundRequest("refund-A-1", "A", "client-1", 1)


def test_every_status_has_its_row_of_moves() -> None:
    assert set(MOVES) == set(RefundStatus)
    assert set(PAYOUT_MOVES) == set(PayoutStatus)


def test_a_case_without_money_ends_in_exactly_three_ways() -> None:
    assert (
        FINAL
        == UNPAID_ENDS
        == {RefundStatus.DECLINED, RefundStatus.CANCELLED, RefundStatus.EXPIRED}
    )


def test_every_status_can_be_reached_and_left() -> None:
    reached = {RefundStatus.CALCULATING}
    while more := {target for status in reached for target in MOVES[status]} - reached:
        reached |= more
    assert reached == set(RefundStatus)


def test_money_leaves_only_through_review_or_approval() -> None:
    assert {status for status, targets in MOVES.items() if RefundStatus.PAYING in targets} == {
        RefundStatus.UNDER_REVIEW,
        RefundStatus.AWAITING_APPROVAL,
        RefundStatus.PAYOUT_HELD,
    }
    assert {status for status, targets in MOVES.items() if RefundStatus.PAYOUT_HELD in targets} == {
        RefundStatus.PAYING
    }


AFTER_THE_PAYOUT = (RefundStatus.PAYOUT_HELD, RefundStatus.INQUIRY)
"""Where people act although the payout has started."""


def test_once_the_payout_has_started_a_case_never_ends_unpaid() -> None:
    assert (
        not (
            MOVES[RefundStatus.PAYING]
            | MOVES[RefundStatus.PAYOUT_HELD]
            | MOVES[RefundStatus.COMPLETED]
            | MOVES[RefundStatus.INQUIRY]
        )
        & UNPAID_ENDS
    )


@pytest.mark.parametrize(
    "status",
    [RefundStatus.PAYING, RefundStatus.COMPLETED, RefundStatus.CALCULATING, *sorted(UNPAID_ENDS)],
)
@pytest.mark.parametrize("role", list(Role))
def test_nobody_acts_on_a_case_that_waits_for_no_person(status: RefundStatus, role: Role) -> None:
    assert actions_for(status, role) == ()


@pytest.mark.parametrize("status", [one for one in ACTIONS if one not in AFTER_THE_PAYOUT])
def test_the_client_may_withdraw_until_the_payout_starts(status: RefundStatus) -> None:
    assert Action.WITHDRAW in actions_for(status, Role.CLIENT)
    assert RefundStatus.CANCELLED in MOVES[status]


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.CLIENT])
def test_only_the_client_leaves_feedback_and_only_when_asked(role: Role) -> None:
    assert actions_for(RefundStatus.COMPLETED, Role.CLIENT, feedback_open=True) == (
        Action.LEAVE_FEEDBACK,
    )
    assert actions_for(RefundStatus.COMPLETED, role, feedback_open=True) == ()


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.CLIENT])
def test_only_the_client_says_that_the_money_has_not_come(role: Role) -> None:
    assert Action.OPEN_INQUIRY in actions_for(
        RefundStatus.COMPLETED, Role.CLIENT, feedback_open=True, inquiry_open=True
    )
    assert actions_for(RefundStatus.COMPLETED, role, inquiry_open=True) == ()


def test_only_the_accountant_approves() -> None:
    able = {
        (status, role)
        for status in RefundStatus
        for role in Role
        if Action.APPROVE in actions_for(status, role)
    }
    assert able == {(RefundStatus.AWAITING_APPROVAL, Role.ACCOUNTANT)}


@given(st.sampled_from(list(Action)), st.sampled_from(list(RefundStatus)))
def test_an_action_is_open_exactly_when_some_role_may_take_it(
    action: Action, status: RefundStatus
) -> None:
    assert is_open_to(action, status) == any(action in actions_for(status, role) for role in Role)


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (RefundRequest("refund-A-1", "A", "client-1", 1), True),
        (RefundRequest("refund-A-1", "A", "client-1", 1, stopped_on=date(2026, 3, 17)), False),
        (RefundRequest("refund-A-1", "A", "client-1", 1, (AskedLine(1),)), False),
        (RefundRequest("refund-A-2", "A", "client-1", 2), False),
    ],
)
def test_a_request_for_other_money_is_another_request(other: RefundRequest, same: bool) -> None:
    assert REQUEST.asks_the_same_as(other) is same


@given(st.from_regex(r"[A-Za-z0-9-]{1,40}", fullmatch=True), st.integers(1, 10_000))
def test_the_case_id_gives_the_invoice_number_back(number: str, ordinal: int) -> None:
    assert invoice_number_of(workflow_id(number, ordinal)) == number


def test_what_stays_open_is_what_one_role_may_do_in_both_statuses() -> None:
    status, action = RefundStatus, Action
    assert stays_open(action.WITHDRAW, status.AWAITING_SPECIALIST, status.AWAITING_STATEMENT)
    assert stays_open(action.DECLINE, status.UNDER_REVIEW, status.AWAITING_SPECIALIST)
    assert not stays_open(action.DECLINE, status.UNDER_REVIEW, status.AWAITING_APPROVAL)
    assert not stays_open(action.WITHDRAW, status.UNDER_REVIEW, status.PAYING)
    assert not stays_open(action.RECALCULATE, status.UNDER_REVIEW, status.PAYOUT_HELD)
    assert stays_open(action.OPEN_INQUIRY, status.COMPLETED, status.COMPLETED)
    assert not stays_open(action.OPEN_INQUIRY, status.COMPLETED, status.INQUIRY)
