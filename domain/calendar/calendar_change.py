"""Messages of the workflow that changes the bank calendar."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class DayChange:
    """A day's new override; `is_working` None removes the override."""

    day: date
    is_working: bool | None


@dataclass(frozen=True)
class SignalProgress:
    """How many cases have been signalled, and where the next page begins."""

    after: str = ""
    notified_cases: int = 0


@dataclass(frozen=True)
class CalendarChange:
    """Days that are overridden and years that are confirmed or no longer confirmed; the reasons are
    an operator's.

    Of a `replaced_year`, which comes from a file, `days` are all overrides from then on.
    """

    days: tuple[DayChange, ...]
    confirmed_years: tuple[int, ...]
    reason: str
    by: str
    at: datetime
    progress: SignalProgress | None = None
    withdrawn_years: tuple[int, ...] = ()
    replaced_year: int | None = None


def changed_days(change: CalendarChange, overrides: Mapping[date, bool]) -> tuple[DayChange, ...]:
    """The days whose overrides change: those named; for a year from a file, those whose override
    differs, and those that the file no longer overrides.
    """
    if change.replaced_year is None:
        return change.days
    named = {item.day: item.is_working for item in change.days}
    gone = {day: None for day in overrides if day.year == change.replaced_year}
    return tuple(
        DayChange(day, is_working)
        for day, is_working in sorted({**gone, **named}.items())
        if overrides.get(day) is not is_working
    )


@dataclass(frozen=True)
class CalendarOutcome:
    """How many open cases were signalled to compute their deadlines again."""

    changed_days: int
    notified_cases: int


@dataclass(frozen=True)
class CasePage:
    """Ids of open cases that wait in bank days, and where the next page starts (None: no more)."""

    case_ids: tuple[str, ...]
    after: str | None
