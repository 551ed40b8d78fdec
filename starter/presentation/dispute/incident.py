"""Incidents as callers see them."""

from datetime import datetime
from uuid import UUID

from db.dispute.incident import IncidentRow
from domain.access.roles import Role
from domain.dispute.incident import Audience
from starter.caller import Caller
from starter.presentation.models import Shown


class IncidentShown(Shown):
    """An incident; who announced and who closed it is shown to staff only."""

    id: UUID
    title: str
    text: str
    shown_to: Audience
    begins_at: datetime
    ends_at: datetime | None
    announced_by: str | None
    closed_by: str | None
    closed_at: datetime | None


def audiences_of(role: Role) -> tuple[Audience, ...]:
    """Whose incidents somebody of this role reads."""
    own = Audience.CLIENTS if role is Role.CLIENT else Audience.STAFF
    return (own, Audience.EVERYBODY)


def incident_shown(row: IncidentRow, caller: Caller) -> IncidentShown:
    """An incident as its readers see it."""
    is_client = caller.role is Role.CLIENT
    return IncidentShown(
        id=row.id,
        title=row.title,
        text=row.text,
        shown_to=Audience(row.shown_to),
        begins_at=row.begins_at,
        ends_at=row.ends_at,
        announced_by=None if is_client else row.announced_by,
        closed_by=None if is_client else row.closed_by,
        closed_at=row.closed_at,
    )
