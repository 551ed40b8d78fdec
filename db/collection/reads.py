"""Reads of unpaid orders' cases: one in full, its history, its looks, lists and queues."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Select,
    bindparam,
    func,
    literal,
    literal_column,
    select,
    tuple_,
)

from db.case.case_store import AnswerRow
from db.query import Query, row, typed
from db.tables import (
    clients,
    collection_contacts,
    collection_courts,
    collection_decisions,
    collection_history,
    collection_looks,
    collections,
    disputes,
    invoices,
)

NEWEST = 2**31 - 1
"""Above every change's number."""


@row
class CollectionRow:
    """A case with its client and the money of its invoice."""

    id: str
    invoice_number: str
    client_id: str
    client_name: str
    client_kind: str
    status: str
    version: int
    policy_version: int
    issued_on: date
    due_on: date
    limitation_on: date
    total_kopecks: int
    paid_kopecks: int
    voided_at: datetime | None
    rung: int
    answer: str | None
    answered_at: datetime | None
    promises: int
    promised_on: date | None
    claim_sent_on: date | None
    write_off_by: str | None
    written_off_by: str | None
    waiting_for: str | None
    wait_until: datetime | None
    opened_at: datetime
    changed_at: datetime
    closed_at: datetime | None
    is_disputed: bool


@row
class ChangeRow:
    """A change of a case, with the decision that made it, if a person did."""

    number: int
    from_status: str | None
    to_status: str
    at: datetime
    by: str
    reason: str | None
    action: str | None
    answer: str | None
    day: date | None


@row
class LookRow:
    """What was found before a change."""

    number: int
    at: datetime
    acquirer: str
    entries: int
    paid_kopecks: int


@row
class CourtRow:
    """A court that was asked, with the day of it."""

    kind: str
    court: str
    number: str
    filed_on: date | None
    claim_kopecks: int
    fee_kopecks: int
    fee_rule: str
    decided_by: str


@row
class ContactRow:
    """A contact of staff with the client."""

    id: UUID
    channel: str
    day: date
    note: str
    written_by: str
    written_at: datetime


@row
class CountRow:
    """How many cases there are in a status."""

    status: str
    cases: int


@dataclass(frozen=True)
class CollectionFilter:
    """What a list shows; None means any. `is_open`: nobody has been paid yet."""

    client_id: str | None = None
    statuses: Sequence[str] | None = None
    is_open: bool | None = None


