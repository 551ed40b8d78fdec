"""Which term serves today, and whether it is large enough for what is used of it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.subscription.subscription import (
    MIN_PROJECTED_DAYS,
    HeldTerm,
    Need,
    Usage,
    need_beyond,
    terms_on,
)

FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
YEAR = HeldTerm("term-1", "400", 400, FIRST, LAST)
NEXT = HeldTerm("term-2", "400", 400, date(2027, 1, 1), date(2027, 12, 31))


def reported(day: date, used: int) -> Usage:
    return Usage(datetime(day.year, day.month, day.day, 9, tzinfo=UTC), used)


@pytest.mark.parametrize(
    ("today", "stopped_on", "runs"),
    [
        (FIRST - timedelta(days=1), None, False),
        (FIRST, None, True),
        (LAST, None, True),
        (LAST + timedelta(days=1), None, False),
        (date(2026, 3, 16), date(2026, 3, 17), True),
        (date(2026, 3, 17), date(2026, 3, 17), False),
        (FIRST, FIRST, False),
    ],
)
def test_both_days_of_a_term_serve_and_the_day_of_stopping_does_not(
    today: date, stopped_on: date | None, runs: bool
) -> None:
    term = HeldTerm("term-1", "400", 400, FIRST, LAST, stopped_on)
    assert (terms_on([term], today).running(today) == term) is runs


def test_the_last_term_begun_and_the_one_that_follows_are_told_apart_in_any_order() -> None:
    found = terms_on([NEXT, YEAR], date(2026, 11, 22))
    assert (found.last, found.following) == (YEAR, NEXT)
    later = terms_on([NEXT, YEAR], date(2027, 1, 1))
    assert (later.last, later.following) == (NEXT, None)


@pytest.mark.parametrize(
    ("usage", "need"),
    [
        (None, None),
        (reported(date(2026, 1, 1), 400), Need(400, is_used_up=True)),
        (reported(date(2026, 1, 5), 390), None),
        (reported(date(2026, 6, 30), 399), Need(805, is_used_up=False)),
        (reported(date(2026, 6, 30), 198), None),
        (reported(date(2026, 6, 30), 500), Need(1009, is_used_up=True)),
        (reported(date(2026, 12, 31), 400), Need(400, is_used_up=True)),
        (reported(date(2026, 12, 31), 399), None),
        (reported(date(2025, 12, 30), 5_000), None),
        (reported(date(2027, 1, 2), 5_000), None),
    ],
)
def test_a_term_is_too_small_when_it_is_used_up_or_usage_goes_that_way(
    usage: Usage | None, need: Need | None
) -> None:
    assert need_beyond(YEAR, usage) == need


@given(st.integers(0, 364), st.integers(0, 2_000))
def test_whatever_is_needed_is_at_least_what_is_used_and_more_than_the_early_days_can_say(
    days: int, used: int
) -> None:
    need = need_beyond(YEAR, reported(FIRST + timedelta(days=days), used))
    if need is None:
        assert used < YEAR.units
        return
    assert need.units >= used
    assert need.is_used_up == (used >= YEAR.units)
    if days + 1 < MIN_PROJECTED_DAYS:
        assert need == Need(used, is_used_up=True)
