"""What a payment by card is for, line by line, and what our books call it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.billing.invoice import InvoiceLine, PaymentMethod, ProductKind
from domain.card.card_payment import (
    CARD_MOVES,
    ENDED,
    CardStatus,
    card_payment_workflow_id,
    method_of,
    receipt_of,
    single_rate,
)
from domain.money import VatRate

LINE = InvoiceLine(1, "Подписка", ProductKind.SUBSCRIPTION, 3_000_00, VatRate.VAT22)
LICENCE = replace(LINE, line_no=2, title="Лицензия", sum_kopecks=1_000_00, vat_rate=VatRate.NONE)


@pytest.mark.parametrize(
    ("amount", "shares"),
    [
        (4_000_00, [3_000_00, 1_000_00]),
        (2_000_00, [1_500_00, 500_00]),
        (1, [1]),  # a line that nothing is paid for is not on the receipt
    ],
)
def test_a_payment_is_for_the_lines_in_proportion(amount: int, shares: list[int]) -> None:
    receipt = receipt_of(amount, [LINE, LICENCE])
    assert [share.amount_kopecks for share in receipt] == shares


@given(
    amount=st.integers(1, 10**12),
    sums=st.lists(st.integers(1, 10**12), min_size=1, max_size=80),
)
def test_a_receipt_adds_up_to_the_payment_and_has_no_empty_line(
    amount: int, sums: list[int]
) -> None:
    receipt = receipt_of(amount, [replace(LINE, sum_kopecks=one) for one in sums])
    assert sum(share.amount_kopecks for share in receipt) == amount
    assert all(share.amount_kopecks > 0 for share in receipt)


def test_a_payment_has_a_rate_when_its_lines_agree_on_one() -> None:
    assert single_rate([LINE, replace(LINE, line_no=2)]) is VatRate.VAT22
    assert single_rate([LINE, LICENCE]) is None


@pytest.mark.parametrize(
    ("word", "method"),
    [
        ("bank_card", PaymentMethod.BANK_CARD),
        ("sbp", PaymentMethod.SBP),
        ("yoo_money", PaymentMethod.BANK_CARD),
        ("digital_rouble_wallet", PaymentMethod.BANK_CARD),
        ("bank_transfer", PaymentMethod.BANK_CARD),
        (None, PaymentMethod.BANK_CARD),
    ],
)
def test_what_the_page_took_is_a_card_or_sbp(word: str | None, method: PaymentMethod) -> None:
    assert method_of(word) is method


def test_money_makes_any_payment_paid_and_nothing_undoes_that() -> None:
    assert all(
        CardStatus.PAID in moves for status, moves in CARD_MOVES.items() if status is not ENDED[0]
    )
    assert CARD_MOVES[CardStatus.PAID] == frozenset()


def test_an_order_has_one_payment() -> None:
    assert card_payment_workflow_id("7") == "card-payment-7"
