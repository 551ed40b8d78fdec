"""Why a renewal stands."""

from collections.abc import Mapping
from dataclasses import dataclass
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
from domain.renewal.renewal import RENEWAL_ACTIONS, RenewalAction, RenewalStatus

PAYMENT_CLAIMED = "payment_claimed"
"""The client says that the payment is on its way: the bank is waited for."""
CARD_PREPARED = "card_prepared"
"""The acquirer has not given the page for the payment by card yet."""
UPLOAD = {Role.ACCOUNTANT: ("upload_bank_statement",)}

_WAITS_FOR: Mapping[RenewalStatus, WaitsFor] = MappingProxyType(
    {
        RenewalStatus.WATCHING: WaitsFor.CLIENT,
        RenewalStatus.AWAITING_PAYMENT: WaitsFor.CLIENT,
        RenewalStatus.CHECKING_PAYMENT: WaitsFor.ACCOUNTANT,
        RenewalStatus.PAID: WaitsFor.CALENDAR,
        RenewalStatus.RENEWED: WaitsFor.NOBODY,
        RenewalStatus.LAPSED: WaitsFor.CLIENT,
        RenewalStatus.CLOSED: WaitsFor.NOBODY,
    }
)


@dataclass(frozen=True)
class StandingRenewal:
    """A renewal as it is stored. `entered_at`: when it entered its status, `wait`: the open wait of
    its last change, `next_starts_at`: when the term that was paid for begins, `awaits_page`: the
    acquirer has not given the page of the open order's card payment. `is_last`: no later term was
    sold. Instants are UTC.
    """

    status: RenewalStatus
    entered_at: datetime
    wait: Wait | None = None
    next_starts_at: datetime | None = None
    awaits_page: bool = False
    has_order: bool = False
    is_last: bool = True
    failure: FailedStep | None = None


def renewal_waits(renewal: StandingRenewal, now: datetime) -> WaitingReason:
    """The answer at an instant (UTC)."""
    code, waits_for = _whom(renewal)
    until = renewal.next_starts_at if renewal.wait is None else renewal.wait.until
    told = WaitingReason(
        code,
        waits_for,
        renewal.entered_at,
        until=None if waits_for is WaitsFor.NOBODY else until,
        timer=_timer(renewal, now),
        allowed=_allowed(renewal, waits_for),
    )
    return with_failure(told, renewal.failure, now)


def _whom(renewal: StandingRenewal) -> tuple[str, WaitsFor]:
    if renewal.status is RenewalStatus.AWAITING_PAYMENT:
        if renewal.wait is not None and renewal.wait.waiting_for is Role.BANK:
            return PAYMENT_CLAIMED, WaitsFor.BANK
        if renewal.awaits_page:
            return CARD_PREPARED, WaitsFor.ACQUIRER
    return renewal.status, _WAITS_FOR[renewal.status]


def _timer(renewal: StandingRenewal, now: datetime) -> NextTimer | None:
    if renewal.wait is not None:
        return timer_of(renewal.wait, now)
    if renewal.status is RenewalStatus.PAID and renewal.next_starts_at is not None:
        return NextTimer(TimerKind.END, renewal.next_starts_at)
    return None


def _allowed(renewal: StandingRenewal, waits_for: WaitsFor) -> Mapping[Role, tuple[str, ...]]:
    """A client's commands, and the bank statement that money is seen by."""
    fitting = tuple(
        action
        for action in RENEWAL_ACTIONS.get(renewal.status, ())
        if (renewal.is_last if action is RenewalAction.ORDER else renewal.has_order)
    )
    found: dict[Role, tuple[str, ...]] = {Role.CLIENT: fitting} if fitting else {}
    return {**found, **UPLOAD} if waits_for in (WaitsFor.BANK, WaitsFor.ACCOUNTANT) else found
