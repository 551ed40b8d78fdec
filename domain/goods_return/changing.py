"""What every change of a return is made of: a refusal, a move, what it waits for then."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from domain.access.roles import Role
from domain.case.waiting import Wait
from domain.goods_return import notices
from domain.goods_return.carriage import CarriageStatus
from domain.goods_return.case import (
    GoodsReturnCase,
    GoodsReturnEffect,
    GoodsReturnTransition,
    HeldPieces,
)
from domain.goods_return.goods_return import (
    ENDED,
    SENT_OUT,
    UNDECIDED,
    GoodsReturnAction,
    GoodsReturnChange,
    GoodsReturnRefusal,
    GoodsReturnResult,
    GoodsReturnStatus,
    ReturnWay,
    Settlement,
    takes,
)
from domain.notification.notification import Notice

_S = GoodsReturnStatus
_A = GoodsReturnAction


def sends_back(case: GoodsReturnCase) -> bool:
    """Whether goods have to leave to the client after what was decided is done."""
    if case.is_sent:
        return False
    partly = case.accepted_pieces < case.asked_pieces and case.way is ReturnWay.SHIPPING
    return case.settlement in SENT_OUT or (partly and case.settlement is Settlement.REFUND)


def is_carriage_open(case: GoodsReturnCase) -> bool:
    """Whether a carriage that the client has claimed is neither paid back nor refused."""
    return case.carriage is not None and case.carriage.is_open


def is_done(case: GoodsReturnCase) -> bool:
    """Whether a settled return has nothing to wait for any more."""
    return not sends_back(case) and not is_carriage_open(case)


def settled_wait(case: GoodsReturnCase, since: datetime) -> Wait:
    """The wait of a settled return: for the goods to leave, for a decision about the carriage, and
    at last for the accountant who pays it.
    """
    wait = case.policy.waits[_S.SETTLED].starting(since, case.calendar)
    is_confirmed = case.carriage is not None and case.carriage.status is CarriageStatus.CONFIRMED
    if is_confirmed and not sends_back(case):
        return replace(wait, waiting_for=Role.ACCOUNTANT)
    return wait


def refused_now(case: GoodsReturnCase, action: GoodsReturnAction) -> GoodsReturnResult | None:
    """Why the return does not take a command in its status; None where it does."""
    if case.status in ENDED:
        return refused_with(case, GoodsReturnRefusal.CLOSED)
    if not takes(case.status, action) or (action is _A.SEND and not _waits_to_send(case)):
        return refused_with(case, GoodsReturnRefusal.NOT_ALLOWED)
    return None


def _waits_to_send(case: GoodsReturnCase) -> bool:
    return case.status is _S.REJECTED or sends_back(case)


def refused_with(case: GoodsReturnCase, why: GoodsReturnRefusal) -> GoodsReturnResult:
    """A refusal with where the return is."""
    return GoodsReturnResult(
        case.status, case.version, case.wait, why, case.money_ahead, case.takes_money
    )


def moved(
    case: GoodsReturnCase,
    change: GoodsReturnChange,
    status: GoodsReturnStatus,
    *,
    wait: Wait | None = None,
    columns: dict[str, Any] | None = None,
    told: tuple[Notice, ...] = (),
    reason: str | None = None,
    said: Mapping[str, Any] = MappingProxyType({}),
    effects: tuple[GoodsReturnEffect, ...] = (),
    takes_money: bool = False,
    money_started: bool = False,
    closes: bool = False,
) -> GoodsReturnTransition:
    """A change that leads to a status; one that ends a return lets its pieces go, and whoever
    decides about the refund case is told where its money has started. One that comes between the
    refund case of the law and the change that would have said so says it itself. `said` is what
    its letters say beside what they always do.
    """
    policy = case.policy.waits.get(status)
    if wait is None and policy is not None:
        wait = policy.starting(change.at, case.calendar)
    columns = dict(columns or {})
    if status is not case.status:
        columns["entered_at"] = change.at
    if status in ENDED:
        columns["closed_at"] = change.at
        effects = effects or _freed(case)
    begins = case.is_money_unsaid and status not in UNDECIDED
    if begins:
        columns["money_started_at"] = case.money_started_at
    if notices.ends_unpaid(status) and case.money_started_at is not None:
        told = (*told, notices.MONEY_TO_STOP)
    ahead = None if money_started or status not in UNDECIDED else case.money_ahead
    return GoodsReturnTransition(
        GoodsReturnResult(status, change.number, wait, None, ahead, takes_money, closes, begins),
        reason=reason,
        columns=columns,
        notices=notices.last_of_each_role(told),
        params={**params_of(case, wait, reason, columns), **said},
        effects=effects,
    )


def _freed(case: GoodsReturnCase) -> tuple[GoodsReturnEffect, ...]:
    """The pieces that are not paid back may come back again."""
    if case.status is _S.SETTLED:
        return ()
    return tuple(HeldPieces(line.line_no, 0, line.accepted) for line in case.lines)


def params_of(
    case: GoodsReturnCase,
    wait: Wait | None,
    reason: str | None = None,
    columns: Mapping[str, Any] = MappingProxyType({}),
) -> dict[str, Any]:
    """What the letters of a change say."""
    params: dict[str, Any] = {
        "invoice_number": case.invoice_number,
        "address": case.policy.address,
        "carriage": "ours" if case.ground.is_ours else "client",
        "remarks": reason or "",
        "track": columns.get("sent_track") or "",
    }
    if case.carriage is not None:
        params["amount_kopecks"] = case.carriage.kopecks
    return params if wait is None else {**params, "until_at": wait.until.isoformat()}
