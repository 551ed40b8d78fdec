"""The key rate of the Bank of Russia by days, with the day up to which it is known."""

from bisect import bisect_right
from calendar import isleap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

ONE_DAY = timedelta(days=1)


class RateNotCovered(Exception):  # noqa: N818  the name says what is the matter
    """The key rate of `day` is not known; `first` and `last` are the days that are, if any."""

    def __init__(self, day: date, first: date | None, last: date | None) -> None:
        super().__init__(day, first, last)
        self.day = day
        self.first = first
        self.last = last


class RatesError(ValueError):
    """Rates that leave a day without a rate, or give it two; `day` is the first one."""

    def __init__(self, code: str, day: date) -> None:
        super().__init__(code, day)
        self.code = code
        self.day = day


@dataclass(frozen=True)
class RatePeriod:
    """A rate in hundredths of a percent a year, from the first day to the last, both included.

    `id` is that of its stored row, 0 for one of a file.
    """

    first: date
    last: date
    rate_bp: int
    id: int = 0


class YearPart(NamedTuple):
    """The days of one calendar year on which one period's rate was in force, both ends included.

    `rows` is the id of the period's row. `goes_on`: the part before it has the same rate and year.
    """

    first: date
    last: date
    rate_bp: int
    year_days: int
    rows: tuple[int, ...]
    goes_on: bool


@dataclass(frozen=True)
class KeyRate:
    """The rates one after another, without a hole and without an overlap.

    Raises `RatesError` for others.
    """

    periods: Sequence[RatePeriod] = ()
    _firsts: list[date] = field(init=False, repr=False, compare=False)
    _parts: list[YearPart] = field(init=False, repr=False, compare=False)
    _part_firsts: list[date] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for one in self.periods:
            if one.last < one.first:
                raise RatesError("rates_overlap", one.first)
        for before, after in zip(self.periods, self.periods[1:], strict=False):
            if after.first > before.last + ONE_DAY:
                raise RatesError("rates_hole", before.last + ONE_DAY)
            if after.first <= before.last:
                raise RatesError("rates_overlap", after.first)
        object.__setattr__(self, "_firsts", [one.first for one in self.periods])
        parts = list(_parts_of(self.periods))
        object.__setattr__(self, "_parts", parts)
        object.__setattr__(self, "_part_firsts", [one.first for one in parts])

    @property
    def first_day(self) -> date | None:
        """The first day whose rate is known."""
        return self.periods[0].first if self.periods else None

    @property
    def covered_until(self) -> date | None:
        """The last day whose rate is known."""
        return self.periods[-1].last if self.periods else None

    def on(self, day: date) -> RatePeriod:
        """The rate of a day; raises `RateNotCovered` when it is not known."""
        at = bisect_right(self._firsts, day) - 1
        if at < 0 or day > self.periods[at].last:
            raise self.not_covered(day)
        return self.periods[at]

    def parts_between(self, first: date, last: date) -> list[YearPart]:
        """The parts of years with one rate that have a day from `first` to `last`, whole: the first
        may begin before, the last may end after. Days that are not known have none.
        """
        begin = max(bisect_right(self._part_firsts, first) - 1, 0)
        return self._parts[begin : bisect_right(self._part_firsts, last)]

    def not_covered(self, day: date) -> RateNotCovered:
        """That the rate of a day is not known."""
        return RateNotCovered(day, self.first_day, self.covered_until)


def days_of_year(year: int) -> int:
    """365, or 366 of a leap year."""
    return 365 + isleap(year)


def _parts_of(periods: Sequence[RatePeriod]) -> Iterator[YearPart]:
    before: YearPart | None = None
    for one in periods:
        for year in range(one.first.year, one.last.year + 1):
            first, last = max(one.first, date(year, 1, 1)), min(one.last, date(year, 12, 31))
            goes_on = (
                before is not None and before.rate_bp == one.rate_bp and before.first.year == year
            )
            before = YearPart(first, last, one.rate_bp, days_of_year(year), (one.id,), goes_on)
            yield before
