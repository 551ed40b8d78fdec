"""By which way a payout goes: from how the invoice was paid, when, by whom, and what the acquirer
said.
"""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from domain.billing.invoice import PaymentMethod
from domain.payout.payout import Channel, ChannelReason, RefundablePayment, choose_channel

M = PaymentMethod
BUSINESS = frozenset({M.BANK_CARD})
TODAY = date(2026, 11, 22)
MAX_AGE_DAYS = 400
SUM_KOPECKS = 10_000


def payment(
    name: str,
    left_kopecks: int = SUM_KOPECKS,
    age_days: int = 10,
    *,
    method: PaymentMethod = M.BANK_CARD,
) -> RefundablePayment:
    return RefundablePayment(name, method, TODAY - timedelta(days=age_days), left_kopecks)


OLD = MAX_AGE_DAYS + 1
R = ChannelReason


@pytest.mark.parametrize(
    ("payments", "chosen", "reason"),
    [
        ([payment("card")], "card", R.PAID_THIS_WAY),
        ([payment("card", age_days=MAX_AGE_DAYS)], "card", R.PAID_THIS_WAY),
        ([payment("card", age_days=OLD)], None, R.PAYMENT_TOO_OLD),
        ([payment("transfer", method=M.BANK_TRANSFER)], None, R.PAID_BY_TRANSFER),
        ([], None, R.PAID_BY_TRANSFER),
        ([payment("older"), payment("newer", age_days=1)], "newer", R.PAID_THIS_WAY),
        ([payment("whole"), payment("part", 1, age_days=1)], "whole", R.PAID_THIS_WAY),
        ([payment("one", SUM_KOPECKS - 1), payment("two", 1)], None, R.SEVERAL_PAYMENTS),
        ([payment("sbp", method=M.SBP)], None, R.METHOD_NOT_REFUNDABLE),
        ([payment("card"), payment("sbp", age_days=1, method=M.SBP)], "card", R.PAID_THIS_WAY),
        ([payment("card"), payment("t", 9**9, method=M.BANK_TRANSFER)], "card", R.PAID_THIS_WAY),
    ],
)
def test_money_goes_back_the_way_it_came_where_that_is_possible(
    payments: Sequence[RefundablePayment], chosen: str | None, reason: ChannelReason
) -> None:
    choice = choose_channel(
        payments, SUM_KOPECKS, TODAY, MAX_AGE_DAYS, methods=BUSINESS, acquirer_refused=False
    )
    channel = Channel.BANK if chosen is None else Channel.ACQUIRER
    assert (choice.channel, choice.payment_id, choice.reason) == (channel, chosen, reason)


def test_the_acquirer_is_not_asked_again_for_what_it_refused() -> None:
    choice = choose_channel(
        [payment("card")],
        SUM_KOPECKS,
        TODAY,
        MAX_AGE_DAYS,
        methods=BUSINESS,
        acquirer_refused=True,
    )
    assert (choice.channel, choice.payment_id) == (Channel.BANK, None)
    assert choice.reason is ChannelReason.ACQUIRER_REFUSED
