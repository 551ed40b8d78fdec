"""When a term that was paid for begins and ends.

A term of N months ends by ГК РФ ст. 191–192 п. 3: on the number of the day before its first day, N
months on, or on the last day of a month that lacks the number. A chain of terms keeps the number of
its first one, its anchor: 31 January is followed by 28 February, 30 March, 30 April.
"""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

_DAY = timedelta(days=1)


def months_after(day: date, months: int) -> date:
    """The same day of the month so many months later, or that month's last day."""
    return _on_number(day, months, day.day)


def last_day(starts_on: date, months: int, anchored_on: date | None = None) -> date:
    """The last day of a term of whole months.

    `anchored_on` is the first day of the term's chain; None: the term is the first of it.
    """
    anchor = starts_on if anchored_on is None else anchored_on
    return _on_number(starts_on - _DAY, months, (anchor - _DAY).day)


def first_day(previous_last_day: date | None, paid_on: date, grace_days: int) -> date:
    """Where the next term begins: right after the previous one, or at once when there is none.

    A payment within the grace period, while the service went on, continues the old term: no day is
    free of charge. After it the service was off: those days are not sold, so the term begins on the
    day of the payment. `paid_on` is the bank's day, not ours: a statement may arrive late.
    """
    if previous_last_day is None:
        return paid_on
    following = previous_last_day + _DAY
    served_until = previous_last_day + timedelta(days=grace_days)
    return following if paid_on <= served_until else paid_on


class StopReason(StrEnum):
    """Why a term ends before its last day: its rest was refunded, or its payment was undone."""

    REFUNDED = "refunded"
    UNPAID = "unpaid"


@dataclass(frozen=True)
class LatestTerm:
    """The last term of a subscription. `anchored_on` is the first day of its chain, `stopped_on`
    the first day without service.
    """

    ends_on: date
    anchored_on: date
    stopped_on: date | None = None


@dataclass(frozen=True)
class TermDays:
    """The days of a term, both served. `anchored_on` is the first day of its chain."""

    starts_on: date
    ends_on: date
    anchored_on: date


@dataclass(frozen=True)
class InvoiceTerm:
    """The term that an invoice sold. `stopped_on` is the first day without service.

    `renewal_id` is the case that watches the term or waits for it to begin; `has_begun`
    distinguishes the two.
    """

    id: UUID
    starts_on: date
    ends_on: date
    stopped_on: date | None = None
    renewal_id: str | None = None
    has_begun: bool = True


def next_term_days(
    latest: LatestTerm | None, paid_on: date, grace_days: int, months: int
) -> TermDays:
    """The days of the term after all others of its subscription.

    It continues the chain of the term that it adjoins. A new chain begins after a break (lapsed,
    stopped), or where the last day does not follow from the anchor, as in terms imported from the
    host.
    """
    starts_on = next_first_day(latest, paid_on, grace_days)
    goes_on = latest is not None and _is_continued(latest, starts_on)
    anchored_on = latest.anchored_on if latest is not None and goes_on else starts_on
    return TermDays(starts_on, last_day(starts_on, months, anchored_on), anchored_on)


def next_first_day(latest: LatestTerm | None, paid_on: date, grace_days: int) -> date:
    """The first day of the term after all others of its subscription.

    A stopped term has no grace: the service was off, so the next one begins on the day of the
    payment, but never on a day that the stopped one still served.
    """
    if latest is not None and latest.stopped_on is not None:
        return max(latest.stopped_on, paid_on)
    return first_day(None if latest is None else latest.ends_on, paid_on, grace_days)


def stopped_by_refund(
    starts_on: date, ends_on: date, stopped_on: date | None, refunded_from: date
) -> date | None:
    """The first day of a term that a refund ends; None when it ends none, or not earlier than it
    ended before. A term that is refunded before it begins is never served.
    """
    day = max(starts_on, refunded_from)
    is_new = stopped_on is None or day < stopped_on
    return day if day <= ends_on and is_new else None


def _is_continued(latest: LatestTerm, starts_on: date) -> bool:
    adjoins = latest.stopped_on is None and starts_on == latest.ends_on + _DAY
    by_anchor = _on_number(latest.ends_on, 0, (latest.anchored_on - _DAY).day)
    return adjoins and by_anchor == latest.ends_on


def _on_number(day: date, months: int, number: int) -> date:
    """The day with that number, so many months after; or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(number, last))
