"""Why a dispute stands: whom it waits for, until when, and who may do what."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
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
FOLLOWS = "follows"
"""The code of a dispute that waits for the end of the return, or the refund, that it has begun."""


@dataclass(frozen=True)
class DisputeStanding:
    """What is judged: where a dispute is since when, and whom it waits for; while it is performed,
    the case that it `follows`.
    """

    status: DisputeStatus
    since: datetime
    wait: Wait | None
    follows: "Followed | None" = None


@dataclass(frozen=True)
class Followed:
    """A return or a refund that a dispute has begun: whom that one waits for, None for its own
    process, and until when.
    """

    case_id: str
    waiting_for: Role | None
    until: datetime | None


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
    if standing.follows is not None:
        reason = _following(reason, standing.follows)
    return with_failure(reason, failure, now)


def _following(reason: WaitingReason, case: Followed) -> WaitingReason:
    whom = WaitsFor.PROCESS if case.waiting_for is None else WaitsFor(case.waiting_for)
    details = MappingProxyType({"case": case.case_id})
    return replace(reason, code=FOLLOWS, waits_for=whom, until=case.until, details=details)


def _whom(standing: DisputeStanding) -> WaitsFor:
    if standing.status in ENDED_DISPUTES:
        return WaitsFor.NOBODY
    if standing.wait is None:
        return WaitsFor.PROCESS
    return _WAITS_FOR.get(standing.status, WaitsFor(standing.wait.waiting_for))
