"""What comes next of a wait, and what a failed step makes of the answer."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.access.roles import Role
from domain.case.waiting import OPERATOR_WAIT, Wait
from domain.case.waiting_reason import (
    RETRY_STEP,
    STEP_FAILED,
    FailedStep,
    NextTimer,
    TimerKind,
    WaitingReason,
    WaitsFor,
    timer_of,
    with_failure,
)

NOW = datetime(2026, 3, 16, 9, tzinfo=UTC)
DAY = timedelta(days=1)
ORDINARY = WaitingReason("under_review", WaitsFor.SPECIALIST, NOW - DAY, until=NOW + DAY)


def failed(*, is_open: bool | None, ago: timedelta = timedelta(hours=1)) -> FailedStep:
    return FailedStep("refund-1", "Выплатить деньги", "AcquirerUnavailable", NOW - ago, is_open)


@pytest.mark.parametrize(
    ("wait", "following"),
    [
        (Wait(Role.CLIENT, NOW + DAY, (NOW + DAY / 2,), ends_in="expired"), TimerKind.REMINDER),
        (Wait(Role.CLIENT, NOW + DAY, (NOW - DAY,), ends_in="expired"), TimerKind.END),
        (Wait(Role.SPECIALIST, NOW + 2 * DAY, escalate_at=NOW + DAY), TimerKind.ESCALATION),
        (Wait(Role.SPECIALIST, NOW + DAY), TimerKind.ESCALATION),
        (Wait(Role.SPECIALIST, NOW - DAY), TimerKind.ESCALATION),
    ],
)
def test_a_wait_reminds_escalates_or_ends_next(wait: Wait, following: TimerKind) -> None:
    timer = timer_of(wait, NOW)
    assert timer.kind is following
    assert timer.at > NOW


def test_while_a_failed_step_is_open_only_an_operator_leads_on() -> None:
    failure = failed(is_open=True)
    told = with_failure(ORDINARY, failure, NOW)
    assert (told.code, told.waits_for, told.since) == (STEP_FAILED, WaitsFor.OPERATOR, failure.at)
    assert told.timer == NextTimer(TimerKind.RETRY, failure.at + OPERATOR_WAIT)
    assert told.allowed == {Role.OPERATOR: (RETRY_STEP,)}
    assert told.until == ORDINARY.until


def test_a_retry_that_is_over_is_no_next_timer() -> None:
    told = with_failure(ORDINARY, failed(is_open=True, ago=OPERATOR_WAIT + DAY), NOW)
    assert told.timer is None


def test_a_mended_step_is_not_told() -> None:
    assert with_failure(ORDINARY, failed(is_open=False), NOW) == ORDINARY
    assert with_failure(ORDINARY, None, NOW) == ORDINARY


def test_of_a_step_that_nobody_knows_to_be_mended_both_are_told() -> None:
    failure = failed(is_open=None)
    told = with_failure(ORDINARY, failure, NOW)
    assert (told.code, told.waits_for, told.failure) == (
        ORDINARY.code,
        ORDINARY.waits_for,
        failure,
    )
