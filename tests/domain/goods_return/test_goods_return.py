"""What may come back until when, what it costs, and that the money starts once: by the decision or
by the day of the law, whichever comes first.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.access.roles import Role
from domain.billing.invoice import ProductKind
from domain.billing.requisites import ClientKind
from domain.calendar.bank_calendar import BankCalendar
from domain.case.transition import Transition
from domain.case.waiting import DayUnit, Wait, WaitPolicy
from domain.goods_return import transitions
from domain.goods_return.case import (
    AskedPieces,
    DecisionFacts,
    Findings,
    GoodsReturnCase,
    GoodsReturnTransition,
    MoneyFacts,
    OpeningFacts,
    PricedPieces,
    ReturnedLine,
    SoldLine,
)
from domain.goods_return.goods_return import (
    GoodsReturnChange,
    GoodsReturnOpening,
    GoodsReturnRefusal,
    GoodsReturnRequest,
    GoodsReturnStatus,
    Ground,
    ReturnWay,
    Settlement,
)
from domain.goods_return.money import refunded
from domain.goods_return.opening import opened, refusal_of, worth
from domain.goods_return.policy import GoodsReturnPolicy
from domain.goods_return.price import less_carriage, price_of
from domain.goods_return.transitions import prices_of
from domain.refund.refund import AskedLine
from tests.domain.compensation.law import RULES

S = GoodsReturnStatus
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
CALENDAR = BankCalendar({}, frozenset({2026}))
WAIT = WaitPolicy(Role.SPECIALIST, DayUnit.DAYS, 2)
POLICY = GoodsReturnPolicy(1, 730, True, "Москва", dict.fromkeys(S, WAIT))
LINE = SoldLine(1, "Клавиатура", ProductKind.GOODS, 3_000_00, 3, date(2026, 2, 28))
OPENING = OpeningFacts(
    *("2026-7", 1, "kim", ClientKind.INDIVIDUAL, 3_000_00, Ground.WRONG_GOODS),
    (AskedPieces(1, 2),),
    (LINE,),
    date(2026, 3, 2),
    POLICY,
    RULES,
    CALENDAR,
)
LAW_DAY = datetime(2026, 3, 11, 21, tzinfo=UTC)
"""The beginning of the tenth day after the demand, 12.03.2026 by Moscow's clock."""
CASE = GoodsReturnCase(
    id="return-2026-7-1",
    invoice_number="2026-7",
    client_id="kim",
    status=S.INSPECTED,
    ground=Ground.WRONG_GOODS,
    way=ReturnWay.SHIPPING,
    lines=(ReturnedLine(1, "Клавиатура", 2, 2, 3_000_00, 3, 0),),
    settlement=None,
    carriage_kopecks=0,
    cut_kopecks=None,
    money_at=LAW_DAY,
    money_started_at=None,
    entered_at=AT,
    version=5,
    wait=Wait(Role.SPECIALIST, LAW_DAY),
    policy=POLICY,
    calendar=CALENDAR,
)
BY_MONEY = DecisionFacts(None, None, None, Settlement.REFUND, None)
OPEN = MoneyFacts("refund-2026-7-1", is_declined=False)


def change(at: datetime, number: int = 6) -> GoodsReturnChange:
    return GoodsReturnChange("return-2026-7-1", number, at, "petrova")


def done(judged: object) -> GoodsReturnTransition:
    assert isinstance(judged, Transition)
    return judged


def test_the_law_starts_the_money_of_a_consumer_on_the_tenth_day_after_the_demand() -> None:
    opening = GoodsReturnOpening(GoodsReturnRequest("return-2026-7-1", "o", "kim"), AT)
    assert opened(opening, OPENING).result.money_at == LAW_DAY
    company = replace(OPENING, client_kind=ClientKind.COMPANY)
    assert opened(opening, company).result.money_at is None


