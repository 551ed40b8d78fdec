"""What a client paid a carrier itself: when it may be claimed, what becomes of it, who is told."""

from dataclasses import replace
from typing import Any, TypeAlias

import pytest

from domain.access.roles import Role
from domain.case.waiting import Reminder, Wait
from domain.goods_return import notices, repaying, transitions
from domain.goods_return.carriage import Carriage, CarriageStatus
from domain.goods_return.case import (
    CarriageLimit,
    ClaimCarriage,
    DecisionFacts,
    GoodsReturnCase,
    HeldPieces,
    MoveCarriage,
)
from domain.goods_return.goods_return import (
    GoodsReturnRefusal,
    GoodsReturnResult,
    GoodsReturnStatus,
    Ground,
    ReturnWay,
    Settlement,
)
from tests.domain.goods_return.test_goods_return import AT, CASE, OPEN, change, done

S: TypeAlias = GoodsReturnStatus
C: TypeAlias = CarriageStatus
R: TypeAlias = GoodsReturnRefusal
PAID = 450_50
SAID = DecisionFacts(
    *("не тот чек", "RU 1", None, None, None),
    claimed_kopecks=PAID,
    limit=CarriageLimit(PAID, 2),
    paid_on=AT.date(),
)
SETTLED = replace(CASE, status=S.SETTLED, settlement=Settlement.REFUND, money_started_at=AT)
EXCHANGED = replace(CASE, status=S.SETTLED, settlement=Settlement.EXCHANGE)


def with_carriage(status: C, case: GoodsReturnCase = SETTLED) -> GoodsReturnCase:
    return replace(case, carriage=Carriage(PAID, status))


def why(made: object) -> str | None:
    assert isinstance(made, GoodsReturnResult), made
    return made.refusal


def test_a_claim_within_the_limit_stands_and_a_specialist_is_told() -> None:
    shipped = replace(CASE, status=S.SHIPPED)
    made = done(repaying.claim_carriage(shipped, change(AT), SAID))
    assert made.effects == (ClaimCarriage(Ground.WRONG_GOODS, ReturnWay.SHIPPING, PAID, 2),)
    assert (made.result.status, made.reason) == (S.SHIPPED, "carriage_claimed")
    assert (made.notices, made.params["amount_kopecks"]) == ((notices.CARRIAGE_CLAIMED,), PAID)
    assert made.result.money_at == shipped.money_at


@pytest.mark.parametrize(
    ("case", "said", "refusal"),
    [
        (replace(SETTLED, ground=Ground.CHANGE_OF_MIND), SAID, R.CARRIAGE_NOT_OURS),
        (replace(SETTLED, way=ReturnWay.DEACTIVATION), SAID, R.CARRIAGE_NOT_OURS),
        (SETTLED, replace(SAID, claimed_kopecks=PAID + 1), R.CARRIAGE_ABOVE_LIMIT),
        (SETTLED, replace(SAID, limit=None), R.CARRIAGE_ABOVE_LIMIT),
        (with_carriage(C.CLAIMED), SAID, R.CARRIAGE_DECIDED),
        (with_carriage(C.CONFIRMED), SAID, R.CARRIAGE_DECIDED),
        (with_carriage(C.PAID), SAID, R.CARRIAGE_DECIDED),
        (replace(CASE, status=S.AUTHORISED), SAID, R.NOT_ALLOWED),
        (replace(CASE, status=S.CLOSED), SAID, R.CLOSED),
    ],
    ids=[
        *("not our fault", "digital", "one kopeck more", "no limit", "claimed", "confirmed"),
        *("paid", "not sent yet", "closed"),
    ],
)
def test_what_cannot_be_claimed_is_refused_with_its_reason(
    case: GoodsReturnCase, said: DecisionFacts, refusal: R
) -> None:
    assert why(repaying.claim_carriage(case, change(AT), said)) == refusal


def test_what_was_refused_may_be_claimed_anew() -> None:
    made = done(repaying.claim_carriage(with_carriage(C.REFUSED), change(AT), SAID))
    assert made.effects[0] == ClaimCarriage(Ground.WRONG_GOODS, ReturnWay.SHIPPING, PAID, 2)


def test_a_confirmed_carriage_waits_for_the_accountant_and_nobody_confirms_it_twice() -> None:
    claimed = with_carriage(C.CLAIMED)
    made = done(repaying.confirm_carriage(claimed, change(AT)))
    assert (made.effects, made.notices) == (
        (MoveCarriage(C.CONFIRMED),),
        (notices.CARRIAGE_CONFIRMED,),
    )
    wait = made.result.wait
    assert wait is not None
    assert (wait.waiting_for, made.columns["entered_at"]) == (Role.ACCOUNTANT, AT)
    assert not made.result.closes
    confirmed = with_carriage(C.CONFIRMED)
    assert why(repaying.confirm_carriage(confirmed, change(AT))) == R.CARRIAGE_DECIDED
    assert why(repaying.pay_carriage(claimed, change(AT), SAID)) == R.CARRIAGE_DECIDED
    inspected = with_carriage(C.CLAIMED, CASE)
    assert why(repaying.confirm_carriage(inspected, change(AT))) == R.NOT_ALLOWED


