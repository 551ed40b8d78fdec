"""Money: what is read, written, taxed and shared out."""

from datetime import date
from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.money import (
    MAX_AMOUNT_KOPECKS,
    AmountError,
    VatRate,
    amount_text,
    divide_half_up,
    parse_amount,
    split,
    unused_days,
    unused_share,
    vat_inside,
    vat_rate_on,
)

amounts = st.integers(min_value=1, max_value=MAX_AMOUNT_KOPECKS)
days = st.dates(min_value=date(2019, 1, 1), max_value=date(2035, 12, 31))


@pytest.mark.parametrize(
    ("text", "kopecks"),
    [
        ("9693.55", 969_355),
        ("9693.5", 969_350),
        ("9693", 969_300),
        ("0.01", 1),
        ("007.10", 710),
        ("999999999999.99", MAX_AMOUNT_KOPECKS),
    ],
)
def test_an_amount_is_read_to_the_kopeck(text: str, kopecks: int) -> None:
    assert parse_amount(text) == kopecks


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (9693.55, "amount_not_text"),
        (969355, "amount_not_text"),
        (True, "amount_not_text"),
        (None, "amount_not_text"),
        (b"1.00", "amount_not_text"),
        ("", "amount_malformed"),
        (".", "amount_malformed"),
        ("1.", "amount_malformed"),
        (".5", "amount_malformed"),
        ("+1.00", "amount_malformed"),
        ("--1", "amount_malformed"),
        (" 1.00", "amount_malformed"),
        ("1.00\n", "amount_malformed"),
        ("1 000.00", "amount_malformed"),
        ("1_000", "amount_malformed"),
        ("1,00", "amount_malformed"),
        ("1e3", "amount_malformed"),
        ("NaN", "amount_malformed"),
        ("Infinity", "amount_malformed"),
        ("0x10", "amount_malformed"),
        ("١٢", "amount_malformed"),
        ("¹", "amount_malformed"),
        ("1.234", "amount_too_precise"),
        ("1.000", "amount_too_precise"),
        ("-1.234", "amount_too_precise"),
        ("0", "amount_not_positive"),
        ("0.00", "amount_not_positive"),
        ("000", "amount_not_positive"),
        ("-0.01", "amount_not_positive"),
        ("-5", "amount_not_positive"),
        ("1000000000000", "amount_too_large"),
        ("1000000000000.00", "amount_too_large"),
        ("9" * 10_000, "amount_too_large"),
    ],
)
def test_a_bad_amount_is_refused_with_its_reason(text: object, code: str) -> None:
    with pytest.raises(AmountError) as refusal:
        parse_amount(text)
    assert refusal.value.code == code


@given(amounts)
def test_what_is_written_is_read_back(kopecks: int) -> None:
    assert parse_amount(amount_text(kopecks)) == kopecks


@pytest.mark.parametrize(("kopecks", "text"), [(0, "0.00"), (5, "0.05"), (969_355, "9693.55")])
def test_an_amount_is_written_with_both_kopeck_digits(kopecks: int, text: str) -> None:
    assert amount_text(kopecks) == text


def test_a_negative_sum_is_not_written() -> None:
    with pytest.raises(ValueError, match="never negative"):
        amount_text(-1)


@given(st.integers(min_value=0), st.integers(min_value=1))
def test_division_rounds_to_the_nearest_and_a_half_upwards(
    numerator: int, denominator: int
) -> None:
    expected = floor(Fraction(numerator, denominator) + Fraction(1, 2))
    assert divide_half_up(numerator, denominator) == expected


@pytest.mark.parametrize(("numerator", "denominator"), [(-1, 2), (1, 0), (1, -2)])
def test_division_refuses_negative_numbers_and_zero(numerator: int, denominator: int) -> None:
    with pytest.raises(ValueError, match="non-negative"):
        divide_half_up(numerator, denominator)


@pytest.mark.parametrize(
    ("gross", "rate", "vat"),
    [
        (12_200, VatRate.VAT22, 2_200),
        (12_000, VatRate.VAT20, 2_000),
        (11_000, VatRate.VAT10, 1_000),
        (10_700, VatRate.VAT7, 700),
        (10_500, VatRate.VAT5, 500),
        (969_355, VatRate.NONE, 0),
        (3, VatRate.VAT20, 1),  # 0.5 of a kopeck goes up
        (2, VatRate.VAT20, 0),  # 0.33 goes down
        (969_355, VatRate.VAT22, 174_802),  # 174 801.72
    ],
)
def test_vat_inside_a_gross_sum_is_rounded_half_up(gross: int, rate: VatRate, vat: int) -> None:
    assert vat_inside(gross, rate) == vat


@given(amounts, st.sampled_from(VatRate))
def test_vat_inside_is_a_part_of_the_sum(gross: int, rate: VatRate) -> None:
    assert 0 <= vat_inside(gross, rate) < gross


