"""Working time is that of bank days by Moscow's clock, without lunch."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar.bank_calendar import MOSCOW, BankCalendar
from domain.ticket.business_hours import MAX_SECONDS, BusinessHours

HOURS = BusinessHours(time(9), time(18), time(13), time(14))
CALENDAR = BankCalendar()
HOUR = 3600
DAY = 8 * HOUR


def msk(day: int, hour: int, minute: int = 0) -> datetime:
    """An instant of November 2026, whose 2nd is a Monday and whose 4th is a holiday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=MOSCOW).astimezone(UTC)


@pytest.mark.parametrize(
    ("at", "seconds", "due"),
    [
        (msk(2, 10), HOUR, msk(2, 11)),
        (msk(2, 12), 2 * HOUR, msk(2, 15)),  # lunch does not count
        (msk(2, 13, 30), HOUR, msk(2, 15)),  # asked at lunch
        (msk(2, 17), 2 * HOUR, msk(3, 10)),  # over night
        (msk(2, 3), HOUR, msk(2, 10)),  # asked at night
        (msk(3, 17), 2 * HOUR, msk(5, 10)),  # over the holiday
        (msk(7, 12), HOUR, msk(9, 10)),  # asked on Saturday
        (msk(6, 18), 0, msk(9, 9)),  # nothing left to count, but only in working time
        (msk(2, 9), DAY, msk(2, 18)),
    ],
)
def test_time_is_counted_within_the_hours_only(at: datetime, seconds: int, due: datetime) -> None:
    assert HOURS.after(at, seconds, CALENDAR) == due


def test_an_operators_override_moves_the_hours() -> None:
    working_saturday = BankCalendar({msk(7, 12).date(): True})
    assert HOURS.after(msk(7, 12), HOUR, working_saturday) == msk(7, 13)


def test_a_department_without_lunch_works_through() -> None:
    assert BusinessHours(time(9), time(18)).after(msk(2, 12), 2 * HOUR, CALENDAR) == msk(2, 14)


@given(
    st.integers(0, 26 * 24 * 60).map(lambda minutes: msk(2, 0) + timedelta(minutes=minutes)),
    st.integers(0, 10 * DAY),
)
def test_what_is_counted_ahead_is_what_has_passed_then(at: datetime, seconds: int) -> None:
    confirmed = BankCalendar(confirmed_years=frozenset({2026, 2027}))
    due = HOURS.after(at, seconds, confirmed)
    assert due >= at
    assert HOURS.between(at, due, confirmed, MAX_SECONDS) == seconds


def test_counting_stops_at_what_is_asked_for() -> None:
    assert HOURS.between(msk(2, 9), msk(20, 9), CALENDAR, DAY) == DAY


@pytest.mark.parametrize(
    "hours",
    [
        (time(18), time(9)),
        (time(9), time(18), time(13)),
        (time(9), time(18), time(8), time(10)),
        (time(9), time(18), time(14), time(13)),
    ],
)
def test_hours_out_of_order_are_none(hours: tuple[time, ...]) -> None:
    with pytest.raises(ValueError, match="in order"):
        BusinessHours(*hours)


@pytest.mark.parametrize("seconds", [-1, MAX_SECONDS + 1])
def test_working_time_has_a_limit(seconds: int) -> None:
    with pytest.raises(ValueError, match="working time"):
        HOURS.after(msk(2, 9), seconds, CALENDAR)
