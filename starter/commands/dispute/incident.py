"""Operators announce what many complain about at once, and close it."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

from db.dispute import incident as incidents
from db.dispute.incident import IncidentRow
from domain.calendar.bank_calendar import end_of_moscow_day, moscow_date
from domain.dispute.incident import MAX_DAYS, MAX_OPEN, Announced
from starter.caller import Caller
from starter.commands.command import command
from starter.commands.refusal import FieldError, conflict, invalid, not_found
from starter.commands.services import Services


@command
async def announce_incident(
    services: Services, caller: Caller, command_id: UUID, asked: Announced
) -> IncidentRow:
    """Announces an incident from now on; a repeat answers the same one.

    Raises `Refusal` `incident_day`, and `incidents_too_many` beside `MAX_OPEN` open ones.
    """
    now, incident_id = datetime.now(UTC), uuid5(command_id, "incident")
    today = moscow_date(now)
    if asked.until is not None and not today <= asked.until <= today + timedelta(days=MAX_DAYS):
        raise invalid(FieldError("incident_day", "/until", params={"days": MAX_DAYS}))
    async with services.database.transaction() as transaction:
        _, known, open_ones = await transaction.read(
            incidents.locked(), incidents.one(incident_id), incidents.open_ones(now)
        )
        if known:
            return known[0]
        if len(open_ones) >= MAX_OPEN:
            raise conflict("incidents_too_many", at_most=MAX_OPEN)
        incidents.put(
            transaction,
            incident_id,
            title=asked.title,
            text=asked.text,
            shown_to=asked.shown_to,
            begins_at=now,
            ends_at=None if asked.until is None else end_of_moscow_day(asked.until),
            announced_by=caller.login,
            announced_at=now,
        )
    return await _found(services, incident_id)


@command
async def close_incident(
    services: Services, caller: Caller, _command_id: UUID, incident_id: UUID
) -> IncidentRow:
    """Closes an incident at once; one that was closed before stays so."""
    await _found(services, incident_id)
    await incidents.close(services.database, incident_id, caller.login, datetime.now(UTC))
    return await _found(services, incident_id)


async def _found(services: Services, incident_id: UUID) -> IncidentRow:
    (rows,) = await services.database.read(incidents.one(incident_id))
    if not rows:
        raise not_found()
    return rows[0]
