"""Reads of disputes: one in full, its thread, lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, bindparam, func, select, tuple_

from db.case.case_store import AnswerRow
from db.dispute.dispute import DISPUTE_TRANSITION_RESULT
from db.dispute.followed import FOLLOWED, MONEY, OPEN_MONEY, OPEN_RETURN
from db.query import Query, row, typed
from db.tables import (
    clients,
    dispute_decisions,
    dispute_history,
    dispute_messages,
    dispute_openings,
    disputes,
    goods_returns,
    invoices,
)
from domain.dispute.dispute import DisputeTransitionResult


@row
class DisputeRow:
    """A dispute with its complaint and its order; `returned` goods (kopecks) come back by its
    decision. While it is performed, the return or the refund that is `followed` says whom all wait
    for, and until when.
    """

    id: str
    invoice_number: str
    ordinal: int
    client_id: str
    client_name: str
    kind: str
    status: str
    version: int
    happened_on: date
    problem: str
    proof: str
    steps: str
    demand: str
    demand_kopecks: int | None
    answer_by: date
    issued_on: date
    total_kopecks: int
    paid_kopecks: int
    taken_back_kopecks: int
    looks: int
    found: str | None
    found_kopecks: int | None
    handed_in: int
    due_at: datetime
    paused_at: datetime | None
    hastened_at: datetime | None
    decision_id: UUID | None
    decided_by: str | None
    awarded_kopecks: int
    compensation_kopecks: int
    compensated_on: date | None
    refund_id: str | None
    return_id: str | None
    correction: str | None
    corrected_at: datetime | None
    outside: str | None
    taken_back_id: str | None
    returned: list[Any] | None
    returned_kopecks: int
    waiting_for: str | None
    followed: str | None
    followed_until: datetime | None
    wait_until: datetime | None
    stage_at: datetime
    opened_at: datetime
    changed_at: datetime
    closed_at: datetime | None


@row
class ChangeRow:
    """A change of a dispute with what was written for it: a message, or a decision."""

    number: int
    from_status: str | None
    to_status: str
    at: datetime
    by: str
    reason: str | None
    message_id: UUID | None
    is_ours: bool | None
    text: str | None
    action: str | None
    outcome: str | None
    awarded_kopecks: int | None
    compensation_kopecks: int | None
    decision_reason: str | None
    outside: str | None
    until_on: date | None
    kinds: list[Any] | None
    calculation: dict[str, Any] | None


@row
class CalculationRow:
    """What the compensation of a dispute was counted by."""

    calculation: dict[str, Any]


@dataclass(frozen=True)
class DisputeFilter:
    """Which disputes are wanted; None means any."""

    client_id: str | None = None
    invoice_number: str | None = None
    kind: str | None = None
    is_open: bool | None = None


After = tuple[datetime, str]
"""The key of the last dispute seen: (opened_at, id), of the queue (deadline, id)."""

_DISPUTES = typed(
    DisputeRow,
    select(
        disputes.c.id,
        disputes.c.invoice_number,
        disputes.c.ordinal,
        disputes.c.client_id,
        clients.c.name.label("client_name"),
        disputes.c.kind,
        disputes.c.status,
        disputes.c.version,
        dispute_openings.c.happened_on,
        dispute_openings.c.problem,
        dispute_openings.c.proof,
        dispute_openings.c.steps,
        dispute_openings.c.demand,
        disputes.c.demand_kopecks,
        dispute_openings.c.answer_by,
        invoices.c.issued_on,
        *invoices.c["total_kopecks", "paid_kopecks", "taken_back_kopecks"],
        *disputes.c["looks", "found", "found_kopecks", "handed_in", "due_at", "paused_at"],
        *disputes.c["hastened_at", "decision_id", "decided_by", "awarded_kopecks"],
        *disputes.c["compensation_kopecks", "compensated_on", "refund_id", "return_id"],
        *disputes.c["correction", "corrected_at", "outside", "taken_back_id"],
        dispute_decisions.c.returned,
        func.coalesce(dispute_decisions.c.returned_kopecks, 0).label("returned_kopecks"),
        *FOLLOWED,
        disputes.c.wait_until,
        *disputes.c["stage_at", "opened_at", "changed_at", "closed_at"],
    )
    .join(clients, clients.c.id == disputes.c.client_id)
    .join(invoices, invoices.c.number == disputes.c.invoice_number)
    .join(dispute_openings, dispute_openings.c.id == disputes.c.opening_id)
    .outerjoin(dispute_decisions, dispute_decisions.c.id == disputes.c.decision_id)
    .outerjoin(goods_returns, OPEN_RETURN)
    .outerjoin(MONEY, OPEN_MONEY),
    never_null=("returned_kopecks",),
)
_HEAD = _DISPUTES.narrowed(lambda rows: rows.where(disputes.c.id == bindparam("dispute_id")))
_DECISION = typed(
    AnswerRow,
    select(dispute_history.c.answer).where(
        dispute_history.c.dispute_id == bindparam("dispute_id"),
        dispute_history.c.submission_id == bindparam("submission_id"),
    ),
)
_CALCULATION = typed(
    CalculationRow,
    select(dispute_decisions.c.calculation)
    .join(dispute_history, dispute_history.c.submission_id == dispute_decisions.c.id)
    .where(
        dispute_history.c.dispute_id == bindparam("dispute_id"),
        dispute_decisions.c.calculation.is_not(None),
    )
    .order_by(dispute_history.c.number.desc())
    .limit(1),
    never_null=("calculation",),
)
_LATEST = typed(
    AnswerRow,
    select(dispute_history.c.answer)
    .where(dispute_history.c.dispute_id == bindparam("dispute_id"))
    .order_by(dispute_history.c.number.desc())
    .limit(1),
)
_CHANGES = typed(
    ChangeRow,
    select(
        dispute_history.c.number,
        dispute_history.c.from_status,
        dispute_history.c.to_status,
        dispute_history.c.at,
        dispute_history.c.by,
        dispute_history.c.reason,
        dispute_messages.c.id.label("message_id"),
        dispute_messages.c.is_ours,
        dispute_messages.c.text,
        dispute_decisions.c.action,
        dispute_decisions.c.outcome,
        dispute_decisions.c.awarded_kopecks,
        dispute_decisions.c.compensation_kopecks,
        dispute_decisions.c.reason.label("decision_reason"),
        dispute_decisions.c.outside,
        dispute_decisions.c.until_on,
        dispute_decisions.c.kinds,
        dispute_decisions.c.calculation,
    )
    .outerjoin(dispute_messages, dispute_messages.c.id == dispute_history.c.submission_id)
    .outerjoin(dispute_decisions, dispute_decisions.c.id == dispute_history.c.submission_id)
    .where(dispute_history.c.dispute_id == bindparam("dispute_id"))
    .order_by(dispute_history.c.number.desc())
    .limit(bindparam("at_most")),
)


def calculation(dispute_id: str) -> Query[CalculationRow]:
    """What the compensation that a dispute owes, or has paid, was counted by."""
    return _CALCULATION(dispute_id=dispute_id)


def head(dispute_id: str) -> Query[DisputeRow]:
    """A dispute in full."""
    return _HEAD(dispute_id=dispute_id)


def decision(dispute_id: str, submission_id: UUID) -> Query[AnswerRow]:
    """The change that a command made, found by its submission; no row until it is stored."""
    return _DECISION(dispute_id=dispute_id, submission_id=submission_id)


def latest(dispute_id: str) -> Query[AnswerRow]:
    """The result of a dispute's last change."""
    return _LATEST(dispute_id=dispute_id)


