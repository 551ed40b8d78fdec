"""A year of the bank calendar from a file over HTTP: first a preview, then the import."""

from datetime import UTC, date, datetime
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Query, Request
from pydantic import Field

from db.calendar import calendar
from domain.calendar.bank_calendar import (
    MAX_CALENDAR_FILE_BYTES,
    BankCalendar,
    CalendarFileError,
    ProductionYear,
    parse_production_calendar,
)
from domain.calendar.calendar_change import CalendarChange, DayChange
from domain.calendar.calendar_import import differences, digest_of
from starter.api.calendar.calendar import UNKNOWN, ChangeShown, YearPath, stored_change
from starter.api.http.models import Shown
from starter.api.http.problems import Problem, documented
from starter.api.http.route import CommandId, CurrentCaller, DatabaseDep, TemporalDep, router

XML_TYPES = ("application/xml", "text/xml")
IMPORTED = "xmlcalendar"
"""The reason that stands in the history of days read from a file."""
Digest = Annotated[
    str,
    Query(
        pattern=r"^[0-9a-f]{64}$",
        description="From the preview of this file: the import makes these changes or none.",
    ),
]
XML_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {kind: {"schema": {"type": "string"}} for kind in XML_TYPES},
    }
}

routes = router("calendar")


class DifferenceShown(Shown):
    """A day that differs in the file."""

    day: date
    was: bool | None = Field(description="Whether it was a bank day; null: its year was not known.")
    becomes: bool = Field(description="Whether it is a bank day in the file.")


class ImportPreview(Shown):
    """What a file would change; `digest` identifies exactly this change."""

    year: int
    is_confirmed: bool = Field(description="Whether the year is confirmed already.")
    changes: list[DifferenceShown]
    digest: str = Field(description="The import must be sent with it.")


class ImportShown(ChangeShown):
    """What was stored, and which days it changed."""

    changes: list[DifferenceShown]


@routes.post(
    "/v1/calendar/years/{year}/import-preview",
    summary="Preview what a file of xmlcalendar.ru would change",
    openapi_extra=XML_BODY,
)
async def preview_calendar_import(
    request: Request,
    year: YearPath,
    database: DatabaseDep,
    _caller: CurrentCaller,
    _command_id: CommandId,
) -> ImportPreview:
    """Changes nothing. Days that an operator has overridden are compared like all others."""
    return _preview(await _read(request, year), await calendar.bank_calendar(database))


@routes.post(
    "/v1/calendar/years/{year}/import",
    summary="Read a year from the XML of xmlcalendar.ru, and confirm it",
    responses={**UNKNOWN, **documented(HTTPStatus.CONFLICT)},
    openapi_extra=XML_BODY,
)
async def import_calendar_year(
    request: Request,
    year: YearPath,
    digest: Digest,
    database: DatabaseDep,
    cases: TemporalDep,
    caller: CurrentCaller,
    command_id: CommandId,
) -> ImportShown:
    """From then on the year is what the file says; other overrides of it are removed.

    A file with any defect is refused whole; `line` and `found` show where and what it was. 409
    `calendar_preview_stale`, with the present differences, when they are not those of the preview.
    """
    read = await _read(request, year)
    seen = _preview(read, await calendar.bank_calendar(database))
    if seen.changes and seen.digest != digest:
        raise Problem(
            "calendar_preview_stale", HTTPStatus.CONFLICT, extra=seen.model_dump(mode="json")
        )
    days = tuple(DayChange(day, working) for day, working in sorted(read.days.items()))
    now = datetime.now(UTC)
    change = CalendarChange(days, (year,), IMPORTED, caller.login, now, replaced_year=year)
    await stored_change(cases, command_id, change)
    return ImportShown(days=len(seen.changes), confirmed_year=year, changes=seen.changes)


def _preview(read: ProductionYear, known: BankCalendar) -> ImportPreview:
    found, is_confirmed = differences(known, read), read.year in known.confirmed_years
    return ImportPreview(
        year=read.year,
        is_confirmed=is_confirmed,
        changes=[DifferenceShown(**vars(one)) for one in found],
        digest=digest_of(read, found, confirmed=is_confirmed),
    )


def _require_xml(request: Request) -> None:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in XML_TYPES:
        raise Problem("media_type_unsupported", HTTPStatus.UNSUPPORTED_MEDIA_TYPE)


async def _read(request: Request, year: int) -> ProductionYear:
    _require_xml(request)
    return _year_in(await _limited(request), year)


async def _limited(request: Request) -> bytes:
    body = await request.body()
    if len(body) > MAX_CALENDAR_FILE_BYTES:
        raise Problem("file_too_large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return body


def _year_in(xml: bytes, year: int) -> ProductionYear:
    try:
        read = parse_production_calendar(xml)
    except CalendarFileError as error:
        raise Problem(
            error.code,
            HTTPStatus.UNPROCESSABLE_ENTITY,
            extra={"line": error.line, "found": error.detail},
        ) from None
    if read.year != year:
        raise Problem("year_differs", HTTPStatus.UNPROCESSABLE_ENTITY, year=read.year)
    return read
