"""When a term that was paid for begins and ends."""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta


def months_after(day: date, months: int) -> date:
    """The same day of the month so many months later, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def last_day(starts_on: date, months: int) -> date:
    """The last day of a term of whole months."""
    return months_after(starts_on, months) - timedelta(days=1)


def first_day(previous_last_day: date | None, paid_on: date, grace_days: int) -> date:
    """Where the next term begins: right after the previous one, or at once when there is none.

    Money that came within the grace period, while the service went on, continues the old term: no
    day is given away. Later the service was off: those days are not sold, so the term begins on
    the day of the payment. `paid_on` is the bank's day, not ours: a statement may come late.
    """
    if previous_last_day is None:
        return paid_on
    following = previous_last_day + timedelta(days=1)
    served_until = previous_last_day + timedelta(days=grace_days)
    return following if paid_on <= served_until else paid_on


@dataclass(frozen=True)
class LatestTerm:
    """The last term of a subscription; `stopped_on` is the first day that was refunded."""

    ends_on: date
    stopped_on: date | None = None


def next_first_day(latest: LatestTerm | None, paid_on: date, grace_days: int) -> date:
    """Where the term begins that comes after all others of its subscription.

    A term that was stopped has no grace: the service was off, so the next one begins with the
    payment, but never on a day that the stopped one still served.
    """
    if latest is not None and latest.stopped_on is not None:
        return max(latest.stopped_on, paid_on)
    return first_day(None if latest is None else latest.ends_on, paid_on, grace_days)


def stopped_by_refund(
    starts_on: date, ends_on: date, stopped_on: date | None, refunded_from: date
) -> date | None:
    """The first day of a term that a refund takes back; None when it takes none, or no more than
    was taken before. A term that is refunded before it begins is never used.
    """
    day = max(starts_on, refunded_from)
    is_new = stopped_on is None or day < stopped_on
    return day if day <= ends_on and is_new else None
