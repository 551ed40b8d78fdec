"""Reminders at an hour of the client's day, one at a time; waits that end where the policy says."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.access.roles import Role
from domain.calendar.bank_calendar import BankCalendar
from domain.renewal.policy import RenewalPolicy
from domain.renewal.renewal import RenewalStatus
from domain.renewal.waits import (
    DueReminder,
    RenewalFacts,
    next_hour,
    out_of_quiet_hours,
    reminder_now,
    reminders_in,
    start_of_moscow_day,
    unpaid_status,
    wait_in,
)
from domain.subscription.term import LatestTerm, last_day, next_first_day, stopped_by_refund

VERSIONS = Path(__file__).parents[3] / "db/migrations/versions"
DOCUMENT = json.loads((VERSIONS / "0012_renewal_policy.json").read_text("utf-8"))
POLICY = RenewalPolicy.from_document(1, DOCUMENT)
ZONES = [ZoneInfo(name) for name in ("Europe/Moscow", "Asia/Kamchatka", "Europe/Kaliningrad")]
ZONES += [ZoneInfo(name) for name in ("America/New_York", "Asia/Kolkata", "Pacific/Kiritimati")]
DAY = timedelta(days=1)
CALENDAR = BankCalendar()
instants = st.integers(0, 700 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
zones = st.sampled_from(ZONES)
days = st.dates(date(2026, 2, 1), date(2027, 12, 31))


@st.composite
def facts(draw: st.DrawFn) -> RenewalFacts:
    """A case of a term of any length, opened at any time in it, ordered and claimed or not."""
    zone, ends_on = draw(zones), draw(days)
    starts_on = ends_on - timedelta(days=draw(st.integers(0, 800)))
    opened_at = start_of_moscow_day(starts_on) + timedelta(hours=draw(st.integers(0, 24 * 800)))
    ordered_at = opened_at + timedelta(hours=draw(st.integers(0, 24 * 60)))
    claimed_until = draw(st.none() | st.integers(1, 24 * 20))
    return RenewalFacts(
        opened_at=opened_at,
        zone=zone,
        term_starts_on=starts_on,
        term_ends_on=ends_on,
        ordered_at=ordered_at,
        valid_until=ordered_at.date() + 10 * DAY,
        claimed_until=(
            None if claimed_until is None else ordered_at + timedelta(hours=claimed_until)
        ),
    )


statuses = st.sampled_from([RenewalStatus.WATCHING, RenewalStatus.AWAITING_PAYMENT])


@given(facts(), statuses)
def test_nobody_is_reminded_twice_a_day_or_in_quiet_hours(
    case: RenewalFacts, status: RenewalStatus
) -> None:
    moments = [one.at.astimezone(case.zone) for one in reminders_in(status, case, POLICY)]
    assert moments == sorted(moments)
    assert len({moment.date() for moment in moments}) == len(moments)
    assert not any(POLICY.is_quiet(moment.hour) for moment in moments)


@given(facts())
def test_nobody_is_reminded_of_a_term_that_has_hardly_begun_or_before_the_case_is_there(
    case: RenewalFacts,
) -> None:
    assert case.term_starts_on is not None
    assert case.term_ends_on is not None
    for one in reminders_in(RenewalStatus.WATCHING, case, POLICY):
        day = one.at.astimezone(case.zone).date()
        assert day - case.term_starts_on >= case.term_ends_on - day
        assert one.at > case.opened_at


@given(facts())
def test_a_claimed_payment_is_not_reminded_of_until_the_bank_has_had_its_time(
    case: RenewalFacts,
) -> None:
    moments = [one.at for one in reminders_in(RenewalStatus.AWAITING_PAYMENT, case, POLICY)]
    if case.claimed_until is not None:
        assert all(moment >= case.claimed_until for moment in moments)
        assert next_hour(case.claimed_until, case, POLICY) in moments


@given(facts(), statuses, instants)
def test_after_any_downtime_one_reminder_is_due_at_most_and_it_is_the_latest(
    case: RenewalFacts, status: RenewalStatus, now: datetime
) -> None:
    reminders = reminders_in(status, case, POLICY)
    due = reminder_now(reminders, now)
    past = [one for one in reminders if one.at <= now]
    assert due is None or due == past[-1]
    near = any(now < one.at < now + DAY for one in reminders)
    assert due is not None or not past or near


@given(facts(), instants)
def test_what_is_moved_out_of_quiet_hours_comes_within_a_day(
    case: RenewalFacts, now: datetime
) -> None:
    later = out_of_quiet_hours(now, case, POLICY)
    assert timedelta(0) <= later - now <= DAY + timedelta(hours=1)  # a clock may be put back
    assert not POLICY.is_quiet(later.astimezone(case.zone).hour)


@given(facts(), st.sampled_from([*RenewalStatus]), instants)
def test_a_wait_ends_after_it_begins_to_be_reminded_of(
    case: RenewalFacts, status: RenewalStatus, now: datetime
) -> None:
    wait = wait_in(status, now, case, POLICY, BankCalendar(confirmed_years=frozenset({2027, 2028})))
    assert (wait is None) == (
        status in (RenewalStatus.PAID, RenewalStatus.RENEWED, RenewalStatus.CLOSED)
    )
    if wait is not None:
        assert all(now < at < wait.until for at in wait.remind_at)
        assert wait.ends_in is not None


ENDS_ON = date(2026, 4, 30)
EXPIRY = start_of_moscow_day(date(2026, 5, 1))
YEAR = RenewalFacts(EXPIRY - 365 * DAY, ZONES[0], date(2025, 5, 1), ENDS_ON)
FIRST = RenewalFacts(EXPIRY, ZONES[0])


@pytest.mark.parametrize(
    ("case", "at", "expected"),
    [
        (YEAR, EXPIRY - DAY, RenewalStatus.WATCHING),
        (YEAR, EXPIRY, RenewalStatus.LAPSED),
        (YEAR, EXPIRY + 14 * DAY - timedelta(seconds=1), RenewalStatus.LAPSED),
        (YEAR, EXPIRY + 14 * DAY, RenewalStatus.CLOSED),
        (FIRST, EXPIRY, RenewalStatus.CLOSED),
    ],
)
def test_a_case_without_money_lapses_with_its_term_and_closes_with_the_grace(
    case: RenewalFacts, at: datetime, expected: RenewalStatus
) -> None:
    assert unpaid_status(case, at, POLICY) is expected


def test_an_order_of_the_last_day_is_checked_when_the_term_ends_not_when_its_invoice_does() -> None:
    ordered = RenewalFacts(
        YEAR.opened_at, ZONES[0], date(2025, 5, 1), ENDS_ON, None, EXPIRY - DAY, date(2026, 5, 9)
    )
    wait = wait_in(RenewalStatus.AWAITING_PAYMENT, EXPIRY - DAY, ordered, POLICY, CALENDAR)
    assert wait is not None
    assert (wait.until, wait.ends_in, wait.waiting_for) == (
        *(EXPIRY, RenewalStatus.CHECKING_PAYMENT, Role.CLIENT),
    )
    late = wait_in(RenewalStatus.AWAITING_PAYMENT, EXPIRY + DAY, ordered, POLICY, CALENDAR)
    assert late is not None
    assert late.until == start_of_moscow_day(date(2026, 5, 10))


def test_a_missed_reminder_is_left_to_the_next_one_when_that_is_near() -> None:
    at = datetime(2026, 4, 27, 7, tzinfo=UTC)
    reminders = [DueReminder(at, "one"), DueReminder(at + 2 * DAY, "two")]
    assert reminder_now(reminders, at) == reminders[0]
    assert reminder_now(reminders, at + DAY - timedelta(minutes=1)) == reminders[0]
    assert reminder_now(reminders, at + DAY + timedelta(minutes=1)) is None
    assert reminder_now(reminders, at + 2 * DAY) == reminders[1]
    assert reminder_now(reminders, at - DAY) is None


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"remind_at_hour": 8}, ValueError),
        ({"remind_at_hour": 24}, ValueError),
        ({"quiet_from_hour": -1}, ValueError),
        ({"reminders": [{"days_before": 1, "channels": ["fax"], "text": "t"}]}, ValueError),
        ({"reminders": [{"days_before": 1}]}, KeyError),
    ],
)
def test_a_policy_that_makes_no_sense_is_refused(
    change: dict[str, object], error: type[Exception]
) -> None:
    with pytest.raises(error):
        RenewalPolicy.from_document(1, DOCUMENT | change)


@given(
    st.none() | st.builds(LatestTerm, days, days, st.none()),
    days,
    st.integers(0, 60),
    st.integers(1, 36),
)
def test_a_next_term_never_overlaps_and_gives_no_served_day_away(
    latest: LatestTerm | None, paid_on: date, grace_days: int, months: int
) -> None:
    first = next_first_day(latest, paid_on, grace_days)
    assert last_day(first, months) >= first
    if latest is None:
        assert first == paid_on
    else:
        assert first > latest.ends_on
        assert first in (latest.ends_on + DAY, paid_on)
        assert (first == paid_on) or paid_on <= latest.ends_on + timedelta(days=grace_days)


@pytest.mark.parametrize(
    ("stopped_on", "refunded_from", "expected"),
    [
        (None, date(2026, 3, 17), date(2026, 3, 17)),
        (None, date(2025, 12, 1), date(2026, 1, 1)),
        (None, date(2026, 12, 31), date(2026, 12, 31)),
        (None, date(2027, 1, 1), None),
        (date(2026, 5, 1), date(2026, 3, 17), date(2026, 3, 17)),
        (date(2026, 3, 1), date(2026, 3, 17), None),
    ],
)
def test_a_refund_ends_a_term_where_its_days_are_refunded_from(
    stopped_on: date | None, refunded_from: date, expected: date | None
) -> None:
    found = stopped_by_refund(date(2026, 1, 1), date(2026, 12, 31), stopped_on, refunded_from)
    assert found == expected