@pytest.mark.parametrize(
    ("demanded_on", "refusal"),
    [(date(2026, 10, 8), None), (date(2026, 10, 9), GoodsReturnRefusal.TOO_LATE)],
)
def test_goods_delivered_on_the_first_of_october_may_be_refused_until_the_eighth(
    demanded_on: date, refusal: GoodsReturnRefusal | None
) -> None:
    line = replace(LINE, delivered_on=date(2026, 10, 1))
    facts = replace(OPENING, ground=Ground.CHANGE_OF_MIND, lines=(line,), demanded_on=demanded_on)
    assert refusal_of(facts) == refusal
    uninformed = replace(facts, policy=replace(POLICY, informs=False))
    assert refusal_of(uninformed) is None


def test_only_a_consumer_changes_its_mind() -> None:
    facts = replace(OPENING, ground=Ground.CHANGE_OF_MIND, client_kind=ClientKind.SOLE_TRADER)
    assert refusal_of(facts) is GoodsReturnRefusal.CONSUMERS_ONLY


def test_a_decision_before_the_day_of_the_law_starts_the_money_and_the_day_starts_none() -> None:
    accepted = done(transitions.accept(CASE, change(LAW_DAY - timedelta(hours=1)), BY_MONEY))
    assert (accepted.result.takes_money, accepted.result.money_at) == (True, None)
    case = replace(CASE, status=S.ACCEPTED, settlement=Settlement.REFUND)
    assert transitions.pay_by_law(case, change(LAW_DAY), OPEN) is None
    settled = done(transitions.settle(case, change(LAW_DAY, 7), OPEN))
    assert settled.columns["money_started_at"] == LAW_DAY


def test_after_the_day_of_the_law_a_decision_starts_no_second_refund() -> None:
    assert transitions.pay_by_law(CASE, change(LAW_DAY - timedelta(seconds=1)), OPEN) is None
    by_law = done(transitions.pay_by_law(CASE, change(LAW_DAY), OPEN))
    assert (by_law.result.status, by_law.columns["money_started_at"]) == (S.INSPECTED, LAW_DAY)
    case = replace(CASE, money_started_at=LAW_DAY)
    accepted = done(transitions.accept(case, change(LAW_DAY, 7), BY_MONEY))
    assert not accepted.result.takes_money
    settled = done(
        transitions.settle(
            replace(case, status=S.ACCEPTED, settlement=Settlement.REFUND), change(LAW_DAY, 8), OPEN
        )
    )
    assert "money_started_at" not in settled.columns
    exchange = replace(BY_MONEY, settlement=Settlement.EXCHANGE)
    refused = transitions.accept(case, change(LAW_DAY, 7), exchange)
    assert getattr(refused, "refusal", None) is GoodsReturnRefusal.MONEY_STARTED


def test_the_carriage_of_a_change_of_mind_is_kept_of_the_money() -> None:
    case = replace(CASE, ground=Ground.CHANGE_OF_MIND, carriage_kopecks=350_50, status=S.ACCEPTED)
    assert [one.at_most_kopecks for one in refunded(case)] == [2_000_00 - 350_50]


@given(
    st.integers(1, 10**9),
    st.lists(st.integers(1, 50), min_size=1, max_size=6),
)
def test_all_pieces_of_a_line_cost_its_sum_whatever_comes_back_when(
    sum_kopecks: int, parts: list[int]
) -> None:
    bought, earlier, total = sum(parts), 0, 0
    for pieces in parts:
        total += price_of(sum_kopecks - total, bought - earlier, pieces)
        earlier += pieces
    assert total == sum_kopecks


@given(st.integers(1, 10**9), st.data())
def test_what_is_given_back_beside_pieces_is_never_given_back_again_with_them(
    sum_kopecks: int, data: st.DataObject
) -> None:
    """A return and a refund, or a price cut, of one line: whichever comes when."""
    bought, total = data.draw(st.integers(1, 50)), 0
    left = bought
    while left:
        total += data.draw(st.integers(0, sum_kopecks - total))
        pieces = data.draw(st.integers(1, left))
        line = ReturnedLine(1, "", pieces, pieces, sum_kopecks, bought, bought - left, total)
        case = replace(CASE, lines=(line,), status=S.ACCEPTED, settlement=Settlement.REFUND)
        total += sum(one.at_most_kopecks or 0 for one in refunded(case))
        left -= pieces
    assert total == sum_kopecks


