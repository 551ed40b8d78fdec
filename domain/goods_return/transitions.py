"""Judges what people and time do to a return: facts in, a transition or a refusal out."""

from dataclasses import replace
from typing import Any

from domain.case.waiting import Reminder
from domain.goods_return import notices
from domain.goods_return.carriage import CarriageStatus
from domain.goods_return.case import (
    BookExchange,
    DecisionFacts,
    Findings,
    GoodsReturnCase,
    GoodsReturnEffect,
    GoodsReturnTransition,
    HeldPieces,
    Judged,
    MoneyFacts,
    MoveCarriage,
    PricedPieces,
)
from domain.goods_return.changing import (
    is_carriage_open,
    is_done,
    moved,
    params_of,
    refused_now,
    refused_with,
    settled_wait,
)
from domain.goods_return.goods_return import (
    BY_MONEY,
    TAKEN_BACK,
    UNDECIDED,
    GoodsReturnAction,
    GoodsReturnChange,
    GoodsReturnRefusal,
    GoodsReturnResult,
    GoodsReturnStatus,
    ReturnWay,
    Settlement,
)
from domain.goods_return.price import price_of
from domain.notification.notification import Notice

_S = GoodsReturnStatus
_A = GoodsReturnAction


def authorise(case: GoodsReturnCase, change: GoodsReturnChange) -> Judged:
    """The client may send the goods, or deactivate them, until a day."""
    is_digital = case.way is ReturnWay.DEACTIVATION
    told = notices.AUTHORISED_DIGITAL if is_digital else notices.AUTHORISED
    return refused_now(case, _A.AUTHORISE) or moved(case, change, _S.AUTHORISED, told=(told,))


def refuse(case: GoodsReturnCase, change: GoodsReturnChange, decision: DecisionFacts) -> Judged:
    """The goods are not taken back, with the reason."""
    return refused_now(case, _A.REFUSE) or moved(
        case, change, _S.REFUSED, told=(notices.REFUSED,), reason=decision.reason
    )


def ship(case: GoodsReturnCase, change: GoodsReturnChange, decision: DecisionFacts) -> Judged:
    """The client has sent the goods; what is digital cannot be sent."""
    if case.way is ReturnWay.DEACTIVATION:
        return refused_with(case, GoodsReturnRefusal.IS_DIGITAL)
    return refused_now(case, _A.SHIP) or moved(
        case,
        change,
        _S.SHIPPED,
        columns={"track": decision.track},
        told=(notices.SHIPPED,),
    )


def deactivate(case: GoodsReturnCase, change: GoodsReturnChange) -> Judged:
    """The client no longer uses a digital thing; goods cannot be deactivated."""
    if case.way is ReturnWay.SHIPPING:
        return refused_with(case, GoodsReturnRefusal.IS_NOT_DIGITAL)
    return refused_now(case, _A.DEACTIVATE) or moved(
        case, change, _S.RECEIVED, told=(notices.SHIPPED,)
    )


def withdraw(case: GoodsReturnCase, change: GoodsReturnChange) -> Judged:
    """The client keeps the goods."""
    return refused_now(case, _A.WITHDRAW) or moved(
        case, change, _S.WITHDRAWN, told=(notices.WITHDRAWN,)
    )


def receive(case: GoodsReturnCase, change: GoodsReturnChange) -> Judged:
    """The goods are here."""
    return refused_now(case, _A.RECEIVE) or moved(
        case, change, _S.RECEIVED, told=(notices.RECEIVED,)
    )


def lose(case: GoodsReturnCase, change: GoodsReturnChange, decision: DecisionFacts) -> Judged:
    """The carrier has lost the goods; whoever had to pay the carriage bears it."""
    refused = refused_now(case, _A.LOSE)
    if refused is not None:
        return refused
    return moved(
        case,
        change,
        _S.LOST,
        told=(notices.LOST,),
        reason=decision.reason,
        effects=_owed_for(case) if case.ground.is_ours else (),
        takes_money=case.ground.is_ours and case.money_started_at is None,
    )


def inspect(case: GoodsReturnCase, change: GoodsReturnChange, decision: DecisionFacts) -> Judged:
    """What was found: sound pieces by line, and the carriage that a client has to bear."""
    refused = refused_now(case, _A.INSPECT)
    if refused is not None:
        return refused
    findings = decision.findings or Findings({}, 0)
    if any(findings.pieces.get(line.line_no, 0) > line.asked for line in case.lines):
        return refused_with(case, GoodsReturnRefusal.TOO_MANY_PIECES)
    carriage = 0 if case.ground.is_ours else findings.carriage_kopecks
    if 0 < _price_of_found(case, findings) <= carriage:
        return refused_with(case, GoodsReturnRefusal.CARRIAGE_TOO_LARGE)
    found = tuple(
        HeldPieces(line.line_no, line.asked, findings.pieces.get(line.line_no, 0))
        for line in case.lines
    )
    columns = {"carriage_kopecks": carriage}
    return moved(case, change, _S.INSPECTED, columns=columns, effects=found)


