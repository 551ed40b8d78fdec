"""Why a return of goods stands."""

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
from domain.goods_return.carriage import CarriageStatus, unfit_actions
from domain.goods_return.goods_return import (
    ENDED,
    GOODS_RETURN_ACTIONS,
    TAKEN_BACK,
    GoodsReturnAction,
    GoodsReturnStatus,
    ReturnWay,
)

OTHER_REFUND = "other_refund"
"""Another refund of the invoice has to be paid before this one's can be opened."""
EXCHANGE_NOT_PAID = "exchange_not_paid"
"""What the goods cost is promised to somebody or paid back, so nothing can be exchanged for it."""


@dataclass(frozen=True)
class StandingReturn:
    """A return as it is stored; `since`: when it entered its status. Instants are UTC.

    `sends_back`: goods have still to leave to the client; `takes_carriage`: what may be done about
    the carriage that it paid itself.
    """

    status: GoodsReturnStatus
    since: datetime
    way: ReturnWay = ReturnWay.SHIPPING
    wait: Wait | None = None
    takes_money: bool = False
    closes: bool = False
    sends_back: bool = True
    carriage: CarriageStatus | None = None
    takes_carriage: frozenset[GoodsReturnAction] = frozenset()
    money_at: datetime | None = None
    failure: FailedStep | None = None


def goods_return_waits(case: StandingReturn, now: datetime) -> WaitingReason:
    """The answer at an instant (UTC)."""
    if case.status in ENDED:
        return WaitingReason(case.status, WaitsFor.NOBODY, case.since)
    waits_for = _whom(case)
    told = WaitingReason(
        _code(case),
        waits_for,
        case.since,
        until=None if case.wait is None else case.wait.until,
        timer=_timer(case, now),
        allowed=_allowed(case),
    )
    return with_failure(told, case.failure, now)


def _code(case: StandingReturn) -> str:
    is_settled = case.status is GoodsReturnStatus.SETTLED and not case.sends_back
    if is_settled and case.carriage in (CarriageStatus.CLAIMED, CarriageStatus.CONFIRMED):
        return f"carriage_{case.carriage}"
    if case.status not in TAKEN_BACK:
        return case.status
    return OTHER_REFUND if case.takes_money else EXCHANGE_NOT_PAID


def _whom(case: StandingReturn) -> WaitsFor:
    if case.closes:
        return WaitsFor.PROCESS
    return WaitsFor.SPECIALIST if case.wait is None else WaitsFor(case.wait.waiting_for)


def _timer(case: StandingReturn, now: datetime) -> NextTimer | None:
    """What comes first: the wait's next moment, or the day of the law."""
    if case.wait is None:
        return None
    timer = timer_of(case.wait, now)
    by_law = case.money_at
    if by_law is None or not now < by_law < timer.at:
        return timer
    return NextTimer(TimerKind.END, by_law)


def _allowed(case: StandingReturn) -> Mapping[Role, tuple[str, ...]]:
    if case.closes:
        return MappingProxyType({})
    unfit = unfit_actions(case.status, case.way, case.takes_carriage, sends_back=case.sends_back)
    return MappingProxyType(
        {
            role: fit
            for role, actions in GOODS_RETURN_ACTIONS.get(case.status, {}).items()
            if (fit := tuple(f"{one}_goods_return" for one in actions if one not in unfit))
        }
    )
