"""Who changed the bank calendar, when and why; the newest change first."""

from datetime import date, datetime

from sqlalchemy import bindparam, select

from db.query import Query, row, typed
from db.tables import calendar_history, calendar_year_history


@row
class DayChangeRow:
    """A change of a day; `is_working` None took its override away."""

    day: date
    is_working: bool | None
    reason: str
    author: str
    at: datetime


@row
class YearChangeRow:
    """A confirmation of a year, or its withdrawal."""

    is_confirmed: bool
    reason: str
    author: str
    at: datetime


_days = calendar_history.c
_OF_DAYS = typed(
    DayChangeRow,
    select(_days.day, _days.is_working, _days.reason, _days.author, _days.at)
    .where(_days.day.between(bindparam("first"), bindparam("last")))
    .order_by(_days.id.desc())
    .limit(bindparam("how_many")),
)
_years = calendar_year_history.c
_OF_YEAR = typed(
    YearChangeRow,
    select(_years.is_confirmed, _years.reason, _years.author, _years.at)
    .where(_years.year == bindparam("of_year"))
    .order_by(_years.id.desc())
    .limit(bindparam("how_many")),
)


def of_days(first: date, last: date, how_many: int) -> Query[DayChangeRow]:
    """The latest changes of the days from `first` to `last`."""
    return _OF_DAYS(first=first, last=last, how_many=how_many)


def of_year(year: int, how_many: int) -> Query[YearChangeRow]:
    """The latest changes of a year's confirmation."""
    return _OF_YEAR(of_year=year, how_many=how_many)