def result_in(rows: Sequence[AnswerRow]) -> DisputeTransitionResult | None:
    """The result of a change, from the rows of `decision` or `latest`."""
    return DISPUTE_TRANSITION_RESULT.validate_python(rows[0].answer) if rows else None


def changes(dispute_id: str, at_most: int, before: int) -> Query[ChangeRow]:
    """The changes of a dispute that come before a number, the newest first."""
    earlier = _CHANGES.narrowed(lambda rows: rows.where(dispute_history.c.number < before))
    return earlier(dispute_id=dispute_id, at_most=at_most)


def listed(narrowed: DisputeFilter, limit: int, after: After | None = None) -> Query[DisputeRow]:
    """Disputes, the newest first."""
    key = (disputes.c.opened_at, disputes.c.id)

    def page(rows: Select[Any]) -> Select[Any]:
        wanted = rows.where(*_conditions(narrowed)).order_by(*(one.desc() for one in key))
        if after is not None:
            wanted = wanted.where(tuple_(*key) < tuple_(*after))
        return wanted.limit(limit)

    return _DISPUTES.narrowed(page)()


def queue(narrowed: DisputeFilter, limit: int, after: After | None = None) -> Query[DisputeRow]:
    """Open disputes that somebody is waited for in, the earliest deadline first."""
    key = (disputes.c.wait_until, disputes.c.id)

    def page(rows: Select[Any]) -> Select[Any]:
        open_ones = and_(disputes.c.closed_at.is_(None), disputes.c.wait_until.is_not(None))
        wanted = rows.where(open_ones, *_conditions(narrowed)).order_by(*key)
        if after is not None:
            wanted = wanted.where(tuple_(*key) > tuple_(*after))
        return wanted.limit(limit)

    return _DISPUTES.narrowed(page)()


def _conditions(narrowed: DisputeFilter) -> list[Any]:
    conditions: list[Any] = []
    if narrowed.client_id is not None:
        conditions.append(disputes.c.client_id == narrowed.client_id)
    if narrowed.invoice_number is not None:
        conditions.append(disputes.c.invoice_number == narrowed.invoice_number)
    if narrowed.kind is not None:
        conditions.append(disputes.c.kind == narrowed.kind)
    if narrowed.is_open is not None:
        is_null = disputes.c.closed_at.is_(None)
        conditions.append(is_null if narrowed.is_open else ~is_null)
    return conditions
