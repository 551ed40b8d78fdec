"""A year of the bank calendar from a file over HTTP: first a preview, then the import."""

from datetime import date
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Query, Request
from pydantic import Field

from starter.api.calendar.calendar import ChangeShown, YearPath
from starter.api.http.models import Shown
from starter.api.http.problems import UNKNOWN, Problem, documented
from starter.api.http.route import CommandId, CurrentCaller, ServicesDep, router
from starter.commands.calendar import year_file as command
from starter.commands.calendar.year_file import PreviewStale

XML_TYPES = ("application/xml", "text/xml")
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
    services: ServicesDep,
    caller: CurrentCaller,
    command_id: CommandId,
) -> ImportPreview:
    """Changes nothing. Days that an operator has overridden are compared like all others."""
    xml = await _xml_of(request)
    seen = await command.preview_calendar_import(services, caller, command_id, year, xml)
    return _shown(seen)


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
    services: ServicesDep,
    caller: CurrentCaller,
    command_id: CommandId,
) -> ImportShown:
    """From then on the year is what the file says; other overrides of it are removed.

    A file with any defect is refused whole; `line` and `found` show where and what it was. 409
    `calendar_preview_stale`, with the present differences, when they are not those of the preview.
    """
    xml = await _xml_of(request)
    try:
        seen = await command.import_calendar_year(services, caller, command_id, year, xml, digest)
    except PreviewStale as refusal:
        refusal.details.update(_shown(refusal.preview).model_dump(mode="json"))
        raise
    changes = _shown(seen).changes
    return ImportShown(days=len(changes), confirmed_year=year, changes=changes)


def _shown(seen: command.ImportPreview) -> ImportPreview:
    return ImportPreview(
        year=seen.year,
        is_confirmed=seen.is_confirmed,
        changes=[DifferenceShown(**vars(one)) for one in seen.changes],
        digest=seen.digest,
    )


async def _xml_of(request: Request) -> bytes:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in XML_TYPES:
        raise Problem("media_type_unsupported", HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    return await request.body()
