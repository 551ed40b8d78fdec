"""What a payment order is for, and how much VAT it returns."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.banking.payment_run import MAX_PURPOSE_LENGTH
from domain.money import VatRate, vat_inside
from domain.refund.vat import RefundedLine, refunded_vat
from texts.purposes import invoice_purpose, refund_purpose

DAY = date(2026, 11, 2)
LONGEST_NUMBER = "9" * 40
AMOUNTS = st.integers(1, 10**12)
LINES = st.lists(st.tuples(st.sampled_from(VatRate), st.integers(0, 10**11)), max_size=20)


def test_an_exempt_refund_says_so() -> None:
    assert (
        refund_purpose("2026-000117", DAY, date(2026, 11, 20), {})
        == "Возврат по счёту № 2026-000117 от 02.11.2026, заявление от 20.11.2026."
        " НДС не облагается"
    )


def taxed(lines: list[tuple[VatRate, int]]) -> list[RefundedLine]:
    return [RefundedLine(rate, kopecks, vat_inside(kopecks, rate)) for rate, kopecks in lines]


@pytest.mark.parametrize(
    ("amount", "lines", "vat"),
    [
        (1_220_00, [(VatRate.VAT22, 1_220_00)], {VatRate.VAT22: 220_00}),
        (1_220_00, [(VatRate.NONE, 1_220_00)], {}),
        (1_220_00, [], {}),
        (
            2_320_00,
            [(VatRate.VAT10, 1_100_00), (VatRate.VAT22, 1_220_00)],
            {VatRate.VAT22: 220_00, VatRate.VAT10: 100_00},
        ),
        # Half of what the lines say is kept back: half of the VAT goes back.
        (
            1_160_00,
            [(VatRate.VAT10, 1_100_00), (VatRate.VAT22, 1_220_00)],
            {VatRate.VAT22: 110_00, VatRate.VAT10: 50_00},
        ),
    ],
)
def test_vat_is_inside_what_is_refunded_of_each_line(
    amount: int, lines: list[tuple[VatRate, int]], vat: dict[VatRate, int]
) -> None:
    assert refunded_vat(amount, taxed(lines)) == vat


@given(AMOUNTS, LINES)
def test_vat_is_less_than_the_refund_and_the_purpose_always_fits(
    amount: int, lines: list[tuple[VatRate, int]]
) -> None:
    vat = refunded_vat(amount, taxed(lines))
    assert 0 <= sum(vat.values()) < amount
    assert len(refund_purpose(LONGEST_NUMBER, DAY, DAY, vat)) <= MAX_PURPOSE_LENGTH
    assert len(invoice_purpose(LONGEST_NUMBER, DAY, vat)) <= MAX_PURPOSE_LENGTH


def test_many_rates_are_summed_up_where_they_would_not_fit() -> None:
    vat: dict[VatRate, int] = {rate: 10**13 for rate in VatRate if rate is not VatRate.NONE}
    assert refund_purpose(LONGEST_NUMBER, DAY, DAY, vat).endswith("В т.ч. НДС 500000000000.00")


def test_a_payer_of_an_invoice_is_given_its_number_day_and_vat() -> None:
    assert (
        invoice_purpose("KP-2026-000123", DAY, {VatRate.VAT22: 220_00})
        == "Оплата по счёту № KP-2026-000123 от 02.11.2026. В т.ч. НДС 22% - 220.00"
    )
    assert invoice_purpose("KP-2026-000123", DAY, {}).endswith("НДС не облагается")
