"""The waits of a renewal, and the moments of its reminders."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.access.roles import Role
from domain.calendar.bank_calendar import ONE_DAY, BankCalendar, end_of_moscow_day, moscow_date
from domain.case.waiting import Wait
from domain.notification.notification import NotificationChannel
from domain.renewal.policy import RenewalPolicy
from domain.renewal.renewal import RenewalStatus

NEXT_IS_NEAR = timedelta(days=1)
"""A missed reminder is skipped when the next one is due within this time."""
MISSED = timedelta(hours=1)
"""A reminder that is later than this was missed because no worker ran."""
PAYMENT_REMINDER = "renewal_payment_reminder"


@dataclass(frozen=True)
class RenewalFacts:
    """What the waits of a case depend on; None for what the case does not have.

    `term_ends_on` is the last day of the term that the case renews, `valid_until` the last day of
    its invoice, `zone` the client's time zone.
    """

    opened_at: datetime
    zone: ZoneInfo
    term_starts_on: date | None = None
    term_ends_on: date | None = None
    stopped_on: date | None = None
    ordered_at: datetime | None = None
    valid_until: date | None = None
    claimed_until: datetime | None = None


@dataclass(frozen=True)
class DueReminder:
    """A reminder and its moment (UTC)."""

    at: datetime
    text: str
    channels: tuple[NotificationChannel, ...] = tuple(NotificationChannel)


def start_of_moscow_day(day: date) -> datetime:
    """The instant, in UTC, at which a day begins in Moscow."""
    return end_of_moscow_day(day - ONE_DAY)


def expires_at(facts: RenewalFacts) -> datetime | None:
    """When the term ends; None for a case without one."""
    return None if facts.term_ends_on is None else end_of_moscow_day(facts.term_ends_on)


def grace_ends_at(facts: RenewalFacts, policy: RenewalPolicy) -> datetime | None:
    """Until when an unpaid service goes on; None for a first purchase, which has none."""
    if facts.term_ends_on is None:
        return None
    return end_of_moscow_day(facts.term_ends_on + timedelta(days=policy.grace_days))


def unpaid_status(facts: RenewalFacts, at: datetime, policy: RenewalPolicy) -> RenewalStatus:
    """The status of a case without a payment when its term may be over: it watches, is in its
    grace, or ends.
    """
    expiry, grace_end = expires_at(facts), grace_ends_at(facts, policy)
    if grace_end is None or expiry is None or facts.stopped_on is not None:
        return RenewalStatus.CLOSED
    if at < expiry:
        return RenewalStatus.WATCHING
    return RenewalStatus.LAPSED if at < grace_end else RenewalStatus.CLOSED


def wait_in(
    status: RenewalStatus,
    at: datetime,
    facts: RenewalFacts,
    policy: RenewalPolicy,
    calendar: BankCalendar,
) -> Wait | None:
    """The wait of a status that is entered or recomputed at an instant.

    None in `paid`, where the first day of the next term is waited for, and in final statuses.
    Raises `CalendarNotCovered` as `BankCalendar` does.
    """
    if status is RenewalStatus.CHECKING_PAYMENT:
        day = calendar.add_bank_days(moscow_date(at), policy.check_bank_days)
        return Wait(Role.ACCOUNTANT, end_of_moscow_day(day), ends_in=RenewalStatus.LAPSED)
    until, ends_in = _end_of(status, at, facts, policy)
    if until is None:
        return None
    reminders = reminders_in(status, facts, policy)
    remind_at = tuple(one.at for one in reminders if at < one.at < until)
    return Wait(_waiting_for(facts, at), until, remind_at, ends_in=ends_in)


def _end_of(
    status: RenewalStatus, at: datetime, facts: RenewalFacts, policy: RenewalPolicy
) -> tuple[datetime | None, RenewalStatus | None]:
    expiry = expires_at(facts)
    if status is RenewalStatus.WATCHING:
        if facts.stopped_on is not None:
            return start_of_moscow_day(facts.stopped_on), RenewalStatus.LAPSED
        if expiry is None:
            return facts.opened_at + timedelta(days=policy.first_order_days), RenewalStatus.CLOSED
        return expiry, RenewalStatus.LAPSED
    if status is RenewalStatus.AWAITING_PAYMENT:
        if expiry is not None and expiry > at and facts.stopped_on is None:
            return expiry, RenewalStatus.CHECKING_PAYMENT
        if facts.valid_until is None:
            raise ValueError("what is waited for has an invoice")
        return end_of_moscow_day(facts.valid_until), RenewalStatus.CHECKING_PAYMENT
    if status is RenewalStatus.LAPSED:
        return grace_ends_at(facts, policy), RenewalStatus.CLOSED
    return None, None


def _waiting_for(facts: RenewalFacts, at: datetime) -> Role:
    claimed = facts.claimed_until is not None and at < facts.claimed_until
    return Role.BANK if claimed else Role.CLIENT


def reminders_in(
    status: RenewalStatus, facts: RenewalFacts, policy: RenewalPolicy
) -> tuple[DueReminder, ...]:
    """Every reminder of a status, past ones too, at most one a day on the client's clock.

    Reminders of the term's end follow the policy's table, but there are none in a term's first
    half: a client who has just paid for a month is not reminded thirty days ahead. After an order
    the same days remind of the invoice, and so do the days after the order. While a payment is
    claimed to be on its way there are none; one is sent when it has not come by then.
    """
    if status is RenewalStatus.WATCHING:
        return _one_a_day(_of_term(facts, policy), facts)
    if status is not RenewalStatus.AWAITING_PAYMENT or facts.ordered_at is None:
        return ()
    ordered_on = facts.ordered_at.astimezone(facts.zone).date()
    days = [ordered_on + timedelta(days=days) for days in policy.payment_reminder_days]
    moments = [_moment(day, facts, policy) for day in days]
    moments += [one.at for one in _of_term(facts, policy)]
    if facts.claimed_until is not None:
        claimed = facts.claimed_until
        moments = [at for at in moments if at > claimed] + [next_hour(claimed, facts, policy)]
    due = [DueReminder(at, PAYMENT_REMINDER) for at in moments if at > facts.ordered_at]
    return _one_a_day(due, facts)


def reminder_now(reminders: Sequence[DueReminder], at: datetime) -> DueReminder | None:
    """The one reminder to send at an instant: the latest that is due, even if several were
    missed.
    """
    due = [one for one in reminders if one.at <= at]
    ahead = [one for one in reminders if one.at > at]
    if not due:
        return None
    missed = at - due[-1].at > MISSED
    return None if missed and ahead and ahead[0].at - at < NEXT_IS_NEAR else due[-1]


def out_of_quiet_hours(at: datetime, facts: RenewalFacts, policy: RenewalPolicy) -> datetime:
    """The instant itself, or the next allowed hour when it is within the client's quiet hours."""
    quiet = policy.is_quiet(at.astimezone(facts.zone).hour)
    return next_hour(at, facts, policy) if quiet else at


