"""Judges what is done about the carriage that a client paid itself: claimed, confirmed or refused,
paid back. The status of the return stays.
"""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from domain.goods_return import notices
from domain.goods_return.carriage import (
    Carriage,
    CarriageStatus,
    carriage_takes,
    is_paid_back,
)
from domain.goods_return.case import (
    ClaimCarriage,
    DecisionFacts,
    GoodsReturnCase,
    GoodsReturnEffect,
    GoodsReturnTransition,
    Judged,
    MoveCarriage,
)
from domain.goods_return.changing import (
    is_done,
    moved,
    refused_now,
    refused_with,
    sends_back,
    settled_wait,
)
from domain.goods_return.goods_return import (
    GoodsReturnAction,
    GoodsReturnChange,
    GoodsReturnRefusal,
    GoodsReturnResult,
    GoodsReturnStatus,
)
from domain.notification.notification import Notice

_A = GoodsReturnAction
_C = CarriageStatus


def claim_carriage(
    case: GoodsReturnCase, change: GoodsReturnChange, decision: DecisionFacts
) -> Judged:
    """The client states what it paid the carrier, with the receipt."""
    refused = _refused(case, _A.CLAIM_CARRIAGE)
    if refused is not None:
        return refused
    limit, kopecks = decision.limit, decision.claimed_kopecks
    if limit is None or kopecks > limit.at_most_kopecks:
        return refused_with(case, GoodsReturnRefusal.CARRIAGE_ABOVE_LIMIT)
    return _stays(
        replace(case, carriage=Carriage(kopecks, _C.CLAIMED)),
        change,
        ClaimCarriage(case.ground, case.way, kopecks, limit.policy_version),
        notices.CARRIAGE_CLAIMED,
    )


def confirm_carriage(case: GoodsReturnCase, change: GoodsReturnChange) -> Judged:
    """The receipt says the sum and is of this return: from now on it is owed."""
    refused = _refused(case, _A.CONFIRM_CARRIAGE)
    if refused is not None:
        return refused
    return _stays(
        _now(case, _C.CONFIRMED),
        change,
        MoveCarriage(_C.CONFIRMED),
        notices.CARRIAGE_CONFIRMED,
        begins_wait=not sends_back(case),
    )


def refuse_carriage(
    case: GoodsReturnCase, change: GoodsReturnChange, decision: DecisionFacts
) -> Judged:
    """It is not paid back, for a reason; the client may state it anew while the return is open."""
    return _refused(case, _A.REFUSE_CARRIAGE) or _stays(
        _now(case, _C.REFUSED),
        change,
        MoveCarriage(_C.REFUSED, reason=decision.reason),
        notices.CARRIAGE_REFUSED,
        said={"remarks": decision.reason or ""},
    )


def pay_carriage(
    case: GoodsReturnCase, change: GoodsReturnChange, decision: DecisionFacts
) -> Judged:
    """An accountant has paid it by the bank, on a day."""
    paid_on = decision.paid_on
    return _refused(case, _A.PAY_CARRIAGE) or _stays(
        _now(case, _C.PAID),
        change,
        MoveCarriage(_C.PAID, paid_on=paid_on),
        notices.CARRIAGE_PAID,
        said={} if paid_on is None else {"debited_on": paid_on.isoformat()},
    )


def _refused(case: GoodsReturnCase, action: GoodsReturnAction) -> GoodsReturnResult | None:
    refused = refused_now(case, action)
    if refused is not None:
        return refused
    if not is_paid_back(case.ground, case.way):
        return refused_with(case, GoodsReturnRefusal.CARRIAGE_NOT_OURS)
    known = None if case.carriage is None else case.carriage.status
    if action not in carriage_takes(case.ground, case.way, known):
        return refused_with(case, GoodsReturnRefusal.CARRIAGE_DECIDED)
    return None


def _now(case: GoodsReturnCase, status: CarriageStatus) -> GoodsReturnCase:
    """The return with its carriage as it becomes."""
    if case.carriage is None:
        raise ValueError(f"{case.id}: no carriage is claimed")
    return replace(case, carriage=replace(case.carriage, status=status))


def _stays(
    case: GoodsReturnCase,
    change: GoodsReturnChange,
    effect: GoodsReturnEffect,
    told: Notice,
    *,
    begins_wait: bool = False,
    said: Mapping[str, Any] = MappingProxyType({}),
) -> GoodsReturnTransition:
    """A change of the carriage alone; with the last of what is waited for, the return closes."""
    is_settled = case.status is GoodsReturnStatus.SETTLED
    return moved(
        case,
        change,
        case.status,
        wait=settled_wait(case, change.at) if begins_wait else case.wait,
        columns={"entered_at": change.at} if begins_wait else None,
        told=(told,),
        reason=_reason(effect),
        said=said,
        effects=(effect,),
        takes_money=case.takes_money,
        closes=is_settled and is_done(case),
    )


def _reason(effect: GoodsReturnEffect) -> str:
    """What the history calls a change of the carriage: `goods_return.stays.<reason>`."""
    return f"carriage_{effect.status if isinstance(effect, MoveCarriage) else _C.CLAIMED}"
