"""What a production calendar's file would change in the stored calendar."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from domain.calendar.bank_calendar import ONE_DAY, BankCalendar, ProductionYear, is_plain_weekday


@dataclass(frozen=True)
class DayDifference:
    """A day that is different in a file. `was` is None where its year was unknown: then days that
    follow the plain week are no difference.
    """

    day: date
    was: bool | None
    becomes: bool


def differences(known: BankCalendar, read: ProductionYear) -> tuple[DayDifference, ...]:
    """The days that change when the file is imported, in order."""
    return tuple(_differences(known, read))


def digest_of(read: ProductionYear, found: tuple[DayDifference, ...], *, confirmed: bool) -> str:
    """Identifies what was shown to a person: the file's year, and what it would change."""
    listed = [
        read.year,
        confirmed,
        [[day.isoformat(), works] for day, works in sorted(read.days.items())],
    ]
    changed = [[one.day.isoformat(), one.was, one.becomes] for one in found]
    return hashlib.sha256(json.dumps([*listed, changed]).encode()).hexdigest()


def _differences(known: BankCalendar, read: ProductionYear) -> Iterator[DayDifference]:
    covered, day = known.covered(read.year), date(read.year, 1, 1)
    while day.year == read.year:
        was = known.is_bank_day(day) if covered else known.overrides.get(day)
        becomes = read.days.get(day, is_plain_weekday(day))
        if becomes is not (is_plain_weekday(day) if was is None else was):
            yield DayDifference(day, was, becomes)
        day += ONE_DAY
