"""Interest by article 395: a third party's calculation to the kopeck, and what is true of any."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.compensation.interest import MAX_DAYS, MAX_MOVEMENTS, Debt, Movement, interest
from domain.compensation.key_rate import KeyRate, RateNotCovered, RatePeriod
from domain.compensation.legal_rule import LegalRules, RuleKind, RuleNotCovered
from domain.compensation.line import Calculation
from tests.domain.compensation.law import COVERED_UNTIL, KEY_RATE, RULES

VECTOR = json.loads(Path(__file__).with_name("interest-395-vector.json").read_text("utf-8"))
FIRST = date(2016, 8, 1)
DAYS = st.dates(FIRST, COVERED_UNTIL)
SUMS = st.integers(1, 10**12)
MOVEMENTS = st.lists(st.builds(Movement, DAYS, SUMS), max_size=6)
DEBTS = st.builds(
    Debt, st.lists(st.builds(Movement, DAYS, SUMS), min_size=1, max_size=6), MOVEMENTS
)


def movements(rows: Sequence[Mapping[str, str]]) -> list[Movement]:
    return [
        Movement(date.fromisoformat(one["day"]), int(Fraction(one["roubles"]) * 100))
        for one in rows
    ]


def since(first: str, last: str, kopecks: int, *paid: tuple[str, int]) -> Calculation:
    payments = [Movement(date.fromisoformat(day), sum_) for day, sum_ in paid]
    debt = Debt([Movement(date.fromisoformat(first), kopecks)], payments)
    return whole(debt, date.fromisoformat(first), date.fromisoformat(last))


def whole(debt: Debt, first: date = FIRST, last: date = COVERED_UNTIL, **how: Any) -> Calculation:
    return interest(debt, first, last, KEY_RATE, RULES, **how)


def test_a_third_partys_calculation_is_ours_to_the_kopeck() -> None:
    debt = Debt(movements(VECTOR["accruals"]), movements(VECTOR["payments"]))
    found = whole(debt, min(one.day for one in debt.owed), date.fromisoformat(VECTOR["until"]))
    expected = VECTOR["expected"]
    assert len(found.lines) == expected["intervals"]
    assert found.days == expected["days"]
    assert found.kopecks == Fraction(expected["interest"]) * 100
    assert found.lines[-1].base_kopecks == Fraction(expected["debt"]) * 100


@pytest.mark.parametrize(
    ("found", "kopecks"),
    [
        (since("2024-07-01", "2025-07-31", 10_000_000), 2_157_386),
        (since("2025-12-01", "2026-03-31", 4_800_000), 252_492),
        (since("2025-09-01", "2025-12-31", 10_000_000, ("2025-10-15", 4_000_000)), 422_356),
        (since("2026-02-10", "2026-02-20", 1_220_050), 5_800),
    ],
)
def test_known_calculations_come_out(found: Calculation, kopecks: int) -> None:
    assert found.kopecks == kopecks


def test_every_stretch_of_a_year_with_many_rates_is_rounded_by_itself() -> None:
    lines = since("2024-07-01", "2025-07-31", 10_000_000).lines
    sums = [122_404, 240_984, 218_033, 372_951, 914_795, 268_493, 19_726]
    assert [line.kopecks for line in lines] == sums
    assert [line.year_days for line in lines] == [366, 366, 366, 366, 365, 365, 365]


def test_the_days_of_the_moratorium_bear_nothing_where_it_applied() -> None:
    debt, first, last = (
        Debt([Movement(date(2022, 3, 31), 1_000)]),
        date(2022, 3, 31),
        date(2022, 10, 2),
    )
    with_it = whole(debt, first, last, with_moratorium=True)
    days = {line.first + timedelta(days=at) for line in with_it.lines for at in range(line.days)}
    assert days == {date(2022, 3, 31), date(2022, 10, 2)}
    assert whole(debt, first, last).days == (last - first).days + 1


@given(DEBTS, DAYS)
def test_cutting_a_period_changes_nothing(debt: Debt, day: date) -> None:
    """Before each stretch is rounded; on a day where a stretch ends anyway, afterwards too."""
    parts = [whole(debt, last=day)]
    if day < COVERED_UNTIL:
        parts.append(whole(debt, day + timedelta(days=1)))
    found = whole(debt)
    assert sum(one.exact for one in parts) == found.exact
    if all(not line.first <= day < line.last for line in found.lines):
        assert sum(one.kopecks for one in parts) == found.kopecks


@given(DEBTS, DAYS)
def test_a_rate_that_is_stored_in_two_rows_is_one_rate(debt: Debt, day: date) -> None:
    cut = KeyRate([part for one in KEY_RATE.periods for part in halves(one, day)])
    found = interest(debt, FIRST, COVERED_UNTIL, cut, RULES)
    assert [line.kopecks for line in found.lines] == [line.kopecks for line in whole(debt).lines]


def halves(period: RatePeriod, day: date) -> list[RatePeriod]:
    if not period.first <= day < period.last:
        return [period]
    following = day + timedelta(days=1)
    return [
        RatePeriod(period.first, day, period.rate_bp),
        RatePeriod(following, period.last, period.rate_bp),
    ]


@given(DEBTS, DAYS, DAYS)
def test_more_days_never_bear_less(debt: Debt, one: date, other: date) -> None:
    shorter, longer = whole(debt, last=min(one, other)), whole(debt, last=max(one, other))
    assert shorter.kopecks <= longer.kopecks


@given(DAYS, SUMS, SUMS)
def test_a_bigger_debt_never_bears_less(day: date, one: int, more: int) -> None:
    smaller, bigger = (whole(Debt([Movement(day, sum_)])) for sum_ in (one, one + more))
    assert smaller.kopecks <= bigger.kopecks


@given(DEBTS, st.builds(Movement, DAYS, SUMS))
def test_a_payment_never_increases(debt: Debt, payment: Movement) -> None:
    """Before each stretch is rounded: a payment may cut one in two, of which each is rounded."""
    paid = whole(Debt(debt.owed, [*debt.paid, payment]))
    assert paid.exact <= whole(debt).exact
    assert paid.kopecks <= whole(debt).kopecks + len(paid.lines)


@given(DEBTS, st.randoms())
def test_the_order_of_what_happened_does_not_matter(debt: Debt, chance: Any) -> None:
    owed, paid = list(debt.owed), list(debt.paid)
    chance.shuffle(owed)
    chance.shuffle(paid)
    assert whole(Debt(owed, paid)).lines == whole(debt).lines


@given(DEBTS)
def test_rounding_moves_a_stretch_by_half_a_kopeck_at_most(debt: Debt) -> None:
    for line in whole(debt).lines:
        assert abs(line.kopecks - line.exact) <= Fraction(1, 2)


def test_a_line_names_the_rows_that_it_was_made_of() -> None:
    rates = KeyRate(
        [
            RatePeriod(date(2026, 1, 1), date(2026, 1, 10), 1_600, 7),
            RatePeriod(date(2026, 1, 11), date(2026, 1, 20), 1_600, 8),
            RatePeriod(date(2026, 1, 21), date(2026, 1, 31), 1_550, 9),
        ]
    )
    debt = Debt([Movement(date(2026, 1, 1), 1_000_000)])
    found = interest(debt, date(2026, 1, 1), date(2026, 1, 31), rates, RULES)
    assert [line.rate_rows for line in found.lines] == [(7, 8), (9,)]
    assert {line.rule.id for line in found.lines} == {"gk-395-2016"}


@pytest.mark.parametrize(
    ("first", "last"), [("2016-07-31", "2016-08-05"), ("2026-09-01", "2026-09-09")]
)
def test_a_day_beyond_the_cover_of_the_rates_is_never_guessed(first: str, last: str) -> None:
    with pytest.raises((RateNotCovered, RuleNotCovered)):
        since(first, last, 1_000)


def test_an_unknown_rate_says_which_days_are_known() -> None:
    with pytest.raises(RateNotCovered) as error:
        since("2026-09-01", "2027-01-10", 1_000)
    assert error.value.day == date(2026, 12, 31)
    assert (error.value.first, error.value.last) == (FIRST, COVERED_UNTIL)
    with pytest.raises(RateNotCovered):
        interest(Debt([Movement(FIRST, 1)]), FIRST, FIRST, KeyRate(), RULES)


def test_days_without_debt_need_no_rate() -> None:
    debt = Debt([Movement(date(2026, 9, 1), 1_000)], [Movement(date(2026, 9, 5), 1_000)])
    assert whole(debt, date(2026, 9, 1), date(2030, 1, 1)).days == 5


def test_a_rule_that_is_not_known_is_never_guessed() -> None:
    with pytest.raises(RuleNotCovered) as error:
        interest(Debt([Movement(FIRST, 1)]), FIRST, FIRST, KEY_RATE, LegalRules([]))
    assert error.value.kind is RuleKind.INTEREST


@pytest.mark.parametrize(
    ("debt", "last"),
    [
        (Debt([Movement(FIRST, 0)]), FIRST),
        (Debt([Movement(FIRST, 1)], [Movement(FIRST, -1)]), FIRST),
        (Debt([Movement(FIRST, 1)] * (MAX_MOVEMENTS + 1)), FIRST),
        (Debt([Movement(FIRST, 1)]), FIRST - timedelta(days=1)),
        (Debt([Movement(FIRST, 1)]), FIRST + timedelta(days=MAX_DAYS)),
    ],
)
def test_nought_what_is_too_much_and_a_period_that_ends_before_it_begins_are_refused(
    debt: Debt, last: date
) -> None:
    with pytest.raises(ValueError, match=r"period|movements|nought"):
        whole(debt, FIRST, last)
