"""Why a return of goods stands, for whom, and what may be done."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

import pytest

from domain.access.roles import Role
from domain.case.waiting import Wait
from domain.case.waiting_reason import TimerKind, WaitsFor
from domain.goods_return.carriage import CarriageStatus, carriage_takes
from domain.goods_return.goods_return import (
    GoodsReturnStatus,
    Ground,
    ReturnWay,
)
from domain.goods_return.waiting_reason import StandingReturn, goods_return_waits
from tests.domain.goods_return.test_goods_return import (
    AT,
    LAW_DAY,
)

S: TypeAlias = GoodsReturnStatus
NOW = datetime(2026, 3, 3, tzinfo=UTC)
SINCE = StandingReturn(S.REQUESTED, AT, wait=Wait(Role.SPECIALIST, LAW_DAY))

CLAIMED = replace(SINCE, status=S.SETTLED, sends_back=False, carriage=CarriageStatus.CLAIMED)


@pytest.mark.parametrize(
    ("case", "code", "whom"),
    [
        (SINCE, "requested", WaitsFor.SPECIALIST),
        (replace(SINCE, wait=None), "requested", WaitsFor.SPECIALIST),
        (
            replace(SINCE, status=S.AUTHORISED, wait=Wait(Role.CLIENT, LAW_DAY)),
            "authorised",
            WaitsFor.CLIENT,
        ),
        (replace(SINCE, status=S.ACCEPTED, takes_money=True), "other_refund", WaitsFor.SPECIALIST),
        (replace(SINCE, status=S.ACCEPTED), "exchange_not_paid", WaitsFor.SPECIALIST),
        (replace(SINCE, status=S.SETTLED, closes=True), "settled", WaitsFor.PROCESS),
        (replace(CLAIMED, sends_back=True), "settled", WaitsFor.SPECIALIST),
        (CLAIMED, "carriage_claimed", WaitsFor.SPECIALIST),
        (
            replace(
                CLAIMED, carriage=CarriageStatus.CONFIRMED, wait=Wait(Role.ACCOUNTANT, LAW_DAY)
            ),
            "carriage_confirmed",
            WaitsFor.ACCOUNTANT,
        ),
        (replace(SINCE, status=S.EXPIRED), "expired", WaitsFor.NOBODY),
    ],
)
def test_it_is_said_why_a_return_stands_and_for_whom(
    case: StandingReturn, code: str, whom: WaitsFor
) -> None:
    told = goods_return_waits(case, NOW)
    assert (told.code, told.waits_for, told.since) == (code, whom, AT)
    assert (told.timer is None) == (case.wait is None or whom is WaitsFor.NOBODY)


def test_the_day_of_the_law_comes_before_the_end_of_the_wait() -> None:
    earlier = LAW_DAY - timedelta(days=1)
    told = goods_return_waits(replace(SINCE, money_at=earlier), NOW).timer
    assert told is not None
    assert (told.kind, told.at) == (TimerKind.END, earlier)
    for money_at in (None, NOW, LAW_DAY + timedelta(days=1)):
        timer = goods_return_waits(replace(SINCE, money_at=money_at), NOW).timer
        assert timer is not None
        assert timer.at == LAW_DAY


@pytest.mark.parametrize(
    ("way", "offered", "missing"),
    [
        (ReturnWay.SHIPPING, "ship_goods_return", "deactivate_goods_return"),
        (ReturnWay.DEACTIVATION, "deactivate_goods_return", "ship_goods_return"),
    ],
)
def test_only_what_fits_the_goods_is_offered(way: ReturnWay, offered: str, missing: str) -> None:
    case = replace(SINCE, status=S.AUTHORISED, way=way)
    actions = goods_return_waits(case, NOW).allowed[Role.CLIENT]
    assert (offered in actions, missing in actions) == (True, False)
    assert goods_return_waits(replace(case, closes=True), NOW).allowed == {}


def test_of_the_carriage_only_what_it_takes_now_is_offered() -> None:
    takes = carriage_takes(Ground.DAMAGED, ReturnWay.SHIPPING, CarriageStatus.CLAIMED)
    allowed = goods_return_waits(replace(CLAIMED, takes_carriage=takes), NOW).allowed
    assert allowed == {
        Role.SPECIALIST: ("confirm_carriage_goods_return", "refuse_carriage_goods_return")
    }
