"""Why a dispute stands: whom it waits for, until when, and who may do what."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from domain.access.roles import Role
from domain.case.waiting import Wait
from domain.case.waiting_reason import FailedStep, WaitingReason, WaitsFor, timer_of, with_failure
from domain.dispute.dispute import ENDED_DISPUTES, DisputeStatus

_WAITS_FOR: Mapping[DisputeStatus, WaitsFor] = MappingProxyType(
    {
        DisputeStatus.CHECKING: WaitsFor.CALENDAR,
        DisputeStatus.PROPOSAL: WaitsFor.CALENDAR,
        DisputeStatus.OUTSIDE: WaitsFor.ACCOUNTANT,
    }
)
"""Other than whom the wait itself names."""


@dataclass(frozen=True)
class DisputeStanding:
    """What is judged: where a dispute is since when, and whom it waits for."""

    status: DisputeStatus
    since: datetime
    wait: Wait | None


def waiting_reason(
    standing: DisputeStanding,
    allowed: Mapping[Role, tuple[str, ...]],
    failure: FailedStep | None,
    now: datetime,
) -> WaitingReason:
    """The answer; `allowed` are the actions that each role may take now."""
    wait = standing.wait
    reason = WaitingReason(
        standing.status,
        _whom(standing),
        standing.since,
        until=None if wait is None else wait.until,
        timer=None if wait is None else timer_of(wait, now),
        allowed=allowed,
    )
    return with_failure(reason, failure, now)


def _whom(standing: DisputeStanding) -> WaitsFor:
    if standing.status in ENDED_DISPUTES:
        return WaitsFor.NOBODY
    if standing.wait is None:
        return WaitsFor.PROCESS
    return _WAITS_FOR.get(standing.status, WaitsFor(standing.wait.waiting_for))
