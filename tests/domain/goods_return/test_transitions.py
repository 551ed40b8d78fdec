"""What a return takes in each status, where it leads, and who is told."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeAlias

import pytest

from domain.access.roles import Role
from domain.case.waiting import Reminder, Wait
from domain.goods_return import notices, repaying, transitions
from domain.goods_return.carriage import CARRIAGE_ACTIONS, Carriage, CarriageStatus
from domain.goods_return.case import (
    BookExchange,
    CarriageLimit,
    DecisionFacts,
    Findings,
    GoodsReturnCase,
    HeldPieces,
    MoneyFacts,
    PricedPieces,
)
from domain.goods_return.goods_return import (
    ENDED,
    GOODS_RETURN_MOVES,
    GoodsReturnAction,
    GoodsReturnRefusal,
    GoodsReturnResult,
    GoodsReturnStatus,
    Ground,
    ReturnWay,
    Settlement,
    takes,
)
from domain.goods_return.money import refunded
from domain.goods_return.price import price_of
from tests.domain.goods_return.test_goods_return import (
    AT,
    BY_MONEY,
    CASE,
    LAW_DAY,
    OPEN,
    change,
    done,
)

S: TypeAlias = GoodsReturnStatus
A: TypeAlias = GoodsReturnAction
R: TypeAlias = GoodsReturnRefusal
SAID = replace(
    BY_MONEY,
    reason="почему",
    track="RU 1",
    findings=Findings({1: 2}, 350_50),
    claimed_kopecks=450_50,
    limit=CarriageLimit(450_50, 2),
    paid_on=AT.date(),
)
JUDGES: dict[A, Any] = {
    A.SHIP: transitions.ship,
    A.DEACTIVATE: transitions.deactivate,
    A.WITHDRAW: transitions.withdraw,
    A.AUTHORISE: transitions.authorise,
    A.REFUSE: transitions.refuse,
    A.RECEIVE: transitions.receive,
    A.LOSE: transitions.lose,
    A.INSPECT: transitions.inspect,
    A.ACCEPT: transitions.accept,
    A.REJECT: transitions.reject,
    A.SEND: transitions.send,
    A.CLAIM_CARRIAGE: repaying.claim_carriage,
    A.CONFIRM_CARRIAGE: repaying.confirm_carriage,
    A.REFUSE_CARRIAGE: repaying.refuse_carriage,
    A.PAY_CARRIAGE: repaying.pay_carriage,
}
WITHOUT_FACTS = {A.DEACTIVATE, A.WITHDRAW, A.AUTHORISE, A.RECEIVE, A.CONFIRM_CARRIAGE}
BEFORE = {
    A.CONFIRM_CARRIAGE: Carriage(450_50, CarriageStatus.CLAIMED),
    A.REFUSE_CARRIAGE: Carriage(450_50, CarriageStatus.CLAIMED),
    A.PAY_CARRIAGE: Carriage(450_50, CarriageStatus.CONFIRMED),
}
"""What each decision about the carriage is made about."""
CHANGED_MIND = replace(CASE, ground=Ground.CHANGE_OF_MIND)


def partly(case: GoodsReturnCase = CASE, accepted: int = 1) -> GoodsReturnCase:
    """Fewer pieces are sound than were asked for."""
    return replace(case, lines=tuple(replace(one, accepted=accepted) for one in case.lines))


def judged(action: A, case: GoodsReturnCase, said: DecisionFacts = SAID) -> Any:
    facts = () if action in WITHOUT_FACTS else (said,)
    return JUDGES[action](case, change(AT), *facts)


def refusal(made: object) -> str | None:
    assert isinstance(made, GoodsReturnResult), made
    return made.refusal


@pytest.mark.parametrize("action", list(A))
@pytest.mark.parametrize("status", list(S))
def test_a_return_takes_what_its_status_takes_and_moves_where_it_may(status: S, action: A) -> None:
    way = ReturnWay.DEACTIVATION if action is A.DEACTIVATE else ReturnWay.SHIPPING
    case = replace(CASE, status=status, way=way, settlement=Settlement.REPAIR)
    case = replace(case, carriage=BEFORE.get(action))
    made = judged(action, case)
    if not takes(status, action):
        assert refusal(made) == (R.CLOSED if status in ENDED else R.NOT_ALLOWED)
        return
    result = done(made).result
    if action in CARRIAGE_ACTIONS:
        assert (result.status, result.changes) == (status, 6)
        return
    assert (result.status in GOODS_RETURN_MOVES[status], result.changes) == (True, 6)
    assert (done(made).columns.get("closed_at") == AT) == (result.status in ENDED)


def test_what_is_digital_is_not_sent_and_goods_are_not_deactivated() -> None:
    case = replace(CASE, status=S.AUTHORISED)
    assert refusal(judged(A.DEACTIVATE, case)) == R.IS_NOT_DIGITAL
    assert refusal(judged(A.SHIP, replace(case, way=ReturnWay.DEACTIVATION))) == R.IS_DIGITAL


def test_an_inspection_finds_no_more_than_was_asked_for_and_our_fault_costs_no_carriage() -> None:
    case = replace(CASE, status=S.RECEIVED)
    more = replace(SAID, findings=Findings({1: 3}, 0))
    assert refusal(judged(A.INSPECT, case, more)) == R.TOO_MANY_PIECES
    ours = done(judged(A.INSPECT, case))
    assert (ours.columns["carriage_kopecks"], ours.effects) == (0, (HeldPieces(1, 2, 2),))
    theirs = done(judged(A.INSPECT, replace(case, ground=Ground.CHANGE_OF_MIND)))
    assert theirs.columns["carriage_kopecks"] == 350_50
    nothing = done(judged(A.INSPECT, case, replace(SAID, findings=None)))
    assert nothing.effects == (HeldPieces(1, 2, 0),)


@pytest.mark.parametrize(
    ("case", "said", "why"),
    [
        (partly(accepted=0), BY_MONEY, R.NOTHING_SOUND),
        (replace(CASE, carriage_kopecks=2_000_00), BY_MONEY, R.CARRIAGE_TOO_LARGE),
        (CASE, DecisionFacts(None, None, None, Settlement.PRICE_CUT, 2_000_00), R.CUT_TOO_LARGE),
        (
            replace(CASE, money_started_at=AT),
            DecisionFacts(None, None, None, Settlement.REPAIR, None),
            R.MONEY_STARTED,
        ),
    ],
)
def test_a_settlement_that_cannot_be_is_refused_with_its_reason(
    case: GoodsReturnCase, said: DecisionFacts, why: R
) -> None:
    assert refusal(judged(A.ACCEPT, case, said)) == why


def test_one_kopeck_below_the_limits_is_taken() -> None:
    carriage = judged(A.ACCEPT, replace(CASE, carriage_kopecks=1_999_99), BY_MONEY)
    assert done(carriage).result.status is S.ACCEPTED
    cut = DecisionFacts(None, None, None, Settlement.PRICE_CUT, 1_999_99)
    assert done(judged(A.ACCEPT, CASE, cut)).result.takes_money


def test_pieces_taken_in_part_after_the_money_started_are_told_to_whoever_can_stop_it() -> None:
    some = done(judged(A.ACCEPT, partly(replace(CASE, money_started_at=AT)), BY_MONEY))
    assert (some.result.status, some.notices) == (S.PARTLY, (notices.MONEY_TO_STOP,))
    rejected = done(judged(A.REJECT, replace(CASE, money_started_at=AT)))
    assert rejected.notices == (notices.REJECTED, notices.MONEY_TO_STOP)
    assert rejected.effects == (HeldPieces(1, 2, 0),)
    before = done(judged(A.REJECT, CASE))
    assert before.notices == (notices.REJECTED,)


def test_lost_goods_are_ours_to_pay_where_the_fault_is_ours() -> None:
    shipped = replace(CASE, status=S.SHIPPED)
    ours = done(judged(A.LOSE, shipped))
    owed = (HeldPieces(1, 2, 2), PricedPieces(1, 2_000_00))
    assert (ours.result.takes_money, ours.effects) == (True, owed)
    theirs = done(judged(A.LOSE, replace(shipped, ground=Ground.CHANGE_OF_MIND)))
    assert (theirs.result.takes_money, theirs.effects) == (False, ())
    lost = replace(CASE, status=S.LOST)
    settled = done(transitions.settle(lost, change(AT), OPEN))
    assert (settled.result.status, settled.columns["settlement"]) == (S.SETTLED, Settlement.REFUND)
    closed = done(transitions.settle(replace(CHANGED_MIND, status=S.LOST), change(AT), OPEN))
    assert closed.result.status is S.CLOSED
    again = done(judged(A.LOSE, replace(shipped, money_started_at=AT)))
    assert not again.result.takes_money


@pytest.mark.parametrize(
    ("settlement", "sound", "held", "closes"),
    [
        (Settlement.REFUND, 2, 2, True),
        (Settlement.REFUND, 1, 1, False),
        (Settlement.PRICE_CUT, 2, 0, True),
        (Settlement.PRICE_CUT, 1, 0, True),
        (Settlement.REPAIR, 2, 0, False),
        (Settlement.EXCHANGE, 2, 0, False),
    ],
)
def test_what_was_decided_is_done_and_only_paid_pieces_stay(
    settlement: Settlement, sound: int, held: int, closes: bool
) -> None:
    case = replace(partly(accepted=sound), status=S.ACCEPTED, settlement=settlement)
    made = done(transitions.settle(case, change(AT), OPEN))
    assert (made.result.status, made.result.closes) == (S.SETTLED, closes)
    assert made.effects[0] == HeldPieces(1, held, sound)
    exchanged = (BookExchange("2026-7", 2_000_00),) if settlement is Settlement.EXCHANGE else ()
    assert made.effects[1:] == exchanged
    assert ("money_started_at" in made.columns) == (
        settlement in {Settlement.REFUND, Settlement.PRICE_CUT}
    )
    settled = replace(case, status=S.SETTLED)
    assert (transitions.close(settled, change(AT)) is not None) == closes
    assert (refusal_or_none(judged(A.SEND, settled)) is None) == (not closes)


def refusal_or_none(made: Any) -> str | None:
    return made.refusal if isinstance(made, GoodsReturnResult) else None


def test_nothing_is_settled_before_its_refund_case_is_open_and_a_declined_one_is_told() -> None:
    case = replace(CASE, status=S.ACCEPTED, settlement=Settlement.REFUND)
    nothing = MoneyFacts(None, is_declined=False)
    assert transitions.settle(case, change(AT), nothing) is None
    assert transitions.settle(CASE, change(AT), OPEN) is None
    assert transitions.close(case, change(AT)) is None
    declined = replace(OPEN, is_declined=True)
    told = done(transitions.settle(case, change(AT), declined)).notices
    assert told == (notices.DECIDED, notices.MONEY_REFUSED)
    assert transitions.pay_by_law(CASE, change(LAW_DAY), nothing) is None
    by_law = done(transitions.pay_by_law(CASE, change(LAW_DAY), declined))
    assert by_law.notices == (notices.MONEY_BY_LAW[0], notices.MONEY_REFUSED)
    started = replace(CASE, money_started_at=AT)
    assert transitions.pay_by_law(started, change(LAW_DAY), OPEN) is None


def test_goods_that_are_not_sent_in_time_end_the_return_and_free_their_pieces() -> None:
    case = replace(CASE, status=S.AUTHORISED, wait=Wait(Role.CLIENT, AT))
    made = done(transitions.expire(case, change(AT)))
    assert (made.result.status, made.effects) == (S.EXPIRED, (HeldPieces(1, 0, 2),))
    assert made.notices == (notices.EXPIRED,)
    paid = done(transitions.expire(replace(case, money_started_at=AT), change(AT)))
    assert paid.notices == (notices.EXPIRED, notices.MONEY_TO_STOP)
    assert transitions.expire(case, change(AT - timedelta(seconds=1))) is None
    assert transitions.expire(replace(case, wait=None), change(AT)) is None
    assert transitions.expire(replace(case, status=S.SHIPPED), change(AT)) is None


def test_a_deadline_moves_with_the_calendar_and_only_then() -> None:
    moved = done(transitions.move_deadline(CASE, change(AT)))
    assert (moved.result.status, moved.reason) == (S.INSPECTED, "deadline")
    assert moved.result.wait == Wait(Role.SPECIALIST, AT + timedelta(days=2))
    assert "entered_at" not in moved.columns
    still = replace(CASE, wait=moved.result.wait)
    assert transitions.move_deadline(still, change(AT)) is None
    assert transitions.move_deadline(replace(CASE, wait=None), change(AT)) is None


@pytest.mark.parametrize(
    ("whom", "escalates", "notice"),
    [
        (Role.CLIENT, False, notices.CLIENT_REMINDER),
        (Role.SPECIALIST, False, notices.STAFF_REMINDER),
        (Role.SPECIALIST, True, notices.OVERDUE),
    ],
)
def test_a_reminder_goes_to_whoever_is_waited_for(
    whom: Role, escalates: bool, notice: object
) -> None:
    reminder = Reminder(CASE.id, "r", AT, whom, LAW_DAY, escalates)
    told = transitions.reminded(reminder, CASE)
    assert told is not None
    assert (told[0], told[1]["until_at"]) == (notice, LAW_DAY.isoformat())
    assert transitions.reminded(replace(reminder, until=AT), CASE) is None


def test_a_price_cut_is_shared_by_the_prices_and_pieces_are_counted() -> None:
    cut = replace(CASE, settlement=Settlement.PRICE_CUT, cut_kopecks=700_01)
    lines = (*cut.lines, replace(cut.lines[0], line_no=2, sum_kopecks=1_500_00))
    shares = [one.at_most_kopecks or 0 for one in refunded(replace(cut, lines=lines))]
    assert (sum(shares), shares[0] > shares[1] > 0) == (700_01, True)
    for left, pieces in ((1, 2), (-1, 1), (2, -1)):
        with pytest.raises(ValueError, match="pieces"):
            price_of(100, left, pieces)
