"""A year of the bank calendar out of a file: first what it would change, then the change."""

from datetime import date
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Query, Request
from pydantic import Field

from starter.api.calendar.calendar import UNKNOWN, ChangeShown, YearPath
from starter.api.http.models import Shown
from starter.api.http.problems import Problem, documented
from starter.api.http.route import CommandId, CurrentCaller, ServicesDep, router
from starter.commands.calendar import year_file as command
from starter.commands.calendar.year_file import PreviewStale

XML_TYPES = ("application/xml", "text/xml")
Digest = Annotated[
    str,
    Query(
        pattern=r"^[0-9a-f]{64}$",
        description="Of the preview of this file: the import does what was shown, or nothing.",
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
    """A day that a file tells otherwise."""

    day: date
    was: bool | None = Field(description="Whether it was a bank day; null: nobody knew its year.")
    becomes: bool = Field(description="Whether it is one by the file.")


class ImportPreview(Shown):
    """What a file would change; `digest` names exactly this."""

    year: int
    is_confirmed: bool = Field(description="Whether the year is confirmed already.")
    changes: list[DifferenceShown]
    digest: str = Field(description="What the import is to be sent with.")


class ImportShown(ChangeShown):
    """What was stored, and which days it changed."""

    changes: list[DifferenceShown]


@routes.post(
    "/v1/calendar/years/{year}/import-preview",
    summary="See what a file of xmlcalendar.ru would change",
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
    """From then on the year is what its file says: what was overridden otherwise is so no longer.

    A file with any defect is refused whole; `line` says where, `found` what stood there. 409
    `calendar_preview_stale`, with what it would change now, when that is not what was shown.
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
