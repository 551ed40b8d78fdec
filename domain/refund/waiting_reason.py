"""Why a refund stands."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from domain.access.roles import Role
from domain.case.waiting import Wait
from domain.case.waiting_reason import (
    FailedStep,
    NextTimer,
    TimerKind,
    WaitingReason,
    WaitsFor,
    timer_of,
    with_failure,
)
from domain.file.file import FileStatus
from domain.payout.payout import Channel
from domain.payout.waiting_reason import StandingPayout, payout_waits
from domain.refund.refund import RefundStatus, actions_for
from domain.refund.scan import not_acceptable

CREDITED = "credited"
"""The code of a paid refund whose time of crediting is over."""

_WAITS_FOR: Mapping[RefundStatus, WaitsFor] = MappingProxyType(
    {
        RefundStatus.CALCULATING: WaitsFor.PROCESS,
        RefundStatus.AWAITING_SPECIALIST: WaitsFor.SPECIALIST,
        RefundStatus.AWAITING_STATEMENT: WaitsFor.CLIENT,
        RefundStatus.UNDER_REVIEW: WaitsFor.SPECIALIST,
        RefundStatus.AWAITING_APPROVAL: WaitsFor.ACCOUNTANT,
        RefundStatus.PAYING: WaitsFor.PROCESS,
        RefundStatus.PAYOUT_HELD: WaitsFor.ACCOUNTANT,
        RefundStatus.COMPLETED: WaitsFor.BANK,
        RefundStatus.INQUIRY: WaitsFor.ACCOUNTANT,
        RefundStatus.DECLINED: WaitsFor.NOBODY,
        RefundStatus.CANCELLED: WaitsFor.NOBODY,
        RefundStatus.EXPIRED: WaitsFor.NOBODY,
    }
)
"""Whom each status waits for; while it is paid, the payout knows more."""
_ROLES = (Role.CLIENT, Role.SPECIALIST, Role.ACCOUNTANT)


@dataclass(frozen=True)
class StandingRefund:
    """A refund as it is stored. `entered_at`: when it entered its status, `wait`: the open wait of
    its last change, `payout`: its last attempt, `scan`: what is known of the scan that signed its
    statement. Instants are UTC.
    """

    status: RefundStatus
    entered_at: datetime
    wait: Wait | None = None
    is_closed: bool = False
    feedback_open: bool = False
    inquiry_open: bool = False
    payout: StandingPayout | None = None
    scan: FileStatus | None = None
    failure: FailedStep | None = None


def refund_waits(refund: StandingRefund, now: datetime) -> WaitingReason:
    """The answer at an instant (UTC)."""
    return with_failure(_by_status(refund, now), refund.failure, now)


def _by_status(refund: StandingRefund, now: datetime) -> WaitingReason:
    if refund.status is RefundStatus.PAYING and refund.payout is not None:
        return _paying(refund, refund.payout, now)
    if refund.status is RefundStatus.UNDER_REVIEW and refund.scan is not None:
        return _reviewed(refund, refund.scan, now)
    return _waits(refund, now)


def _waits(refund: StandingRefund, now: datetime) -> WaitingReason:
    ended = refund.status is RefundStatus.COMPLETED and refund.is_closed
    return WaitingReason(
        CREDITED if ended else refund.status,
        WaitsFor.NOBODY if ended else _WAITS_FOR[refund.status],
        refund.entered_at,
        until=None if refund.wait is None else refund.wait.until,
        timer=None if ended else _timer(refund, now),
        allowed=_allowed(refund),
    )


def _reviewed(refund: StandingRefund, scan: FileStatus, now: datetime) -> WaitingReason:
    """A scan that cannot be opened cannot be accepted; while it is scanned, our process is waited
    for.
    """
    told, refusal = _waits(refund, now), not_acceptable(scan)
    if refusal is None:
        return told
    return replace(
        told,
        code=refusal,
        waits_for=WaitsFor.PROCESS if scan is FileStatus.RECEIVED else told.waits_for,
    )


def _paying(refund: StandingRefund, payout: StandingPayout, now: datetime) -> WaitingReason:
    """The acquirer is asked by our process itself: only a wait for the bank has moments."""
    told = payout_waits(payout)
    by_bank = payout.channel is Channel.BANK
    return WaitingReason(
        told.code,
        told.waits_for,
        max(refund.entered_at, told.since),
        until=None if refund.wait is None else refund.wait.until,
        timer=_timer(refund, now) if by_bank else None,
        details=told.details,
        allowed={**_allowed(refund), **told.allowed},
    )


def _timer(refund: StandingRefund, now: datetime) -> NextTimer | None:
    """A paid refund is closed when its bank days are over, although its wait names no status."""
    if refund.wait is None:
        return None
    if refund.status is RefundStatus.COMPLETED:
        return NextTimer(TimerKind.END, refund.wait.until) if refund.wait.until > now else None
    return timer_of(refund.wait, now)


def _allowed(refund: StandingRefund) -> Mapping[Role, tuple[str, ...]]:
    found = {
        role: actions_for(
            refund.status,
            role,
            feedback_open=refund.feedback_open,
            inquiry_open=refund.inquiry_open,
            acceptable=not_acceptable(refund.scan) is None,
        )
        for role in _ROLES
    }
    return {role: actions for role, actions in found.items() if actions}
