"""The exchange's story is one that the rules of returns tell: its statuses, letters and money."""

from collections import Counter
from dataclasses import replace
from itertools import pairwise

from demo.stories import exchanged
from domain.goods_return import repaying, transitions
from domain.goods_return.carriage import Carriage, CarriageStatus
from domain.goods_return.case import (
    BookExchange,
    CarriageLimit,
    DecisionFacts,
    Findings,
    GoodsReturnCase,
    GoodsReturnTransition,
    MoneyFacts,
    ReturnedLine,
)
from domain.goods_return.goods_return import (
    GOODS_RETURN_MOVES,
    GoodsReturnOpening,
    GoodsReturnRequest,
    GoodsReturnStatus,
    Settlement,
)
from domain.goods_return.opening import opened
from tests.domain.goods_return.test_goods_return import AT, CASE, OPENING, change, done

S = GoodsReturnStatus
C = CarriageStatus
SAID = DecisionFacts(
    None,
    exchanged.THERE,
    Findings({1: exchanged.PIECES}, exchanged.CARRIAGE_KOPECKS),
    Settlement.EXCHANGE,
    None,
    claimed_kopecks=exchanged.CARRIAGE_KOPECKS,
    limit=CarriageLimit(exchanged.CARRIAGE_KOPECKS, 2),
    paid_on=AT.date(),
)
LINE = ReturnedLine(
    1, "", exchanged.PIECES, exchanged.PIECES, exchanged.PRICE_KOPECKS, exchanged.BOUGHT, 0
)


def at(status: S, settlement: Settlement | None = None) -> GoodsReturnCase:
    return replace(CASE, status=status, lines=(LINE,), settlement=settlement)


def with_carriage(status: C) -> GoodsReturnCase:
    carriage = Carriage(exchanged.CARRIAGE_KOPECKS, status)
    return replace(at(S.SETTLED, Settlement.EXCHANGE), carriage=carriage)


def sent(status: C) -> GoodsReturnCase:
    return replace(with_carriage(status), is_sent=True)


def judged() -> list[GoodsReturnTransition]:
    """Each step of the story, on a return as the step before it leaves one."""
    opening = GoodsReturnOpening(GoodsReturnRequest(CASE.id, "o-1", "client"), AT)
    nothing = MoneyFacts(None, is_declined=False)
    return [
        opened(opening, OPENING),
        done(transitions.authorise(at(S.REQUESTED), change(AT))),
        done(transitions.ship(at(S.AUTHORISED), change(AT), SAID)),
        done(repaying.claim_carriage(at(S.SHIPPED), change(AT), SAID)),
        done(transitions.receive(at(S.SHIPPED), change(AT))),
        done(transitions.inspect(at(S.RECEIVED), change(AT), SAID)),
        done(transitions.accept(at(S.INSPECTED), change(AT), SAID)),
        done(transitions.settle(at(S.ACCEPTED, Settlement.EXCHANGE), change(AT), nothing)),
        done(transitions.send(with_carriage(C.CLAIMED), change(AT), SAID)),
        done(repaying.confirm_carriage(sent(C.CLAIMED), change(AT))),
        done(repaying.pay_carriage(sent(C.CONFIRMED), change(AT), SAID)),
        done(transitions.close(sent(C.PAID), change(AT))),
    ]


def test_the_storys_path_is_what_its_steps_lead_to() -> None:
    assert tuple(step.result.status for step in judged()) == exchanged.PATH
    assert all(
        after is before or after in GOODS_RETURN_MOVES[before]
        for before, after in pairwise(exchanged.PATH)
    )


def test_the_storys_letters_are_those_of_its_steps() -> None:
    told = ((one.role, one.template) for step in judged() for one in step.notices)
    assert Counter(told) == Counter(exchanged.LETTERS)


def test_the_storys_money_is_the_price_of_its_pieces_and_the_client_bears_no_carriage() -> None:
    inspected, accepted, settled = judged()[5:8]
    assert inspected.columns["carriage_kopecks"] == 0
    assert not accepted.result.takes_money
    booked = [one for one in settled.effects if isinstance(one, BookExchange)]
    assert [one.amount_kopecks for one in booked] == [exchanged.EXCHANGED_KOPECKS]