_COLLECTIONS = typed(
    CollectionRow,
    select(
        collections.c.id,
        collections.c.invoice_number,
        collections.c.client_id,
        clients.c.name.label("client_name"),
        clients.c.kind.label("client_kind"),
        collections.c.status,
        collections.c.version,
        collections.c.policy_version,
        invoices.c.issued_on,
        collections.c.due_on,
        collections.c.limitation_on,
        invoices.c.total_kopecks,
        invoices.c.paid_kopecks,
        invoices.c.voided_at,
        collections.c.rung,
        collections.c.answer,
        collections.c.answered_at,
        collections.c.promises,
        collections.c.promised_on,
        collections.c.claim_sent_on,
        collections.c.write_off_by,
        collections.c.written_off_by,
        collections.c.waiting_for,
        collections.c.wait_until,
        collections.c.opened_at,
        collections.c.changed_at,
        collections.c.closed_at,
        select(disputes.c.id)
        .where(
            disputes.c.invoice_number == collections.c.invoice_number,
            disputes.c.closed_at.is_(None),
        )
        .exists()
        .label("is_disputed"),
    )
    .join(clients, clients.c.id == collections.c.client_id)
    .join(invoices, invoices.c.number == collections.c.invoice_number),
    never_null=("is_disputed",),
)
_HEAD = _COLLECTIONS.narrowed(lambda rows: rows.where(collections.c.id == bindparam("of_case")))
_DECISION = typed(
    AnswerRow,
    select(collection_history.c.answer).where(
        collection_history.c.collection_id == bindparam("of_case"),
        collection_history.c.submission_id == bindparam("submission_id"),
    ),
)
_HISTORY = typed(
    ChangeRow,
    select(
        collection_history.c.number,
        collection_history.c.from_status,
        collection_history.c.to_status,
        collection_history.c.at,
        collection_history.c.by,
        collection_history.c.reason,
        collection_decisions.c.action,
        collection_decisions.c.answer,
        collection_decisions.c.day,
    )
    .outerjoin(
        collection_decisions, collection_decisions.c.id == collection_history.c.submission_id
    )
    .where(
        collection_history.c.collection_id == bindparam("of_case"),
        collection_history.c.number < bindparam("before"),
    )
    .order_by(collection_history.c.number.desc())
    .limit(bindparam("how_many")),
)
_LOOKS = typed(
    LookRow,
    select(
        collection_looks.c.number,
        collection_looks.c.at,
        collection_looks.c.acquirer,
        collection_looks.c.entries,
        collection_looks.c.paid_kopecks,
    )
    .where(collection_looks.c.collection_id == bindparam("of_case"))
    .order_by(collection_looks.c.number.desc())
    .limit(bindparam("how_many")),
)
_COURTS = typed(
    CourtRow,
    select(
        collection_courts.c.kind,
        collection_courts.c.court,
        collection_courts.c.number,
        collection_decisions.c.day.label("filed_on"),
        collection_courts.c.claim_kopecks,
        collection_courts.c.fee_kopecks,
        collection_courts.c.fee_rule,
        collection_decisions.c.decided_by,
    )
    .join(collection_decisions, collection_decisions.c.id == collection_courts.c.decision_id)
    .join(collection_history, collection_history.c.submission_id == collection_courts.c.decision_id)
    .where(collection_history.c.collection_id == bindparam("of_case"))
    .order_by(collection_history.c.number)
    .limit(bindparam("how_many")),
)
_CONTACTS = typed(
    ContactRow,
    select(
        collection_contacts.c.id,
        collection_contacts.c.channel,
        collection_contacts.c.day,
        collection_contacts.c.note,
        collection_contacts.c.written_by,
        collection_contacts.c.written_at,
    )
    .where(collection_contacts.c.collection_id == bindparam("of_case"))
    .order_by(collection_contacts.c.written_at.desc(), collection_contacts.c.id)
    .limit(bindparam("how_many")),
)
_COUNTS = typed(
    CountRow,
    select(collections.c.status, func.count().label("cases"))
    .where(collections.c.closed_at.is_(None))
    .group_by(collections.c.status),
    never_null=("cases",),
)
_NEVER: ColumnElement[datetime] = literal_column("'infinity'::timestamptz")
_deadline = func.coalesce(collections.c.wait_until, _NEVER)


def head(collection_id: str) -> Query[CollectionRow]:
    """A case in full."""
    return _HEAD(of_case=collection_id)


def decision(collection_id: str, submission_id: UUID) -> Query[AnswerRow]:
    """The change that a command made, found by its submission; no row until it is stored."""
    return _DECISION(of_case=collection_id, submission_id=submission_id)


def history(collection_id: str, how_many: int, before: int = NEWEST) -> Query[ChangeRow]:
    """The latest changes of a case that come before a number, the newest first."""
    return _HISTORY(of_case=collection_id, how_many=how_many, before=before)


def looks(collection_id: str, how_many: int) -> Query[LookRow]:
    """The latest looks for the money, the newest first."""
    return _LOOKS(of_case=collection_id, how_many=how_many)


def courts(collection_id: str, how_many: int) -> Query[CourtRow]:
    """The courts that were asked."""
    return _COURTS(of_case=collection_id, how_many=how_many)


def contacts(collection_id: str, how_many: int) -> Query[ContactRow]:
    """The contacts that staff had, the newest first."""
    return _CONTACTS(of_case=collection_id, how_many=how_many)


def counts() -> Query[CountRow]:
    """How many open cases there are in each status."""
    return _COUNTS()


def listed(
    narrowed: CollectionFilter, limit: int, after: tuple[datetime | None, str] | None = None
) -> Query[CollectionRow]:
    """Cases, the earliest deadline first; those that wait for nobody come last. `after` is the key
    (deadline, id) of the last one seen.
    """

    def how(rows: Select[Any]) -> Select[Any]:
        if narrowed.client_id is not None:
            rows = rows.where(collections.c.client_id == narrowed.client_id)
        if narrowed.statuses is not None:
            rows = rows.where(collections.c.status.in_(narrowed.statuses))
        if narrowed.is_open is not None:
            closed = collections.c.closed_at
            rows = rows.where(closed.is_(None) if narrowed.is_open else closed.is_not(None))
        if after is not None:
            seen = literal(after[0], DateTime(timezone=True))
            key = tuple_(func.coalesce(seen, _NEVER), literal(after[1]))
            rows = rows.where(tuple_(_deadline, collections.c.id) > key)
        return rows.order_by(_deadline, collections.c.id).limit(limit)

    return _COLLECTIONS.narrowed(how)()