def accept(case: GoodsReturnCase, change: GoodsReturnChange, decision: DecisionFacts) -> Judged:
    """The sound pieces are taken back, and it is decided what the client gets for them."""
    refused = refused_now(case, _A.ACCEPT) or _refused_settlement(case, decision)
    if refused is not None:
        return refused
    whole = case.accepted_pieces == case.asked_pieces
    started = case.money_started_at is not None
    return moved(
        case,
        change,
        _S.ACCEPTED if whole else _S.PARTLY,
        columns={"settlement": decision.settlement, "cut_kopecks": decision.cut_kopecks},
        told=(notices.MONEY_TO_STOP,) if started and not whole else (),
        effects=_priced(case, prices_of(case)),
        takes_money=decision.settlement in BY_MONEY and not started,
    )


def reject(case: GoodsReturnCase, change: GoodsReturnChange, decision: DecisionFacts) -> Judged:
    """The goods go back to the client as they are, with the reason, and so the fault was not ours:
    a carriage that was claimed is refused with them.
    """
    refused = refused_now(case, _A.REJECT)
    if refused is not None:
        return refused
    none = tuple(HeldPieces(line.line_no, line.asked, 0) for line in case.lines)
    told, effects = (notices.REJECTED,), (*none, *_carriage_refused(case, decision))
    return moved(case, change, _S.REJECTED, told=told, reason=decision.reason, effects=effects)


def send(case: GoodsReturnCase, change: GoodsReturnChange, decision: DecisionFacts) -> Judged:
    """Goods have left to the client: those that were not accepted, or what it gets for them. A
    carriage that is open keeps the return open.
    """
    refused = refused_now(case, _A.SEND)
    if refused is not None:
        return refused
    sent, columns = replace(case, is_sent=True), {"sent_track": decision.track}
    if not is_carriage_open(case):
        return moved(sent, change, _S.CLOSED, columns=columns, told=(notices.SENT,))
    return moved(
        sent,
        change,
        case.status,
        wait=settled_wait(sent, change.at),
        columns={**columns, "entered_at": change.at},
        told=(notices.SENT,),
        reason="sent",
    )


def pay_by_law(
    case: GoodsReturnCase, change: GoodsReturnChange, money: MoneyFacts
) -> Judged | None:
    """The legal day has come before a decision: the refund case is open. None where nothing is
    due, or no refund case is open yet.
    """
    if case.status not in UNDECIDED or case.money_ahead is None or change.at < case.money_ahead:
        return None
    if money.refund_id is None:
        return None
    return moved(
        case,
        change,
        case.status,
        wait=case.wait,
        columns={"money_started_at": change.at},
        told=(*notices.MONEY_BY_LAW, *_if_declined(money)),
        reason="legal_day",
        money_started=True,
    )


def settle(case: GoodsReturnCase, change: GoodsReturnChange, money: MoneyFacts) -> Judged | None:
    """Does what was decided: the refund case is open, or the exchange is booked. None where there
    is nothing to settle, or no refund case is open yet.
    """
    if case.status not in TAKEN_BACK:
        return None
    if case.status is _S.LOST and not case.ground.is_ours:
        return moved(case, change, _S.CLOSED)
    if case.takes_money and money.refund_id is None:
        return None
    by_money = case.takes_money
    columns: dict[str, Any] = {"settled_at": change.at}
    if case.status is _S.LOST:
        columns["settlement"] = Settlement.REFUND
    if by_money:
        columns["money_started_at"] = change.at
    decided = notices.LOST_SETTLED if case.status is _S.LOST else notices.DECIDED
    told = (decided, *(_if_declined(money) if by_money else ()))
    return moved(
        case,
        change,
        _S.SETTLED,
        wait=case.policy.waits[_S.SETTLED].starting(change.at, case.calendar),
        columns=columns,
        told=told,
        effects=_settled(case),
        closes=is_done(case),
    )


def close(case: GoodsReturnCase, change: GoodsReturnChange) -> Judged | None:
    """Ends a return for which nothing has to be sent or paid; None for any other."""
    if case.status is not _S.SETTLED or not is_done(case):
        return None
    return moved(case, change, _S.CLOSED)


