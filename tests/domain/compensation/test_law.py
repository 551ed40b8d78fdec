"""Penalties, fees and legal days by the rows of the law, and rates from a file."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.compensation.court_fee import court_fee
from domain.compensation.key_rate import KeyRate, RateNotCovered, RatePeriod, RatesError
from domain.compensation.legal_deadline import (
    last_day_to_refuse,
    limitation_ends,
    months_later,
    pay_by,
    suit_from,
)
from domain.compensation.legal_rule import RuleKind, RuleNotCovered, SumNotCovered
from domain.compensation.line import rules_of
from domain.compensation.penalty import delay_begins, penalty
from domain.compensation.rate_import import (
    MAX_COVER_AHEAD,
    MAX_RATE_FILE_BYTES,
    MAX_RATES,
    RateDifference,
    RateFileError,
    digest_of,
    parse_rates,
    rate_differences,
)
from tests.domain.compensation.law import COVERED_UNTIL, FILE, KEY_RATE, RULES

BEFORE = date(2025, 3, 3)
UNDER_THE_CAP = date(2026, 3, 13)
HEAD = b"from,rate_percent\n"


def later(first: date, days: int) -> date:
    return first + timedelta(days=days - 1)


@pytest.mark.parametrize(
    ("kind", "base", "first", "days", "kopecks"),
    [
        (RuleKind.PENALTY_GOODS, 8_000_000, BEFORE, 29, 2_320_000),
        (RuleKind.PENALTY_GOODS, 8_000_000, UNDER_THE_CAP, 29, 2_320_000),
        (RuleKind.PENALTY_GOODS, 1_500_000, BEFORE, 120, 1_800_000),
        (RuleKind.PENALTY_GOODS, 1_500_000, UNDER_THE_CAP, 120, 1_500_000),
        (RuleKind.PENALTY_SERVICE, 900_000, UNDER_THE_CAP, 40, 900_000),
        (RuleKind.PENALTY_PREPAID, 1_000_000, UNDER_THE_CAP, 10, 50_000),
    ],
)
def test_a_penalty_is_of_each_day_and_within_the_cap_of_its_time(
    kind: RuleKind, base: int, first: date, days: int, kopecks: int
) -> None:
    found = penalty(kind, base, first, later(first, days), RULES)
    assert not found.needs_lawyer
    assert [one.kopecks for one in found.variants] == [kopecks]


def test_what_is_above_the_cap_is_counted_and_shown() -> None:
    (one,) = penalty(
        RuleKind.PENALTY_SERVICE, 900_000, UNDER_THE_CAP, later(UNDER_THE_CAP, 40), RULES
    ).variants
    assert (one.counted_kopecks, one.kopecks, one.cap_kopecks) == (1_080_000, 900_000, 900_000)


def test_a_delay_that_the_change_of_the_law_falls_into_needs_a_lawyer() -> None:
    first = date(2026, 1, 1)
    found = penalty(RuleKind.PENALTY_GOODS, 1_500_000, first, later(first, 120), RULES)
    assert found.needs_lawyer
    assert [one.kopecks for one in found.variants] == [1_800_000, 1_500_000]
    assert [one.id for one in rules_of(found.variants)] == ["zozpp-23", "zozpp-23-2026"]


@given(st.integers(1, 10**12), st.integers(1, 2_000), st.integers(0, 500))
def test_a_capped_penalty_grows_with_the_days_up_to_what_was_paid(
    base: int, days: int, more: int
) -> None:
    shorter, longer = (
        penalty(RuleKind.PENALTY_GOODS, base, UNDER_THE_CAP, later(UNDER_THE_CAP, count), RULES)
        for count in (days, days + more)
    )
    assert shorter.variants[0].kopecks <= longer.variants[0].kopecks <= base


@pytest.mark.parametrize(
    ("kind", "base", "last"),
    [
        (RuleKind.PENALTY_GOODS, 0, BEFORE),
        (RuleKind.INTEREST, 1, BEFORE),
        (RuleKind.PENALTY_GOODS, 1, BEFORE - timedelta(days=1)),
    ],
)
def test_a_penalty_of_nothing_is_refused(kind: RuleKind, base: int, last: date) -> None:
    with pytest.raises(ValueError, match=r"nought|penalty|days"):
        penalty(kind, base, BEFORE, last, RULES)


@pytest.mark.parametrize(
    ("kind", "claim", "kopecks"),
    [
        (RuleKind.FEE_COMMERCIAL, 4_800_000, 1_000_000),
        (RuleKind.FEE_COURT_ORDER, 4_800_000, 800_000),
        (RuleKind.FEE_GENERAL, 4_800_000, 400_000),
        (RuleKind.FEE_COMMERCIAL, 50_000_000, 3_000_000),
        (RuleKind.FEE_COURT_ORDER, 50_000_000, 1_500_000),
        (RuleKind.FEE_GENERAL, 50_000_000, 1_500_000),
        (RuleKind.FEE_COMMERCIAL, 100_000_000, 5_500_000),
        (RuleKind.FEE_GENERAL, 300_000_000, 4_500_000),
    ],
)
def test_a_fee_is_that_of_its_step(kind: RuleKind, claim: int, kopecks: int) -> None:
    assert court_fee(kind, claim, date(2026, 11, 30), RULES).kopecks == kopecks


@given(
    st.sampled_from([RuleKind.FEE_COMMERCIAL, RuleKind.FEE_COURT_ORDER, RuleKind.FEE_GENERAL]),
    st.integers(1, 299_999_999),
    st.integers(0, 1_000_000),
)
def test_a_bigger_claim_never_costs_less(kind: RuleKind, claim: int, more: int) -> None:
    day = date(2026, 11, 30)
    bigger = min(claim + more, 300_000_000)
    assert court_fee(kind, claim, day, RULES).kopecks <= court_fee(kind, bigger, day, RULES).kopecks


def test_a_fee_beyond_the_known_steps_and_before_the_known_days_is_never_guessed() -> None:
    with pytest.raises(SumNotCovered) as error:
        court_fee(RuleKind.FEE_COMMERCIAL, 1_000_000_001, date(2026, 11, 30), RULES)
    assert error.value.up_to_kopecks == 1_000_000_000
    with pytest.raises(RuleNotCovered):
        court_fee(RuleKind.FEE_GENERAL, 1, date(2024, 9, 8), RULES)
    with pytest.raises(ValueError, match="nought"):
        court_fee(RuleKind.FEE_GENERAL, 0, date(2026, 11, 30), RULES)
    with pytest.raises(ValueError, match="no fee"):
        court_fee(RuleKind.LIMITATION, 1, date(2026, 11, 30), RULES)


def test_legal_days_are_counted_in_calendar_days() -> None:
    demanded = date(2026, 3, 2)
    assert suit_from(date(2026, 3, 2), RULES).day == date(2026, 4, 2)
    assert pay_by(demanded, RULES).day == date(2026, 3, 12)
    assert delay_begins(RuleKind.PENALTY_GOODS, demanded, RULES) == date(2026, 3, 13)
    assert delay_begins(RuleKind.PENALTY_SERVICE, demanded, RULES) == date(2026, 3, 3)
    delivered = date(2026, 10, 1)
    assert last_day_to_refuse(delivered, RULES, informed=True).day == date(2026, 10, 8)
    assert last_day_to_refuse(delivered, RULES, informed=False).day == date(2027, 1, 1)
    due = date(2024, 2, 29)
    assert limitation_ends(due, RULES, claim_sent=False).day == date(2027, 2, 28)
    assert limitation_ends(due, RULES, claim_sent=True).day == date(2027, 3, 30)


@given(st.dates(date(2020, 1, 1), date(2090, 1, 1)), st.integers(0, 120))
def test_months_later_is_that_month_and_no_later_day(day: date, months: int) -> None:
    found = months_later(day, months)
    assert (found.year - day.year) * 12 + found.month - day.month == months
    assert found.day <= day.day


@pytest.mark.parametrize(
    ("periods", "code"),
    [
        ([("2026-01-01", "2026-01-10"), ("2026-01-12", "2026-01-20")], "rates_hole"),
        ([("2026-01-01", "2026-01-10"), ("2026-01-10", "2026-01-20")], "rates_overlap"),
        ([("2026-01-10", "2026-01-20"), ("2026-01-01", "2026-01-09")], "rates_overlap"),
        ([("2026-01-10", "2026-01-09")], "rates_overlap"),
    ],
)
def test_rates_with_a_hole_or_an_overlap_are_no_rates(
    periods: list[tuple[str, str]], code: str
) -> None:
    with pytest.raises(RatesError) as error:
        KeyRate(
            [RatePeriod(date.fromisoformat(a), date.fromisoformat(b), 1_000) for a, b in periods]
        )
    assert error.value.code == code


def test_the_rates_of_the_file_are_known_to_the_day_that_was_confirmed() -> None:
    assert KEY_RATE.first_day == date(2016, 8, 1)
    assert KEY_RATE.covered_until == COVERED_UNTIL
    assert KEY_RATE.on(COVERED_UNTIL).rate_bp == 1_400
    assert KEY_RATE.on(date(2017, 5, 1)).rate_bp == 975
    for day in (date(2016, 7, 31), COVERED_UNTIL + timedelta(days=1)):
        with pytest.raises(RateNotCovered):
            KEY_RATE.on(day)


@pytest.mark.parametrize(
    ("content", "line", "code"),
    [
        (b"", 1, "rate_header_unknown"),
        (b"\xff\xfe", None, "rate_file_encoding"),
        (b"day,rate\n", 1, "rate_header_unknown"),
        (HEAD, None, "rate_rows_missing"),
        (HEAD + b"2026-01-01\n", 2, "rate_line_malformed"),
        (HEAD + b"2026-01-01,16,5\n", 2, "rate_line_malformed"),
        (HEAD + b"01.01.2026,16\n", 2, "rate_day_malformed"),
        (HEAD + b"2026-02-30,16\n", 2, "rate_day_malformed"),
        (HEAD + b"2026-01-01,16\n2026-01-01,15\n", 3, "rate_days_not_ascending"),
        (HEAD + b"2026-01-02,16\n2026-01-01,15\n", 3, "rate_days_not_ascending"),
        (HEAD + b"2026-01-01,0\n", 2, "rate_malformed"),
        (HEAD + b"2026-01-01,-1\n", 2, "rate_malformed"),
        (HEAD + b"2026-01-01,100.01\n", 2, "rate_malformed"),
        (HEAD + b"2026-01-01,16.125\n", 2, "rate_malformed"),
        (HEAD + "2026-01-01,١٦\n".encode(), 2, "rate_malformed"),
        (HEAD + b"2026-12-01,16\n", None, "rate_cover_before_last"),
        (HEAD + b"x" * MAX_RATE_FILE_BYTES, None, "file_too_large"),
    ],
)
def test_a_file_with_any_defect_is_refused_with_its_line(
    content: bytes, line: int | None, code: str
) -> None:
    with pytest.raises(RateFileError) as error:
        parse_rates(content, COVERED_UNTIL, COVERED_UNTIL)
    assert (error.value.line, error.value.code) == (line, code)


def test_a_cover_that_nobody_can_know_and_too_many_rates_are_refused() -> None:
    with pytest.raises(RateFileError) as error:
        parse_rates(
            FILE.read_bytes(), COVERED_UNTIL + MAX_COVER_AHEAD + timedelta(days=1), COVERED_UNTIL
        )
    assert error.value.code == "rate_cover_too_far"
    days = (date(2016, 8, 1) + timedelta(days=at) for at in range(MAX_RATES + 1))
    with pytest.raises(RateFileError) as error:
        parse_rates(
            HEAD + b"".join(b"%s,9\n" % str(day).encode() for day in days),
            COVERED_UNTIL,
            COVERED_UNTIL,
        )
    assert error.value.code == "rate_rows_too_many"


def test_an_import_shows_which_days_change() -> None:
    known = parse_rates(HEAD + b"2026-01-01,16\n2026-02-01,15\n", date(2026, 2, 10), COVERED_UNTIL)
    read = parse_rates(HEAD + b"2026-01-01,16\n2026-02-01,15.5\n", date(2026, 3, 1), COVERED_UNTIL)
    found = rate_differences(known, read)
    assert found == (
        RateDifference(date(2026, 2, 1), date(2026, 2, 10), 1_500, 1_550),
        RateDifference(date(2026, 2, 11), date(2026, 3, 1), None, 1_550),
    )
    assert rate_differences(read, read) == ()
    assert digest_of(read, found) != digest_of(read, ()) != digest_of(known, ())
