"""Why the case of an unpaid order stands: the next look, the next letter, a promise, the lawyer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from domain.access.roles import Role
from domain.case.waiting import Wait
from domain.case.waiting_reason import (
    FailedStep,
    WaitingReason,
    WaitsFor,
    timer_of,
    with_failure,
)
from domain.collection.collection import ENDS, CollectionAction, CollectionStatus


@dataclass(frozen=True)
class StandingCollection:
    """A case as it stands: `allowed` are the actions that each role may take now."""

    status: CollectionStatus
    since: datetime
    wait: Wait | None
    is_disputed: bool
    failure: FailedStep | None
    allowed: Mapping[Role, tuple[CollectionAction, ...]]


_WAITS_FOR = MappingProxyType(
    {
        CollectionStatus.DUE: WaitsFor.CALENDAR,
        CollectionStatus.CHECKING: WaitsFor.CALENDAR,
        **dict.fromkeys(ENDS, WaitsFor.NOBODY),
    }
)


def collection_waits(case: StandingCollection, now: datetime) -> WaitingReason:
    """The answer; its code is the status, or `answered` where somebody of ours has to see to what
    the client said, `banked` where the client says that it has paid, `disputed` while a dispute
    holds the case.
    """
    wait = case.wait
    waits_for = _WAITS_FOR.get(case.status, WaitsFor.CLIENT)
    code = str(case.status)
    if case.is_disputed and case.status not in ENDS:
        waits_for, code = WaitsFor.PROCESS, "disputed"
    elif wait is not None and case.status not in _WAITS_FOR and wait.waiting_for is not Role.CLIENT:
        waits_for = WaitsFor(wait.waiting_for)
        if case.status is not CollectionStatus.LEGAL:
            code = "banked" if waits_for is WaitsFor.BANK else "answered"
    reason = WaitingReason(
        code,
        waits_for,
        case.since,
        until=None if wait is None else wait.until,
        timer=None if wait is None else timer_of(wait, now),
        allowed={role: tuple(map(str, actions)) for role, actions in case.allowed.items()},
    )
    return with_failure(reason, case.failure, now)
