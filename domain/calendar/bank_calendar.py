"""Bank days: the Russian production calendar with operators' overrides, and Moscow's clock."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from xml.parsers import expat
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from holidays import HolidayBase

MOSCOW: Final = ZoneInfo("Europe/Moscow")
ONE_DAY: Final = timedelta(days=1)
SATURDAY: Final = 5  # as date.weekday() counts

MAX_BANK_DAYS: Final = 366
MAX_SPAN_DAYS: Final = 3 * 366
MAX_YEARS_KEPT: Final = 16
MAX_CALENDAR_FILE_BYTES: Final = 64 * 1024
MAX_DETAIL_LENGTH: Final = 40
FIRST_FILE_YEAR: Final = 2013  # when the present list of statutory holidays came into force
LAST_FILE_YEAR: Final = 2099

# Article 112 of the Labour Code, as (month, day): a file without one of these is incomplete.
STATUTORY_HOLIDAYS: Final = (
    *((1, day) for day in range(1, 9)),
    (2, 23),
    (3, 8),
    (5, 1),
    (5, 9),
    (6, 12),
    (11, 4),
)


class CalendarNotCovered(Exception):  # noqa: N818  the name says what is the matter
    """Neither the library's decrees nor an operator's confirmation cover `year`; its days are never
    guessed.
    """

    def __init__(self, year: int) -> None:
        super().__init__(year)
        self.year = year


class CalendarFileError(ValueError):
    """A production calendar file that is refused as a whole.

    `line` is None where the error is of the whole file; `detail` is the offending value as written,
    shortened, for the text of `code`.
    """

    def __init__(self, line: int | None, code: str, detail: str = "") -> None:
        super().__init__(line, code, detail[:MAX_DETAIL_LENGTH])
        self.line = line
        self.code = code
        self.detail = detail[:MAX_DETAIL_LENGTH]


def is_plain_weekday(day: date) -> bool:
    """Monday to Friday, regardless of decrees."""
    return day.weekday() < SATURDAY


def library_covers(year: int) -> bool:
    """Whether the library has the decree on that year's transfers, not only the holidays."""
    # Imported when first asked: it is a fifth of what every process imports, and few count days.
    from holidays.countries.russia import RussiaStaticHolidays

    return year in RussiaStaticHolidays.special_public_holidays


@lru_cache(maxsize=MAX_YEARS_KEPT)
def _library_year(year: int) -> "HolidayBase":
    from holidays import country_holidays

    return country_holidays("RU", years=year, expand=False)


def _library_says(day: date) -> bool:
    return _library_year(day.year).is_working_day(day)


@dataclass(frozen=True)
class BankCalendar:
    """Which days are bank days: working days of the production calendar, transfers included.

    An override (True: working) wins over the library for its day, but does not make its year
    covered: a year is covered by the library's decrees or by an operator's confirmation.
    """

    overrides: Mapping[date, bool] = field(default_factory=dict)
    confirmed_years: frozenset[int] = frozenset()

    def covered(self, year: int) -> bool:
        """Whether the bank days of that year are known."""
        return year in self.confirmed_years or library_covers(year)

    def is_bank_day(self, day: date) -> bool:
        """Whether a day is a bank day; raises `CalendarNotCovered` when its year is not covered."""
        if not self.covered(day.year):
            raise CalendarNotCovered(day.year)
        overridden = self.overrides.get(day)
        return _library_says(day) if overridden is None else overridden

    def add_bank_days(self, start: date, count: int) -> date:
        """The `count`-th bank day after `start`; `start` itself is never counted.

        Raises `CalendarNotCovered` when the count runs into a year that is not covered.
        """
        if not 1 <= count <= MAX_BANK_DAYS:
            raise ValueError(f"a count of bank days lies between 1 and {MAX_BANK_DAYS}")
        day = start
        while count:
            day += ONE_DAY
            count -= self.is_bank_day(day)
        return day

    def bank_days_between(self, start: date, end: date) -> int:
        """Bank days after `start` up to and including `end`: the inverse of `add_bank_days`."""
        span = (end - start).days
        if not 0 <= span <= MAX_SPAN_DAYS:
            raise ValueError(f"the span lies between 0 and {MAX_SPAN_DAYS} days")
        return sum(self.is_bank_day(start + timedelta(days=ahead)) for ahead in range(1, span + 1))


def end_of_moscow_day(day: date) -> datetime:
    """The instant, in UTC, at which `day` is over in Moscow: the start of the next day there."""
    return datetime.combine(day + ONE_DAY, time.min, tzinfo=MOSCOW).astimezone(UTC)


def moscow_date(instant: datetime) -> date:
    """The date in Moscow at that instant; raises ValueError for a time without a zone."""
    if instant.tzinfo is None:
        raise ValueError("an instant without a time zone is not an instant")
    return instant.astimezone(MOSCOW).date()


@dataclass(frozen=True)
class ProductionYear:
    """A year read from a file; `days` are the overrides that bring the calendar to the file's
    content.

    They are the days that differ from plain weekends, or from the library.
    """

    year: int
    days: Mapping[date, bool]