@pytest.mark.parametrize(
    ("day", "rate"),
    [
        (date(2019, 1, 1), VatRate.VAT20),
        (date(2025, 12, 31), VatRate.VAT20),
        (date(2026, 1, 1), VatRate.VAT22),
        (date(2026, 11, 21), VatRate.VAT22),
    ],
)
def test_the_standard_rate_follows_the_date_of_the_service(day: date, rate: VatRate) -> None:
    assert vat_rate_on(day) is rate


def test_a_day_before_the_table_has_no_rate() -> None:
    with pytest.raises(ValueError, match="2018-12-31"):
        vat_rate_on(date(2018, 12, 31))


@pytest.mark.parametrize(
    ("stopped_on", "unused"),
    [
        (date(2025, 6, 1), 365),
        (date(2026, 1, 1), 365),
        (date(2026, 1, 2), 364),
        (date(2026, 3, 17), 290),
        (date(2026, 12, 31), 1),
        (date(2027, 1, 1), 0),
        (date(2030, 1, 1), 0),
    ],
)
def test_the_day_of_stopping_is_not_used(stopped_on: date, unused: int) -> None:
    assert unused_days(date(2026, 1, 1), date(2026, 12, 31), stopped_on) == (unused, 365)


def test_the_vector_of_the_facts_holds_to_the_kopeck() -> None:
    unused, total = unused_days(date(2026, 1, 1), date(2026, 12, 31), date(2026, 3, 17))
    price = parse_amount("12200.50")
    refund = unused_share(price, unused, total)
    assert total - unused == 75
    assert (amount_text(refund), amount_text(price - refund)) == ("9693.55", "2506.95")


def test_a_period_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(ValueError, match="before it starts"):
        unused_days(date(2026, 1, 2), date(2026, 1, 1), date(2026, 1, 1))


def test_a_period_of_one_day_is_unused_until_it_is_over() -> None:
    day = date(2026, 2, 28)
    assert unused_days(day, day, day) == (1, 1)


@given(days, days, days)
def test_unused_days_lie_inside_the_period(one: date, other: date, stopped_on: date) -> None:
    start, end = sorted((one, other))
    unused, total = unused_days(start, end, stopped_on)
    assert total == (end - start).days + 1
    assert 0 <= unused <= total


@given(amounts, st.data())
def test_a_share_never_exceeds_the_price_and_grows_with_the_days(
    price: int, data: st.DataObject
) -> None:
    total = data.draw(st.integers(min_value=1, max_value=4_000))
    fewer, more = sorted(data.draw(st.lists(st.integers(0, total), min_size=2, max_size=2)))
    assert 0 <= unused_share(price, fewer, total) <= unused_share(price, more, total) <= price


@pytest.mark.parametrize(("unused", "total", "share"), [(0, 365, 0), (365, 365, 1_220_050)])
def test_a_share_is_nothing_or_everything_at_its_ends(unused: int, total: int, share: int) -> None:
    assert unused_share(1_220_050, unused, total) == share


@pytest.mark.parametrize(("unused", "total"), [(-1, 365), (366, 365), (1, 0)])
def test_a_share_of_impossible_days_is_refused(unused: int, total: int) -> None:
    with pytest.raises(ValueError, match="unused days"):
        unused_share(100, unused, total)


@pytest.mark.parametrize(
    ("amount", "weights", "shares"),
    [
        (100, [1, 1, 1], (34, 33, 33)),
        (100, [1, 2, 3], (17, 33, 50)),
        (1, [5, 5], (1, 0)),
        (0, [5, 5], (0, 0)),
        (99, [0, 7], (0, 99)),
    ],
)
def test_a_split_gives_lost_kopecks_to_the_largest_remainders(
    amount: int, weights: list[int], shares: tuple[int, ...]
) -> None:
    assert split(amount, weights) == shares


weights_of_lines = st.lists(st.integers(0, 10**12), min_size=1, max_size=12).filter(any)


@given(st.integers(0, MAX_AMOUNT_KOPECKS), weights_of_lines)
def test_shares_of_a_split_sum_exactly_and_lie_within_a_kopeck(
    amount: int, weights: list[int]
) -> None:
    shares = split(amount, weights)
    assert sum(shares) == amount
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share - Fraction(amount * weight, sum(weights))) < 1


@given(weights_of_lines, st.data())
def test_no_share_of_a_partial_sum_exceeds_its_line(
    weights: list[int], data: st.DataObject
) -> None:
    amount = data.draw(st.integers(0, sum(weights)))
    shares = split(amount, weights)
    assert all(share <= weight for share, weight in zip(shares, weights, strict=True))


@pytest.mark.parametrize(("amount", "weights"), [(-1, [1]), (1, []), (1, [0, 0]), (1, [3, -1])])
def test_an_impossible_split_is_refused(amount: int, weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        split(amount, weights)
