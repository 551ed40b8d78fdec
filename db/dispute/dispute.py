"""Disputes: loading one for a change, and storing what a step decided."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import bindparam, select

from db.calendar.calendar import CALENDAR
from db.case.case_store import CaseStore, LoadedCase, ReplayCheck, uuid_of
from db.case.policy import PolicyRow, in_force
from db.database import Transaction
from db.facts import Reading, every, only, together
from db.query import row, typed
from db.tables import dispute_history, dispute_openings, disputes, policies
from domain.calendar.bank_calendar import BankCalendar
from domain.case.policy_change import PolicyKind
from domain.dispute.case import DisputeCase, DisputeTransition, Found, OpeningFacts
from domain.dispute.dispute import (
    Demand,
    DisputeChange,
    DisputeKind,
    DisputeOpening,
    DisputeStatus,
    DisputeTransitionResult,
)
from domain.dispute.policy import DisputePolicy

DISPUTE_TRANSITION_RESULT = TypeAdapter(DisputeTransitionResult)
STORE = CaseStore(disputes, dispute_history, "dispute_id", DISPUTE_TRANSITION_RESULT)


@row
class LockedDispute:
    """A dispute, locked, with the policy that it was opened under."""

    id: str
    client_id: str
    invoice_number: str
    kind: str
    demand: str
    demand_kopecks: int | None
    status: str
    looks: int
    found: str | None
    found_kopecks: int | None
    handed_in: int
    due_at: datetime
    paused_at: datetime | None
    hastened_at: datetime | None
    decided_by: str | None
    awarded_kopecks: int
    compensation_kopecks: int
    compensated_on: date | None
    refund_id: str | None
    taken_back_id: str | None
    stage_at: datetime
    return_id: str | None
    correction: str | None
    corrected_at: datetime | None
    policy_version: int
    document: dict[str, Any]


@row
class OpeningRow:
    """What was written to open a dispute."""

    id: UUID
    invoice_number: str
    client_id: str
    kind: str
    demand_kopecks: int | None


_LOCKED = typed(
    LockedDispute,
    select(
        disputes.c.id,
        disputes.c.client_id,
        disputes.c.invoice_number,
        disputes.c.kind,
        dispute_openings.c.demand,
        disputes.c.demand_kopecks,
        disputes.c.status,
        disputes.c.looks,
        disputes.c.found,
        disputes.c.found_kopecks,
        disputes.c.handed_in,
        disputes.c.due_at,
        disputes.c.paused_at,
        disputes.c.hastened_at,
        disputes.c.decided_by,
        disputes.c.awarded_kopecks,
        disputes.c.compensation_kopecks,
        disputes.c.compensated_on,
        disputes.c.refund_id,
        disputes.c.taken_back_id,
        disputes.c.stage_at,
        *disputes.c["return_id", "correction", "corrected_at"],
        disputes.c.policy_version,
        policies.c.document,
    )
    .join(dispute_openings, dispute_openings.c.id == disputes.c.opening_id)
    .join(
        policies,
        (policies.c.kind == PolicyKind.DISPUTE.value)
        & (policies.c.version == disputes.c.policy_version),
    )
    .where(disputes.c.id == bindparam("dispute_id"))
    .with_for_update(of=disputes),
)
_OPENING = typed(
    OpeningRow,
    select(
        dispute_openings.c.id,
        dispute_openings.c.invoice_number,
        dispute_openings.c.client_id,
        dispute_openings.c.kind,
        dispute_openings.c.demand_kopecks,
    ).where(dispute_openings.c.id == bindparam("opening_id")),
)


def one(dispute_id: str) -> Reading[DisputeCase]:
    """Locks a dispute, and reads what a change of it is judged by, in one round trip."""
    return together(_case_from, only(_LOCKED(dispute_id=dispute_id)), stored(dispute_id), CALENDAR)


def load(change: DisputeChange) -> Reading[LoadedCase[DisputeCase, DisputeTransitionResult]]:
    """The same with the check for a repeat."""
    return together(_loaded, one(change.dispute_id), STORE.checked(change.dispute_id, change))


def stored(dispute_id: str) -> Reading[DisputeTransitionResult | None]:
    """The state of a dispute; None for one that does not exist."""
    return every(STORE.latest(dispute_id)).to(STORE.answer_from)


def opening(message: DisputeOpening) -> Reading[OpeningFacts]:
    """What a dispute is opened by."""
    return together(
        _opening_from,
        only(_OPENING(opening_id=uuid_of(message.request.opening_id))),
        only(in_force(PolicyKind.DISPUTE, message.at)),
    )


def put(
    transaction: Transaction, message: DisputeOpening, facts: OpeningFacts, made: DisputeTransition
) -> DisputeTransitionResult:
    """Stores a new dispute with its first change."""
    request = message.request
    change = DisputeChange(request.dispute_id, 1, message.at, request.opened_by, request.opening_id)
    columns: dict[str, Any] = {
        "invoice_number": request.invoice_number,
        "ordinal": request.ordinal,
        "opening_id": uuid_of(request.opening_id),
        "client_id": facts.client_id,
        "taken_back_id": request.taken_back_id,
        **made.columns,
    }
    STORE.put(transaction, request.dispute_id, change, made.result, columns)
    return made.result


def _loaded(
    case: DisputeCase, checked: ReplayCheck[DisputeTransitionResult]
) -> LoadedCase[DisputeCase, DisputeTransitionResult]:
    return LoadedCase(case, checked.replayed_result)


def _case_from(
    row: LockedDispute, latest: DisputeTransitionResult | None, calendar: BankCalendar
) -> DisputeCase:
    return DisputeCase(
        id=row.id,
        client_id=row.client_id,
        invoice_number=row.invoice_number,
        kind=DisputeKind(row.kind),
        demand=Demand(row.demand),
        demand_kopecks=row.demand_kopecks,
        status=DisputeStatus(row.status),
        version=0 if latest is None else latest.changes,
        wait=None if latest is None else latest.wait,
        looks=row.looks,
        found=None if row.found is None else Found(row.found),
        found_kopecks=row.found_kopecks,
        handed_in=row.handed_in,
        due_at=row.due_at,
        paused_at=row.paused_at,
        hastened_at=row.hastened_at,
        decided_by=row.decided_by,
        awarded_kopecks=row.awarded_kopecks,
        compensation_kopecks=row.compensation_kopecks,
        compensated_on=row.compensated_on,
        refund_id=row.refund_id,
        taken_back_id=row.taken_back_id,
        stage_at=row.stage_at,
        policy=DisputePolicy.from_document(row.policy_version, row.document),
        calendar=calendar,
        return_id=row.return_id,
        correction=row.correction,
        corrected_at=row.corrected_at,
    )


def _opening_from(row: OpeningRow, policy: PolicyRow) -> OpeningFacts:
    return OpeningFacts(
        row.client_id,
        DisputeKind(row.kind),
        row.demand_kopecks,
        DisputePolicy.from_document(policy.version, policy.document),
    )
