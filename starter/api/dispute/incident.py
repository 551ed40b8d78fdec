"""Incidents over HTTP: what is announced now, all that there were, a new one, its end."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from pydantic import Field

from db.dispute import incident as incidents
from domain.dispute.incident import MAX_TEXT_LENGTH, MAX_TITLE_LENGTH, Announced, Audience
from starter.api.http.models import Body, Day, Line, Shown, Written
from starter.api.http.paging import DEFAULT_LIMIT, Cursor, Limit, Page, key_in, moment_in, page_of
from starter.api.http.route import CommandId, CurrentCaller, DatabaseDep, ServicesDep, router
from starter.commands.dispute import incident as command
from starter.presentation.dispute.incident import IncidentShown, audiences_of, incident_shown

routes = router("disputes")


class IncidentBody(Body):
    """An incident; `until` is its last day in Moscow, absent: until it is closed."""

    title: Annotated[Line, Field(min_length=1, max_length=MAX_TITLE_LENGTH)]
    text: Annotated[Written, Field(min_length=1, max_length=MAX_TEXT_LENGTH, pattern=r"\S")]
    shown_to: Audience = Field(strict=False)
    until: Day | None = None


class OpenIncidents(Shown):
    """What is announced to the caller now, the first one first."""

    items: list[IncidentShown]


@routes.get("/v1/open-incidents", summary="What is announced now")
async def list_open_incidents(database: DatabaseDep, caller: CurrentCaller) -> OpenIncidents:
    """To clients or to staff, by who asks."""
    rows = await database.rows(incidents.shown(audiences_of(caller.role), datetime.now(UTC)))
    return OpenIncidents(items=[incident_shown(row, caller) for row in rows])


@routes.get("/v1/incidents", summary="All incidents, the newest first")
async def list_incidents(
    database: DatabaseDep,
    caller: CurrentCaller,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Page[IncidentShown]:
    """Those that have ended too."""
    after = key_in(cursor, moment_in, UUID)
    rows = await database.rows(incidents.listed(limit + 1, after))
    shown, following = page_of(rows, limit, lambda row: (row.announced_at, row.id))
    return Page(items=[incident_shown(row, caller) for row in shown], next=following)


@routes.post("/v1/incidents", summary="Announce an incident", status_code=HTTPStatus.CREATED)
async def announce_incident(
    body: IncidentBody, services: ServicesDep, caller: CurrentCaller, command_id: CommandId
) -> IncidentShown:
    """It is shown above the pages at once."""
    asked = Announced(body.title, body.text, body.shown_to, body.until)
    row = await command.announce_incident(services, caller, command_id, asked)
    return incident_shown(row, caller)


@routes.post("/v1/incidents/{incident_id}/closure", summary="Close an incident")
async def close_incident(
    incident_id: UUID, services: ServicesDep, caller: CurrentCaller, command_id: CommandId
) -> IncidentShown:
    """It is shown no longer; a repeat answers how it was closed."""
    row = await command.close_incident(services, caller, command_id, incident_id)
    return incident_shown(row, caller)
