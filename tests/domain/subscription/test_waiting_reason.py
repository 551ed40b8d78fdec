"""Why a request for a higher limit stands: every status is explained."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.access.roles import Role
from domain.case.waiting import Wait
from domain.case.waiting_reason import TimerKind, WaitsFor
from domain.subscription.limit_request import LimitRequestStatus
from domain.subscription.waiting_reason import StandingLimitRequest, limit_request_waits
from texts import translate

NOW = datetime(2026, 3, 16, 9, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.mark.parametrize("status", LimitRequestStatus)
def test_every_status_of_a_limit_request_is_explained(status: LimitRequestStatus) -> None:
    told = limit_request_waits(StandingLimitRequest(status, NOW), NOW)
    assert translate(f"waiting.limit_request.{told.code}")
    assert (told.waits_for is WaitsFor.NOBODY) == (status is LimitRequestStatus.ANSWERED)


def test_a_request_waits_for_a_specialist_who_is_reminded() -> None:
    wait = Wait(Role.SPECIALIST, NOW + 2 * DAY, (NOW + DAY,))
    told = limit_request_waits(
        StandingLimitRequest(LimitRequestStatus.AWAITING_ANSWER, NOW, wait), NOW
    )
    assert told.timer is not None
    assert (told.timer.kind, told.until) == (TimerKind.REMINDER, NOW + 2 * DAY)
    assert told.allowed == {Role.SPECIALIST: ("answer_limit_request",)}