def test_after_a_price_cut_the_pieces_cost_what_is_left_of_their_line() -> None:
    cut = replace(CASE.lines[0], earlier_kopecks=600_00)
    assert prices_of(replace(CASE, lines=(cut,))) == (1_600_00,)
    accepted = done(transitions.accept(replace(CASE, lines=(cut,)), change(AT), BY_MONEY))
    assert accepted.effects == (PricedPieces(1, 1_600_00),)
    decided = replace(cut, price_kopecks=1_600_00, earlier_kopecks=2_000_00)
    case = replace(CASE, lines=(decided,), status=S.ACCEPTED, settlement=Settlement.REFUND)
    assert [one.at_most_kopecks for one in refunded(case)] == [1_000_00]


@pytest.mark.parametrize("settlement", [Settlement.EXCHANGE, Settlement.REPAIR])
def test_goods_whose_money_went_back_otherwise_are_only_taken_and_no_other_line_pays_for_them(
    settlement: Settlement,
) -> None:
    paid = replace(CASE, lines=(replace(CASE.lines[0], earlier_kopecks=3_000_00),))
    other = transitions.accept(paid, change(AT), replace(BY_MONEY, settlement=settlement))
    assert getattr(other, "refusal", None) is GoodsReturnRefusal.PAID_BACK
    assert done(transitions.accept(paid, change(AT), BY_MONEY)).result.takes_money
    case = replace(paid, status=S.ACCEPTED, settlement=Settlement.REFUND)
    assert refunded(case) == (AskedLine(1, 0),)
    line = replace(LINE, given_back_kopecks=3_000_00)
    assert refusal_of(replace(OPENING, lines=(line,))) is GoodsReturnRefusal.PAID_BACK
    left = replace(LINE, given_back_kopecks=2_999_99)
    assert refusal_of(replace(OPENING, lines=(left,))) is None


def test_a_day_of_which_no_rule_is_stored_is_a_refusal_and_nothing_is_guessed() -> None:
    line = replace(LINE, delivered_on=date(2019, 12, 31))
    facts = replace(OPENING, ground=Ground.CHANGE_OF_MIND, lines=(line,))
    assert refusal_of(facts) is GoodsReturnRefusal.LAW_UNKNOWN


def test_a_carriage_above_the_goods_is_refused_when_it_is_typed_and_stops_no_day_of_the_law() -> (
    None
):
    case = replace(CASE, ground=Ground.CHANGE_OF_MIND, status=S.RECEIVED)
    for carriage, why in ((2_000_00, GoodsReturnRefusal.CARRIAGE_TOO_LARGE), (1_999_99, None)):
        said = replace(BY_MONEY, findings=Findings({1: 2}, carriage))
        assert getattr(transitions.inspect(case, change(AT), said), "refusal", None) == why
    none_sound = replace(BY_MONEY, findings=Findings({1: 0}, 5_000_00))
    assert done(transitions.inspect(case, change(AT), none_sound)).result.status is S.INSPECTED
    stored = replace(CASE, ground=Ground.CHANGE_OF_MIND, carriage_kopecks=5_000_00)
    assert refunded(stored) == (AskedLine(1, 0),)


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=5), st.integers(0, 5 * 10**6))
def test_a_carriage_never_costs_more_than_the_goods(prices: list[int], carriage: int) -> None:
    if carriage > sum(prices):
        with pytest.raises(ValueError, match="more than"):
            less_carriage(tuple(prices), carriage)
        return
    reduced = less_carriage(tuple(prices), carriage)
    assert sum(reduced) == sum(prices) - carriage
    assert min(reduced) >= 0


@pytest.mark.parametrize(
    ("line", "pieces", "kopecks"),
    [
        (LINE, 2, 2_000_00),
        (LINE, 3, 3_000_00),
        (replace(LINE, sum_kopecks=1_000_00), 1, 333_33),
        (replace(LINE, given_back_kopecks=2_500_00), 2, 500_00),
        (replace(LINE, given_back_kopecks=3_000_01), 2, 0),
    ],
)
def test_pieces_are_worth_their_share_of_the_line_and_no_more_than_is_left_of_it(
    line: SoldLine, pieces: int, kopecks: int
) -> None:
    asked = replace(OPENING, lines=(line,), asked=(AskedPieces(1, pieces),))
    assert worth(asked) == kopecks