@pytest.mark.parametrize("status", [C.CLAIMED, C.CONFIRMED])
def test_a_refused_carriage_tells_the_client_why_and_lets_the_return_close(status: C) -> None:
    made = done(repaying.refuse_carriage(with_carriage(status), change(AT), SAID))
    assert made.effects == (MoveCarriage(C.REFUSED, reason="не тот чек"),)
    assert (made.notices, made.params["remarks"]) == ((notices.CARRIAGE_REFUSED,), "не тот чек")
    assert (made.result.closes, made.reason) == (True, "carriage_refused")


def test_a_paid_carriage_lets_the_return_close_and_is_the_last() -> None:
    made = done(repaying.pay_carriage(with_carriage(C.CONFIRMED), change(AT), SAID))
    assert made.effects == (MoveCarriage(C.PAID, paid_on=AT.date()),)
    assert (made.notices, made.params["debited_on"]) == ((notices.CARRIAGE_PAID,), "2026-03-02")
    assert made.result.closes
    paid = with_carriage(C.PAID)
    for judged in (repaying.pay_carriage, repaying.refuse_carriage):
        assert why(judged(paid, change(AT), SAID)) == R.CARRIAGE_DECIDED


def test_a_return_with_an_open_carriage_does_not_close() -> None:
    accepted = with_carriage(
        C.CLAIMED, replace(CASE, status=S.ACCEPTED, settlement=Settlement.REFUND)
    )
    assert not done(transitions.settle(accepted, change(AT), OPEN)).result.closes
    for status in (C.CLAIMED, C.CONFIRMED):
        assert transitions.close(with_carriage(status), change(AT)) is None
    for status in (C.PAID, C.REFUSED):
        assert transitions.close(with_carriage(status), change(AT)) is not None


@pytest.mark.parametrize(
    ("status", "whom"), [(C.CLAIMED, Role.SPECIALIST), (C.CONFIRMED, Role.ACCOUNTANT)]
)
def test_goods_that_leave_first_leave_the_carriage_to_be_paid(status: C, whom: Role) -> None:
    made = done(transitions.send(with_carriage(status, EXCHANGED), change(AT), SAID))
    assert (made.result.status, made.reason) == (S.SETTLED, "sent")
    assert (made.columns["sent_track"], made.notices) == ("RU 1", (notices.SENT,))
    assert made.result.wait is not None
    assert made.result.wait.waiting_for is whom
    sent = replace(with_carriage(status, EXCHANGED), is_sent=True)
    assert why(transitions.send(sent, change(AT), SAID)) == R.NOT_ALLOWED
    done_before = with_carriage(C.PAID, EXCHANGED)
    assert done(transitions.send(done_before, change(AT), SAID)).result.status is S.CLOSED


def test_a_carriage_paid_before_the_goods_leave_changes_no_wait() -> None:
    waiting = replace(with_carriage(C.CLAIMED, EXCHANGED), wait=Wait(Role.SPECIALIST, AT, (AT,)))
    confirmed = done(repaying.confirm_carriage(waiting, change(AT)))
    assert (confirmed.result.wait, "entered_at" in confirmed.columns) == (waiting.wait, False)
    owed = replace(waiting, carriage=Carriage(PAID, C.CONFIRMED))
    paid = done(repaying.pay_carriage(owed, change(AT), SAID))
    assert (paid.result.wait, paid.result.closes) == (waiting.wait, False)


def test_goods_that_are_not_taken_back_take_the_claim_with_them() -> None:
    made: Any = done(transitions.reject(with_carriage(C.CLAIMED, CASE), change(AT), SAID))
    assert made.effects == (
        HeldPieces(1, 2, 0),
        MoveCarriage(C.REFUSED, reason="не тот чек"),
    )


def test_a_claim_while_the_money_waits_does_not_forget_the_money() -> None:
    accepted = replace(CASE, status=S.ACCEPTED, settlement=Settlement.REFUND)
    made = done(repaying.claim_carriage(accepted, change(AT), SAID))
    assert (made.result.takes_money, made.result.closes) == (True, False)


def test_the_accountant_is_reminded_and_the_calendar_keeps_who_is_waited_for() -> None:
    until = AT.replace(day=9)
    owed = replace(with_carriage(C.CONFIRMED), wait=Wait(Role.ACCOUNTANT, until))
    reminder = Reminder(owed.id, "reminder-6-1", AT, Role.ACCOUNTANT, until)
    notice, params = transitions.reminded(reminder, owed) or (None, {})
    assert (notice, params["amount_kopecks"]) == (notices.CARRIAGE_CONFIRMED, PAID)
    late = transitions.reminded(replace(reminder, escalate=True), owed)
    assert late is not None
    assert late[0] == notices.OVERDUE
    moved = transitions.move_deadline(owed, change(AT))
    assert moved is not None
    assert moved.result.wait is not None
    assert moved.result.wait.waiting_for is Role.ACCOUNTANT


def test_a_deadline_that_moves_while_the_money_waits_does_not_forget_the_money() -> None:
    accepted = replace(
        CASE,
        status=S.ACCEPTED,
        settlement=Settlement.REFUND,
        wait=Wait(Role.SPECIALIST, AT.replace(day=9)),
    )
    moved = transitions.move_deadline(accepted, change(AT))
    assert moved is not None
    assert moved.result.takes_money
