"""What the looks, the decisions and the performing of a dispute read beside it."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select, text

from db.case.case_store import uuid_of
from db.dispute import evidence
from db.facts import Reading, every, first, only, together
from db.query import row, typed
from db.tables import dispute_decisions
from domain.dispute.case import DecisionFacts, LookFacts, PerformedFacts
from domain.dispute.dispute import DisputeChange, DisputeStatus, Outside
from domain.dispute.evidence import EvidenceKind
from domain.dispute.looking import ACCEPTED_WITHIN_DAYS


@row
class MoneyRow:
    """The money of an order, and the refunds of it that are under way."""

    invoice_number: str
    total_kopecks: int
    paid_kopecks: int
    left_kopecks: int
    surplus_left_kopecks: int
    open_refunds: int
    accepted: int


@row
class DecisionRow:
    """A decision of ours as it was written."""

    id: UUID
    outcome: str | None
    awarded_kopecks: int
    compensation_kopecks: int
    outside: str | None
    kinds: list[Any]
    until_on: date | None
    reason: str
    seen_handed_in: int


@row
class RefundRow:
    """How far a refund is."""

    status: str
    paid_on: date | None
    closed_at: datetime | None


_MONEY = typed(
    MoneyRow,
    text(
        """
SELECT i.number AS invoice_number, i.total_kopecks, i.paid_kopecks,
       i.paid_kopecks - i.surplus_kopecks - (i.promised_kopecks - i.surplus_promised_kopecks)
           AS left_kopecks,
       i.surplus_kopecks - i.surplus_promised_kopecks AS surplus_left_kopecks,
       (SELECT count(*) FROM refunds r
         WHERE r.invoice_number = i.number AND r.closed_at IS NULL
           AND r.first_paid_on IS NULL) AS open_refunds,
       (SELECT count(*) FROM disputes d JOIN dispute_history h
            ON h.dispute_id = d.id AND h.from_status = 'proposal'
           AND h.to_status = 'resolved_client'
         WHERE d.client_id = i.client_id AND h.at > :since) AS accepted
  FROM invoices i
 WHERE i.number = (SELECT invoice_number FROM disputes WHERE id = :dispute_id)
"""
    ),
    never_null=("left_kopecks", "surplus_left_kopecks", "open_refunds", "accepted"),
)
_DECISION_COLUMNS = (
    dispute_decisions.c.id,
    dispute_decisions.c.outcome,
    dispute_decisions.c.awarded_kopecks,
    dispute_decisions.c.compensation_kopecks,
    dispute_decisions.c.outside,
    dispute_decisions.c.kinds,
    dispute_decisions.c.until_on,
    dispute_decisions.c.reason,
    dispute_decisions.c.seen_handed_in,
)
_DECISION = typed(
    DecisionRow,
    select(*_DECISION_COLUMNS).where(dispute_decisions.c.id == bindparam("decision_id")),
)
_DECIDED = typed(
    DecisionRow,
    text(
        """
SELECT c.id, c.outcome, c.awarded_kopecks, c.compensation_kopecks, c.outside, c.kinds, c.until_on,
       c.reason, c.seen_handed_in
  FROM dispute_decisions c JOIN disputes d ON d.decision_id = c.id
 WHERE d.id = :dispute_id
"""
    ),
)
_REFUND = typed(
    RefundRow,
    text(
        """
SELECT r.status, r.paid_on, r.closed_at
  FROM refunds r JOIN disputes d ON d.refund_id = r.id WHERE d.id = :dispute_id
"""
    ),
)


def look(change: DisputeChange, *, is_on_its_way: bool) -> Reading[LookFacts]:
    """What the automatic looks read of the order's money and of the papers."""
    since = change.at - timedelta(days=ACCEPTED_WITHIN_DAYS)
    return together(
        lambda money, papers: LookFacts(
            money.total_kopecks,
            money.paid_kopecks,
            money.left_kopecks,
            money.surplus_left_kopecks,
            money.open_refunds,
            money.accepted,
            is_on_its_way,
            [EvidenceKind(paper.kind) for paper in papers],
        ),
        only(_MONEY(dispute_id=change.dispute_id, since=since)),
        every(evidence.kinds_of(change.dispute_id)),
    )


def decision(change: DisputeChange) -> Reading[DecisionFacts]:
    """A decision of ours as it was written, and what may still be promised of the order."""
    return together(
        _facts_from,
        only(_DECISION(decision_id=uuid_of(change.submission_id))),
        only(_MONEY(dispute_id=change.dispute_id, since=change.at)),
    )


def decided(change: DisputeChange) -> Reading[DecisionFacts]:
    """The decision that the dispute stands on."""
    return together(
        _facts_from,
        only(_DECIDED(dispute_id=change.dispute_id)),
        only(_MONEY(dispute_id=change.dispute_id, since=change.at)),
    )


def performed(change: DisputeChange) -> Reading[PerformedFacts]:
    """How far the refund is that the dispute has led to."""
    return first(_REFUND(dispute_id=change.dispute_id)).to(_performed_from)


def _performed_from(row: RefundRow | None) -> PerformedFacts:
    if row is None:
        return PerformedFacts(None, is_paid=False, is_over=False)
    is_over = row.closed_at is not None or row.paid_on is not None
    return PerformedFacts(row.status, is_paid=row.paid_on is not None, is_over=is_over)


def _facts_from(row: DecisionRow, money: MoneyRow) -> DecisionFacts:
    return DecisionFacts(
        None if row.outcome is None else DisputeStatus(row.outcome),
        row.awarded_kopecks,
        row.compensation_kopecks,
        None if row.outside is None else Outside(row.outside),
        [EvidenceKind(kind) for kind in row.kinds],
        row.until_on,
        row.reason,
        row.seen_handed_in,
        money.left_kopecks + money.surplus_left_kopecks,
    )
