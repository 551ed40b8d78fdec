"""How a return opens: what may come back, until when, at whose cost. Pure."""

from datetime import date, timedelta

from domain.billing.invoice import ProductKind
from domain.billing.requisites import ClientKind
from domain.calendar.bank_calendar import ONE_DAY, end_of_moscow_day
from domain.compensation.legal_deadline import last_day_to_refuse, pay_by
from domain.compensation.legal_rule import RuleNotCovered
from domain.goods_return import notices
from domain.goods_return.case import (
    GoodsReturnTransition,
    HeldPieces,
    OpeningFacts,
    SoldLine,
)
from domain.goods_return.goods_return import (
    GoodsReturnOpening,
    GoodsReturnRefusal,
    GoodsReturnResult,
    GoodsReturnStatus,
    Ground,
    ReturnWay,
)
from domain.money import divide_half_up

WAYS = {
    ProductKind.GOODS: ReturnWay.SHIPPING,
    ProductKind.LICENCE: ReturnWay.DEACTIVATION,
}
"""How each kind of thing comes back; services and subscriptions do not: they are refunded."""


def refusal_of(facts: OpeningFacts) -> GoodsReturnRefusal | None:
    """The first condition that is not met, or None."""
    known = {line.line_no: line for line in facts.lines}
    if any(one.line_no not in known for one in facts.asked):
        return GoodsReturnRefusal.LINE_UNKNOWN
    lines = [known[one.line_no] for one in facts.asked]
    return (
        _of_kinds(lines) or _of_pieces(facts) or _of_money(facts, lines) or _of_time(facts, lines)
    )


def worth(facts: OpeningFacts) -> int:
    """What the pieces that are asked for cost at most (kopecks): their share of the lines' sums,
    and no more than is left of each.
    """
    return sum(
        min(
            divide_half_up(line.sum_kopecks * pieces, line.quantity),
            max(0, line.sum_kopecks - line.given_back_kopecks),
        )
        for line, pieces in facts.returned
    )


def opened(opening: GoodsReturnOpening, facts: OpeningFacts) -> GoodsReturnTransition:
    """The first change: a specialist is waited for, and the pieces are kept from other returns."""
    wait = facts.policy.waits[GoodsReturnStatus.REQUESTED].starting(opening.at, facts.calendar)
    by_law = pay_by(facts.demanded_on, facts.rules) if _is_consumer(facts) else None
    money_at = None if by_law is None else end_of_moscow_day(by_law.day - ONE_DAY)
    return GoodsReturnTransition(
        GoodsReturnResult(GoodsReturnStatus.REQUESTED, 1, wait, money_at=money_at),
        columns={
            "ground": facts.ground,
            "way": WAYS[facts.returned[0][0].kind],
            "money_at": money_at,
            "legal_rule_id": None if by_law is None else by_law.rule.id,
            "policy_version": facts.policy.version,
            "entered_at": opening.at,
        },
        notices=notices.REQUESTED,
        params={"invoice_number": facts.invoice_number, "until_at": wait.until.isoformat()},
        effects=tuple(HeldPieces(one.line_no, one.pieces, 0) for one in facts.asked),
    )


def _of_kinds(lines: list[SoldLine]) -> GoodsReturnRefusal | None:
    if any(line.kind not in WAYS for line in lines):
        return GoodsReturnRefusal.NOT_GOODS
    if len({WAYS[line.kind] for line in lines}) > 1:
        return GoodsReturnRefusal.MIXED
    return None


def _of_pieces(facts: OpeningFacts) -> GoodsReturnRefusal | None:
    if any(pieces > line.quantity - line.held for line, pieces in facts.returned):
        return GoodsReturnRefusal.TOO_MANY_PIECES
    return None


def _of_money(facts: OpeningFacts, lines: list[SoldLine]) -> GoodsReturnRefusal | None:
    if facts.paid_kopecks == 0:
        return GoodsReturnRefusal.NOT_PAID
    if any(line.given_back_kopecks >= line.sum_kopecks for line in lines):
        return GoodsReturnRefusal.PAID_BACK
    return None


def _of_time(facts: OpeningFacts, lines: list[SoldLine]) -> GoodsReturnRefusal | None:
    delivered = [line.delivered_on for line in lines if line.delivered_on is not None]
    if len(delivered) < len(lines) or max(delivered) > facts.demanded_on:
        return GoodsReturnRefusal.NOT_DELIVERED
    if facts.ground is Ground.CHANGE_OF_MIND and not _is_consumer(facts):
        return GoodsReturnRefusal.CONSUMERS_ONLY
    try:
        is_late = any(facts.demanded_on > last_day(one, facts) for one in delivered)
    except RuleNotCovered:
        return GoodsReturnRefusal.LAW_UNKNOWN
    return GoodsReturnRefusal.TOO_LATE if is_late else None


def last_day(delivered_on: date, facts: OpeningFacts) -> date:
    """The last day on which goods delivered on a day may come back, by law or by the warranty.

    Raises `RuleNotCovered` for a day of which no rule of the law is stored.
    """
    if facts.ground is not Ground.CHANGE_OF_MIND:
        return delivered_on + timedelta(days=facts.policy.warranty_days)
    return last_day_to_refuse(delivered_on, facts.rules, informed=facts.policy.informs).day


def _is_consumer(facts: OpeningFacts) -> bool:
    return facts.client_kind is ClientKind.INDIVIDUAL
