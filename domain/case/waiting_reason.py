"""Why a case stands: whom it waits for, since when and until when, and who may do what now.

Each process judges its own: `waiting_reason.py` of its room. Pure: facts in, the answer out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from domain.access.roles import Role
from domain.case.waiting import OPERATOR_WAIT, Wait, next_moment

STEP_FAILED = "step_failed"
"""The code of a case whose step has used up its tries."""
RETRY_STEP = "retry_step"
"""What an operator may do about it."""


class WaitsFor(StrEnum):
    """Whom a case waits for. `calendar`: a day that has to come; `process`: our own next step;
    `nobody`: nothing is left to do.
    """

    CLIENT = "client"
    SPECIALIST = "specialist"
    ACCOUNTANT = "accountant"
    LAWYER = "lawyer"
    SUPPORT = "support"
    OPERATOR = "operator"
    BANK = "bank"
    ACQUIRER = "acquirer"
    THIRD_PARTY = "third_party"
    CALENDAR = "calendar"
    PROCESS = "process"
    NOBODY = "nobody"


class TimerKind(StrEnum):
    """What happens at the next moment of a case, unless somebody acts before."""

    REMINDER = "reminder"
    ESCALATION = "escalation"
    END = "end"
    RETRY = "retry"


@dataclass(frozen=True)
class NextTimer:
    """The next moment at which the case does something by itself (UTC)."""

    kind: TimerKind
    at: datetime


@dataclass(frozen=True)
class FailedStep:
    """The last step of the case that used up its tries: the id of its process, its name as the Web
    UI shows it, the kind of the error, and when. `is_open`: whether it still waits for an operator;
    None when the server of workflows did not say.
    """

    process: str
    step: str
    kind: str
    at: datetime
    is_open: bool | None


@dataclass(frozen=True)
class WaitingReason:
    """The answer. `code` names its text, `waiting.<process>.<code>`, with `details` as parameters;
    their names end in `_at`, `_on` or `_kopecks` where a person reads time or money.

    `since` is when it began to wait, `until` its deadline. `allowed` are the actions that each role
    may take now, by name.
    """

    code: str
    waits_for: WaitsFor
    since: datetime
    until: datetime | None = None
    timer: NextTimer | None = None
    failure: FailedStep | None = None
    details: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    allowed: Mapping[Role, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))


def timer_of(wait: Wait, now: datetime) -> NextTimer:
    """What a wait does next: remind, escalate to the operator, or end by itself."""
    at = next_moment(wait, now)
    if at == wait.until and wait.ends_in is not None:
        return NextTimer(TimerKind.END, at)
    return NextTimer(TimerKind.REMINDER if at in wait.remind_at else TimerKind.ESCALATION, at)


def with_failure(reason: WaitingReason, failure: FailedStep | None, now: datetime) -> WaitingReason:
    """The same with the failed step. While an operator is waited for, nothing else leads on; of one
    that nobody knows to be mended both are told.
    """
    if failure is None or failure.is_open is False:
        return reason
    if failure.is_open is None:
        return replace(reason, failure=failure)
    retry_at = failure.at + OPERATOR_WAIT
    return WaitingReason(
        STEP_FAILED,
        WaitsFor.OPERATOR,
        failure.at,
        until=reason.until,
        timer=NextTimer(TimerKind.RETRY, retry_at) if retry_at > now else None,
        failure=failure,
        allowed=MappingProxyType({Role.OPERATOR: (RETRY_STEP,)}),
    )
