"""The case of an unpaid order as it is judged: its row, locked, and where it is."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter
from sqlalchemy import bindparam, select

from db.calendar.calendar import CALENDAR
from db.case.case_store import AnswerRow
from db.facts import Reading, every, only, together
from db.query import row, typed
from db.tables import clients, collection_history, collections, policies
from domain.calendar.bank_calendar import BankCalendar
from domain.collection.case import CollectionCase, Counted
from domain.collection.collection import CollectionStatus, CollectionTransitionResult
from domain.collection.policy import CollectionPolicy

COLLECTION_TRANSITION_RESULT = TypeAdapter(CollectionTransitionResult)


@row
class LockedCollection:
    """A case, locked, with its client's time zone and the policy that it was opened under."""

    id: str
    client_id: str
    status: str
    due_on: date
    looks: int
    rung: int
    promises: int
    promised_on: date | None
    claim_sent_on: date | None
    write_off_by: str | None
    counted_from: datetime | None
    counted_days: int | None
    time_zone: str
    policy_version: int
    policy: dict[str, Any]


_LOCKED = typed(
    LockedCollection,
    select(
        collections.c.id,
        collections.c.client_id,
        collections.c.status,
        collections.c.due_on,
        collections.c.looks,
        collections.c.rung,
        collections.c.promises,
        collections.c.promised_on,
        collections.c.claim_sent_on,
        collections.c.write_off_by,
        collections.c.counted_from,
        collections.c.counted_days,
        clients.c.time_zone,
        collections.c.policy_version,
        policies.c.document.label("policy"),
    )
    .join(clients, clients.c.id == collections.c.client_id)
    .join(
        policies,
        (policies.c.kind == collections.c.policy_kind)
        & (policies.c.version == collections.c.policy_version),
    )
    .where(collections.c.id == bindparam("collection_id"))
    .with_for_update(of=collections),
)
_LATEST = typed(
    AnswerRow,
    select(collection_history.c.answer)
    .where(collection_history.c.collection_id == bindparam("collection_id"))
    .order_by(collection_history.c.number.desc())
    .limit(1),
)


def case(collection_id: str) -> Reading[CollectionCase]:
    """A case, locked, with its policy and the calendar."""
    return together(
        _case_from,
        only(_LOCKED(collection_id=collection_id)),
        latest(collection_id),
        CALENDAR,
    )


def latest(collection_id: str) -> Reading[CollectionTransitionResult | None]:
    """Where a case is; None for one that does not exist."""
    return every(_LATEST(collection_id=collection_id)).to(result_in)


def result_in(rows: Sequence[AnswerRow]) -> CollectionTransitionResult | None:
    """The result that a change answered; None without one."""
    return COLLECTION_TRANSITION_RESULT.validate_python(rows[0].answer) if rows else None


def _case_from(
    found: LockedCollection,
    known: CollectionTransitionResult | None,
    calendar: BankCalendar,
) -> CollectionCase:
    return CollectionCase(
        id=found.id,
        client_id=found.client_id,
        status=CollectionStatus(found.status),
        version=0 if known is None else known.changes,
        wait=None if known is None else known.wait,
        due_on=found.due_on,
        looks=found.looks,
        rung=found.rung,
        promises=found.promises,
        promised_on=found.promised_on,
        claim_sent_on=found.claim_sent_on,
        write_off_by=found.write_off_by,
        policy=CollectionPolicy.from_document(found.policy_version, found.policy),
        zone=ZoneInfo(found.time_zone),
        calendar=calendar,
        counted=_counted_from(found),
    )


def _counted_from(found: LockedCollection) -> Counted | None:
    if found.counted_from is None or found.counted_days is None:
        return None
    return Counted(found.counted_from, found.counted_days)
