"""Imports a year of the bank calendar from a file: first a preview of the changes, then the
changes.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from db.calendar import calendar
from domain.calendar.bank_calendar import (
    MAX_CALENDAR_FILE_BYTES,
    BankCalendar,
    CalendarFileError,
    ProductionYear,
    parse_production_calendar,
)
from domain.calendar.calendar_change import CalendarChange, DayChange
from domain.calendar.calendar_import import DayDifference, differences, digest_of
from starter.caller import Caller
from starter.commands.calendar.change import carry_out
from starter.commands.command import command
from starter.commands.refusal import Refusal, RefusalKind, unprocessable
from starter.commands.services import Services

IMPORTED = "xmlcalendar"
"""The reason in the history of days read from a file."""


@dataclass(frozen=True)
class ImportPreview:
    """What a file would change; `digest` identifies exactly these changes."""

    year: int
    is_confirmed: bool
    changes: tuple[DayDifference, ...]
    digest: str


class PreviewStale(Refusal):
    """A file would change something else than what was shown; `preview` is the present preview."""

    def __init__(self, preview: ImportPreview) -> None:
        super().__init__(RefusalKind.CONFLICT, "calendar_preview_stale")
        self.preview = preview


@command
async def preview_calendar_import(
    services: Services, _caller: Caller, _command_id: UUID, year: int, xml: bytes
) -> ImportPreview:
    """Stores nothing. Days that an operator has overridden are compared like all others."""
    read = _year_in(xml, year)
    return _preview(read, await calendar.bank_calendar(services.database))


@command
async def import_calendar_year(
    services: Services, caller: Caller, command_id: UUID, year: int, xml: bytes, digest: str
) -> ImportPreview:
    """Makes the year what its file says; other overrides of it are removed.

    A file with any defect is refused as a whole; `line` is its line, `found` the offending value.
    Raises `PreviewStale` when the changes are not those of `digest`.
    """
    read = _year_in(xml, year)
    seen = _preview(read, await calendar.bank_calendar(services.database))
    if seen.changes and seen.digest != digest:
        raise PreviewStale(seen)
    days = tuple(DayChange(day, working) for day, working in sorted(read.days.items()))
    now = datetime.now(UTC)
    change = CalendarChange(days, (year,), IMPORTED, caller.login, now, replaced_year=year)
    await carry_out(services, command_id, change)
    return seen


def _preview(read: ProductionYear, known: BankCalendar) -> ImportPreview:
    found, is_confirmed = differences(known, read), read.year in known.confirmed_years
    digest = digest_of(read, found, confirmed=is_confirmed)
    return ImportPreview(read.year, is_confirmed, found, digest)


def _year_in(xml: bytes, year: int) -> ProductionYear:
    if len(xml) > MAX_CALENDAR_FILE_BYTES:
        raise Refusal(RefusalKind.TOO_LARGE, "file_too_large")
    try:
        read = parse_production_calendar(xml)
    except CalendarFileError as error:
        details = {"line": error.line, "found": error.detail}
        raise unprocessable(error.code, details=details) from None
    if read.year != year:
        raise unprocessable("year_differs", year=read.year)
    return read
