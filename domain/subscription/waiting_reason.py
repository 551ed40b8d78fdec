"""Why a request for a higher limit stands."""

from dataclasses import dataclass
from datetime import datetime

from domain.access.roles import Role
from domain.case.waiting import Wait
from domain.case.waiting_reason import (
    FailedStep,
    WaitingReason,
    WaitsFor,
    timer_of,
    with_failure,
)
from domain.subscription.limit_request import LimitRequestStatus


@dataclass(frozen=True)
class StandingLimitRequest:
    """A request as it is stored; `since`: when it was made, or answered (UTC)."""

    status: LimitRequestStatus
    since: datetime
    wait: Wait | None = None
    failure: FailedStep | None = None


def limit_request_waits(request: StandingLimitRequest, now: datetime) -> WaitingReason:
    """The answer at an instant (UTC); only a specialist's answer ends the wait."""
    if request.status is LimitRequestStatus.ANSWERED:
        return WaitingReason(request.status, WaitsFor.NOBODY, request.since)
    told = WaitingReason(
        request.status,
        WaitsFor.SPECIALIST,
        request.since,
        until=None if request.wait is None else request.wait.until,
        timer=None if request.wait is None else timer_of(request.wait, now),
        allowed={Role.SPECIALIST: ("answer_limit_request",)},
    )
    return with_failure(told, request.failure, now)
