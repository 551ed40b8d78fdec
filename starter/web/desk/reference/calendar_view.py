"""A year of the bank calendar as a page shows it: months of whole weeks, each day as it counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from babel.dates import format_date, get_day_names

from domain.calendar.bank_calendar import ONE_DAY, BankCalendar
from texts import Language

DAYS_OF_WEEK = 7


@dataclass(frozen=True)
class DayShown:
    """A day; `is_bank_day` is None where its year is unknown and nobody has overridden it."""

    day: date
    is_bank_day: bool | None
    is_overridden: bool


@dataclass(frozen=True)
class MonthShown:
    """A month by weeks, Monday first; None where a week has a day of another month.

    `bank_days` is None where the year is unknown.
    """

    name: str
    weeks: Sequence[Sequence[DayShown | None]]
    bank_days: int | None


def months_of(year: int, known: BankCalendar, language: Language) -> list[MonthShown]:
    """The twelve months of a year."""
    return [_month(date(year, month, 1), known, language) for month in range(1, 13)]


def day_of(day: date, known: BankCalendar) -> DayShown:
    """A day as it counts now."""
    overridden = known.overrides.get(day)
    is_bank_day = known.is_bank_day(day) if known.covered(day.year) else overridden
    return DayShown(day, is_bank_day, overridden is not None)


def weekdays(language: Language) -> list[str]:
    """The days of the week by their short names, Monday first."""
    names: Mapping[int, str] = get_day_names("abbreviated", locale=language)
    return [names[number] for number in range(DAYS_OF_WEEK)]


def _month(first: date, known: BankCalendar, language: Language) -> MonthShown:
    days: list[DayShown | None] = [None] * first.weekday()
    day = first
    while day.month == first.month:
        days.append(day_of(day, known))
        day += ONE_DAY
    days.extend([None] * (-len(days) % DAYS_OF_WEEK))
    weeks = [days[at : at + DAYS_OF_WEEK] for at in range(0, len(days), DAYS_OF_WEEK)]
    bank_days = None
    if known.covered(first.year):
        bank_days = known.bank_days_between(first - timedelta(days=1), day - ONE_DAY)
    return MonthShown(format_date(first, "LLLL", locale=language).capitalize(), weeks, bank_days)