def parse_production_calendar(xml: bytes) -> ProductionYear:
    """Reads one year in the XML of xmlcalendar.ru; raises `CalendarFileError` on any defect.

    In the file t is 1 for a day off, 2 for a shortened working day, 3 for a working weekend day,
    and f names the day off that was transferred. Days that are not listed are plain ones.
    """
    if len(xml) > MAX_CALENDAR_FILE_BYTES:
        raise CalendarFileError(None, "file_too_large", str(len(xml)))
    reading = _Reading()
    reading.feed(xml)
    return reading.result()


@dataclass(frozen=True)
class _Listed:
    line: int
    working: bool
    transferred_from: date | None


class _Reading:
    """One pass of expat over a file; document type declarations, and so entities, are refused."""

    def __init__(self) -> None:
        self._year: int | None = None
        self._path: list[str] = []
        self._listed: dict[date, _Listed] = {}
        self._parser = expat.ParserCreate()
        self._parser.StartDoctypeDeclHandler = self._refuse_document_type
        self._parser.StartElementHandler = self._open
        self._parser.EndElementHandler = self._close

    def feed(self, xml: bytes) -> None:
        try:
            self._parser.Parse(xml, True)
        except expat.ExpatError as error:
            detail = expat.ErrorString(error.code) or ""
            raise CalendarFileError(error.lineno, "xml_malformed", detail) from error
        except CalendarFileError:
            raise
        except (LookupError, ValueError) as error:
            raise CalendarFileError(1, "encoding_unknown") from error

    def result(self) -> ProductionYear:
        if self._year is None or not self._listed:
            raise CalendarFileError(None, "days_missing")
        for day, listed in self._listed.items():
            self._check_transfer(day, listed)
        self._check_holidays(self._year)
        return ProductionYear(self._year, self._overrides(self._year))

    def _refuse_document_type(self, *_: object) -> None:
        raise self._error("document_type_refused")

    def _open(self, name: str, attributes: dict[str, str]) -> None:
        self._path.append(name)
        if len(self._path) == 1:
            self._open_calendar(name, attributes)
        elif self._path == ["calendar", "days", "day"]:
            self._open_day(attributes)

    def _close(self, _: str) -> None:
        self._path.pop()

    def _open_calendar(self, name: str, attributes: dict[str, str]) -> None:
        if name != "calendar":
            raise self._error("root_unknown", name)
        country = attributes.get("country", "ru")
        if country != "ru":
            raise self._error("country_not_russia", country)
        year = attributes.get("year", "")
        if (
            not re.fullmatch(r"[0-9]{4}", year)
            or not FIRST_FILE_YEAR <= int(year) <= LAST_FILE_YEAR
        ):
            raise self._error("year_unknown", year)
        self._year = int(year)

    def _open_day(self, attributes: dict[str, str]) -> None:
        day = self._date(attributes.get("d", ""), "day_malformed")
        if day in self._listed:
            raise self._error("day_twice", attributes["d"])
        kind = attributes.get("t", "")
        if kind not in ("1", "2", "3"):
            raise self._error("day_type_unknown", kind)
        if kind == "3" and is_plain_weekday(day):
            raise self._error("working_weekend_on_weekday", attributes["d"])
        source = attributes.get("f")
        if source is not None and kind != "1":
            raise self._error("transfer_to_working_day", source)
        transferred = None if source is None else self._date(source, "transfer_malformed")
        self._listed[day] = _Listed(self._line(), kind != "1", transferred)

    def _date(self, text: str, code: str) -> date:
        match = re.fullmatch(r"([0-9]{2})\.([0-9]{2})", text)
        if match is None or self._year is None:
            raise self._error(code, text)
        try:
            return date(self._year, int(match[1]), int(match[2]))
        except ValueError as error:
            raise self._error(code, text) from error

    def _check_transfer(self, day: date, listed: _Listed) -> None:
        """A day off moves to a weekday from a weekend day: a holiday, or one worked instead."""
        source = listed.transferred_from
        if source is None:
            return
        if is_plain_weekday(source) or source not in self._listed:
            raise CalendarFileError(listed.line, "transfer_from_unlisted_day", f"{source:%m.%d}")
        if not is_plain_weekday(day):
            raise CalendarFileError(listed.line, "transfer_to_weekend", f"{day:%m.%d}")

    def _check_holidays(self, year: int) -> None:
        for month, number in STATUTORY_HOLIDAYS:
            holiday = date(year, month, number)
            if self._says(holiday):
                raise CalendarFileError(None, "holiday_missing", f"{holiday:%m.%d}")

    def _overrides(self, year: int) -> dict[date, bool]:
        first = date(year, 1, 1)
        days = (
            first + timedelta(days=ahead) for ahead in range((date(year + 1, 1, 1) - first).days)
        )
        said = {day: self._says(day) for day in days}
        return {
            day: working
            for day, working in said.items()
            if working != is_plain_weekday(day) or working != _library_says(day)
        }

    def _says(self, day: date) -> bool:
        listed = self._listed.get(day)
        return is_plain_weekday(day) if listed is None else listed.working

    def _line(self) -> int:
        return self._parser.CurrentLineNumber

    def _error(self, code: str, detail: str = "") -> CalendarFileError:
        return CalendarFileError(self._line(), code, detail)
