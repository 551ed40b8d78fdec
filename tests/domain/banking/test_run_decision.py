"""When an order may be rejected, when a payout may go back, and which payouts no run may take."""

from dataclasses import replace
from typing import Any

import pytest

from domain.banking.run_decision import (
    ORDER_OPEN,
    OrderFacts,
    RunRefusal,
    WaitingFacts,
    held_payouts,
    rejection_refusal,
    return_refusal,
)
from domain.payout.payout import Channel, PayoutStatus

REJECTION = ("kuznetsova", "account_closed")
ORDER = OrderFacts(is_handed_over=True, payout_status=PayoutStatus.SENT, rejection=None)
RETURN = ("kuznetsova", "requisites_unfit", "Клиент попросил")
WAITING = WaitingFacts(
    Channel.BANK, PayoutStatus.PREPARED, is_cleared=True, is_ordered=False, returned=None
)


@pytest.mark.parametrize("status", PayoutStatus)
def test_only_what_the_bank_may_still_debit_is_rejected(status: PayoutStatus) -> None:
    refusal = rejection_refusal(replace(ORDER, payout_status=status), REJECTION)
    assert refusal is (None if status in ORDER_OPEN else RunRefusal.SETTLED)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"is_handed_over": False}, RunRefusal.NOT_HANDED_OVER),
        ({"rejection": ("sidorova", "account_closed")}, RunRefusal.REJECTED),
        ({"rejection": ("kuznetsova", "other")}, RunRefusal.REJECTED),
        ({"rejection": REJECTION, "payout_status": PayoutStatus.REJECTED}, None),
    ],
)
def test_an_order_is_rejected_once_and_the_same_again_is_a_repeat(
    changes: dict[str, Any], refusal: RunRefusal | None
) -> None:
    assert rejection_refusal(replace(ORDER, **changes), REJECTION) is refusal


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({}, None),
        ({"channel": Channel.ACQUIRER}, RunRefusal.NOT_PREPARED),
        ({"status": PayoutStatus.SENT}, RunRefusal.NOT_PREPARED),
        ({"is_cleared": False}, RunRefusal.NOT_CLEARED),
        ({"is_ordered": True}, RunRefusal.IN_A_RUN),
        ({"held": RunRefusal.DEBITED_BEFORE}, RunRefusal.DEBITED_BEFORE),
        ({"returned": ("sidorova", *RETURN[1:])}, RunRefusal.RETURNED),
        ({"returned": RETURN, "status": PayoutStatus.REJECTED}, None),
    ],
)
def test_only_a_payout_that_waits_for_a_run_goes_back_to_its_client(
    changes: dict[str, Any], refusal: RunRefusal | None
) -> None:
    assert return_refusal(replace(WAITING, **changes), RETURN) is refusal


def test_an_unexpected_debit_says_more_than_a_difference() -> None:
    assert held_payouts(["refund-1-1"], ["refund-1-1", "refund-2-1"]) == {
        "refund-1-1": RunRefusal.DEBITED_BEFORE,
        "refund-2-1": RunRefusal.DIFFERS_THERE,
    }