def next_hour(after: datetime, facts: RenewalFacts, policy: RenewalPolicy) -> datetime:
    """The next hour of reminding on the client's clock."""
    day = after.astimezone(facts.zone).date()
    today = _moment(day, facts, policy)
    return today if today >= after else _moment(day + ONE_DAY, facts, policy)


def _of_term(facts: RenewalFacts, policy: RenewalPolicy) -> Iterator[DueReminder]:
    if facts.term_ends_on is None or facts.term_starts_on is None or facts.stopped_on is not None:
        return
    length = (facts.term_ends_on - facts.term_starts_on).days + 1
    for row in policy.reminders:
        at = _moment(facts.term_ends_on - timedelta(days=row.days_before), facts, policy)
        if row.days_before * 2 < length and at > facts.opened_at:
            yield DueReminder(at, row.text, row.channels)


def _moment(day: date, facts: RenewalFacts, policy: RenewalPolicy) -> datetime:
    local = datetime.combine(day, time(policy.remind_at_hour), tzinfo=facts.zone)
    return local.astimezone(UTC)


def _one_a_day(reminders: Iterable[DueReminder], facts: RenewalFacts) -> tuple[DueReminder, ...]:
    by_day = {one.at.astimezone(facts.zone).date(): one for one in reminders}
    return tuple(by_day[day] for day in sorted(by_day))