def expire(case: GoodsReturnCase, change: GoodsReturnChange) -> Judged | None:
    """The client has not sent the goods in time; None while it has time."""
    if case.status is not _S.AUTHORISED or case.wait is None or change.at < case.wait.until:
        return None
    return moved(case, change, _S.EXPIRED, told=(notices.EXPIRED,))


def move_deadline(case: GoodsReturnCase, change: GoodsReturnChange) -> GoodsReturnTransition | None:
    """Computes the open wait again by the present calendar; None when nothing moves."""
    policy = case.policy.waits.get(case.status)
    if policy is None or case.wait is None:
        return None
    if case.status is _S.SETTLED:
        wait = settled_wait(case, case.entered_at)
    else:
        wait = policy.starting(case.entered_at, case.calendar)
    if wait.until == case.wait.until:
        return None
    takes_money = case.takes_money
    return moved(case, change, case.status, wait=wait, reason="deadline", takes_money=takes_money)


def reminded(reminder: Reminder, case: GoodsReturnCase) -> tuple[Notice, dict[str, Any]] | None:
    """The notice of a wait that goes on; None for one that has ended meanwhile."""
    if case.wait is None or case.wait.until != reminder.until:
        return None
    return notices.reminder_of(reminder), params_of(case, case.wait)


def _settled(case: GoodsReturnCase) -> tuple[GoodsReturnEffect, ...]:
    """Pieces that were paid back stay in this return; all others may come back again."""
    paid = case.settlement is Settlement.REFUND or case.status is _S.LOST
    held: tuple[GoodsReturnEffect, ...] = tuple(
        HeldPieces(line.line_no, line.accepted if paid else 0, line.accepted) for line in case.lines
    )
    if case.settlement is not Settlement.EXCHANGE:
        return held
    return (*held, BookExchange(case.invoice_number, sum(prices_of(case))))


def prices_of(case: GoodsReturnCase, *, asked: bool = False) -> tuple[int, ...]:
    """What the accepted pieces, or those that were asked for, cost by line (kopecks); what was
    decided stands.
    """
    return tuple(
        line.price_kopecks
        if line.price_kopecks is not None
        else price_of(line.left_kopecks, line.left, line.asked if asked else line.accepted)
        for line in case.lines
    )


def _priced(case: GoodsReturnCase, prices: tuple[int, ...]) -> tuple[GoodsReturnEffect, ...]:
    return tuple(
        PricedPieces(line.line_no, price) for line, price in zip(case.lines, prices, strict=True)
    )


def _carriage_refused(
    case: GoodsReturnCase, decision: DecisionFacts
) -> tuple[GoodsReturnEffect, ...]:
    if not is_carriage_open(case):
        return ()
    return (MoveCarriage(CarriageStatus.REFUSED, reason=decision.reason),)


def _owed_for(case: GoodsReturnCase) -> tuple[GoodsReturnEffect, ...]:
    """All that was sent is owed for."""
    kept = tuple(HeldPieces(line.line_no, line.asked, line.asked) for line in case.lines)
    return (*kept, *_priced(case, prices_of(case, asked=True)))


def _price_of_found(case: GoodsReturnCase, findings: Findings) -> int:
    return sum(
        price_of(line.left_kopecks, line.left, findings.pieces.get(line.line_no, 0))
        for line in case.lines
    )


def _refused_settlement(case: GoodsReturnCase, decision: DecisionFacts) -> GoodsReturnResult | None:
    if case.accepted_pieces == 0:
        return refused_with(case, GoodsReturnRefusal.NOTHING_SOUND)
    if case.money_started_at is not None and decision.settlement is not Settlement.REFUND:
        return refused_with(case, GoodsReturnRefusal.MONEY_STARTED)
    price = sum(prices_of(case))
    if decision.settlement is not Settlement.REFUND and price == 0:
        return refused_with(case, GoodsReturnRefusal.PAID_BACK)
    held = decision.held_kopecks
    if decision.settlement is Settlement.EXCHANGE and held is not None and price > held:
        return refused_with(case, GoodsReturnRefusal.EXCHANGE_UNPAID)
    if decision.settlement is Settlement.REFUND and 0 < price <= case.carriage_kopecks:
        return refused_with(case, GoodsReturnRefusal.CARRIAGE_TOO_LARGE)
    if decision.cut_kopecks is not None and decision.cut_kopecks >= price:
        return refused_with(case, GoodsReturnRefusal.CUT_TOO_LARGE)
    return None


def _if_declined(money: MoneyFacts) -> tuple[Notice, ...]:
    return (notices.MONEY_REFUSED,) if money.is_declined else ()
