"""Business hours of a department: working time within bank days by Moscow's clock, less lunch."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from domain.calendar.bank_calendar import MOSCOW, ONE_DAY, BankCalendar, moscow_date

MAX_SECONDS = 3600 * 24 * 60
"""The longest working time that is counted ahead."""


@dataclass(frozen=True)
class BusinessHours:
    """When a department works; a day without lunch has neither end of it.

    Raises ValueError for hours that are not in order.
    """

    opens: time
    closes: time
    lunch_from: time | None = None
    lunch_to: time | None = None

    def __post_init__(self) -> None:
        lunch = [one for one in (self.lunch_from, self.lunch_to) if one is not None]
        moments = [self.opens, *lunch, self.closes]
        in_order = all(one < other for one, other in pairwise(moments))
        if len(lunch) == 1 or not in_order:
            raise ValueError("the hours of a department are not in order")

    def after(self, at: datetime, seconds: int, calendar: BankCalendar) -> datetime:
        """The instant (UTC) at which so much working time after `at` is over.

        Raises `CalendarNotCovered` where it runs into a year without a calendar.
        """
        if not 0 <= seconds <= MAX_SECONDS:
            raise ValueError(f"working time lies between 0 and {MAX_SECONDS} seconds")
        left = timedelta(seconds=seconds)
        for begins, ends in self._spans(at, calendar):
            if ends - begins >= left:
                return begins + left
            left -= ends - begins
        raise AssertionError("unreachable")

    def between(self, start: datetime, end: datetime, calendar: BankCalendar, at_most: int) -> int:
        """Seconds of working time from `start` to `end`; counting stops at `at_most`."""
        passed = timedelta()
        for begins, ends in self._spans(start, calendar):
            if begins >= end or passed >= timedelta(seconds=at_most):
                break
            passed += min(ends, end) - begins
        return min(int(passed.total_seconds()), at_most)

    def _spans(self, at: datetime, calendar: BankCalendar) -> Iterator[tuple[datetime, datetime]]:
        """The stretches of working time from an instant on, without an end."""
        day = moscow_date(at)
        while True:
            if calendar.is_bank_day(day):
                for begins, ends in self._of_day(day):
                    if ends > at:
                        yield max(begins, at), ends
            day += ONE_DAY

    def _of_day(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        if self.lunch_from is None or self.lunch_to is None:
            yield _at(day, self.opens), _at(day, self.closes)
        else:
            yield _at(day, self.opens), _at(day, self.lunch_from)
            yield _at(day, self.lunch_to), _at(day, self.closes)


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, tzinfo=MOSCOW).astimezone(UTC)
