"""Incidents: what is shown above pages now, and all that there were; what is complained of."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Text, bindparam, func, insert, or_, select, tuple_, update

from db.database import Database, Transaction
from db.query import Locked, Query, row, typed
from db.tables import disputes, incidents
from domain.dispute.incident import MAX_OPEN


@row
class IncidentRow:
    """An incident; `ends_at` None: until it is closed."""

    id: UUID
    title: str
    text: str
    shown_to: str
    begins_at: datetime
    ends_at: datetime | None
    announced_by: str
    announced_at: datetime
    closed_by: str | None
    closed_at: datetime | None


@row
class OpenIncident:
    """An incident that has not ended."""

    id: UUID


@row
class ComplaintCount:
    """How many disputes of a kind were opened."""

    kind: str
    disputes: int


After = tuple[datetime, UUID]
"""The key of the last incident seen: (announced_at, id)."""

_is_open = incidents.c.closed_at.is_(None) & or_(
    incidents.c.ends_at.is_(None), incidents.c.ends_at > bindparam("now")
)
_ALL = typed(IncidentRow, select(incidents))
_SHOWN = _ALL.narrowed(
    lambda rows: (
        rows.where(
            _is_open,
            incidents.c.begins_at <= bindparam("now"),
            incidents.c.shown_to
            == func.any(func.string_to_array(bindparam("to", type_=Text), " ")),
        )
        .order_by(incidents.c.begins_at, incidents.c.id)
        .limit(MAX_OPEN)
    )
)
_ONE = _ALL.narrowed(lambda rows: rows.where(incidents.c.id == bindparam("incident_id")))
_LOCK = typed(
    Locked,
    select(func.pg_advisory_xact_lock(func.hashtextextended("incidents", 0)).label("lock")),
    never_null=("lock",),
)
_OPEN = typed(OpenIncident, select(incidents.c.id).where(_is_open).limit(MAX_OPEN))
_COUNTS = typed(
    ComplaintCount,
    select(disputes.c.kind, func.count().label("disputes"))
    .where(disputes.c.opened_at > bindparam("since"))
    .group_by(disputes.c.kind)
    .order_by(func.count().desc(), disputes.c.kind),
    never_null=("disputes",),
)
_PUT = insert(incidents)
_CLOSE = (
    update(incidents)
    .where(incidents.c.id == bindparam("incident_id"), incidents.c.closed_at.is_(None))
    .values(closed_by=bindparam("by"), closed_at=bindparam("at"))
)


def shown(to: Sequence[str], now: datetime) -> Query[IncidentRow]:
    """What is shown to one of these audiences now, the first one first."""
    return _SHOWN(to=" ".join(to), now=now)


def one(incident_id: UUID) -> Query[IncidentRow]:
    """An incident."""
    return _ONE(incident_id=incident_id)


def listed(limit: int, after: After | None = None) -> Query[IncidentRow]:
    """All incidents, the newest first."""
    key = (incidents.c.announced_at, incidents.c.id)

    def page(rows: Any) -> Any:
        wanted = rows.order_by(*(column.desc() for column in key)).limit(limit)
        return wanted if after is None else wanted.where(tuple_(*key) < tuple_(*after))

    return _ALL.narrowed(page)()


def locked() -> Query[Locked]:
    """Lets announcements be stored one after another, so that what is open is counted right."""
    return _LOCK()


def open_ones(now: datetime) -> Query[OpenIncident]:
    """Those that have not ended."""
    return _OPEN(now=now)


def complaints(since: datetime) -> Query[ComplaintCount]:
    """How many disputes of each kind were opened since an instant, the most first."""
    return _COUNTS(since=since)


def put(transaction: Transaction, incident_id: UUID, **columns: Any) -> None:
    """Stores an incident."""
    transaction.write(_PUT, id=incident_id, **columns)


async def close(database: Database, incident_id: UUID, by: str, at: datetime) -> None:
    """Closes an incident; a closed one stays as it was closed."""
    await database.write(_CLOSE, incident_id=incident_id, by=by, at=at)
