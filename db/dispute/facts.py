"""What the looks, the decisions and the performing of a dispute read beside it."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from db.case.case_store import uuid_of
from db.dispute import evidence
from db.facts import Reading, every, first, only, together
from db.query import Query, row, typed
from domain.dispute.case import (
    BeginningFacts,
    DecisionFacts,
    LookFacts,
    PerformedFacts,
    Returning,
)
from domain.dispute.dispute import DisputeChange, DisputeStatus, Outside
from domain.dispute.evidence import EvidenceKind
from domain.dispute.policy import ACCEPTED_DAYS


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
class LockedClient:
    """A locked client."""

    id: str


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
    is_compensation_unsent: bool
    taken_back_id: str | None
    objected_to: str | None
    correction: str | None
    returned_kopecks: int


@row
class ObjectedRow:
    """Who made the decision that a client has objected to."""

    decided_by: str


@row
class ChargebackRow:
    """The chargeback that a dispute is about, and its last day."""

    id: str
    answer_by: date | None


@row
class PerformedRow:
    """How far the refund is, and the return with its money; how much of the order is paid."""

    status: str | None
    sum_kopecks: int | None
    paid_on: date | None
    closed_at: datetime | None
    returns: bool
    is_opened: bool
    return_closed_at: datetime | None
    settled_at: datetime | None
    money_id: str | None
    money_paid_on: date | None
    money_closed_at: datetime | None
    total_kopecks: int
    paid_kopecks: int


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
       (SELECT count(*) FROM disputes o JOIN dispute_history h
            ON h.dispute_id = o.id AND h.to_status = 'proposal' AND h.from_status <> 'proposal'
         WHERE o.client_id = i.client_id AND o.id <> d.id AND o.awarded_kopecks > 0
           AND (o.status = 'proposal' OR o.decision_id IS NULL)
           AND h.at > CAST(:at AS timestamptz) - make_interval(days =>
               coalesce(CAST(p.document ->> 'accepted_days' AS integer), :usual_days))) AS accepted
  FROM disputes d JOIN invoices i ON i.number = d.invoice_number
  JOIN policies p ON p.kind = 'dispute' AND p.version = d.policy_version
 WHERE d.id = :dispute_id
"""
    ),
    never_null=("left_kopecks", "surplus_left_kopecks", "open_refunds", "accepted"),
)
_CLIENT = typed(
    LockedClient,
    text(
        """
SELECT c.id FROM clients c JOIN disputes d ON d.client_id = c.id
 WHERE d.id = :dispute_id FOR NO KEY UPDATE OF c
"""
    ),
)
# The first chargeback of the order that no dispute is about yet.
_UNDISPUTED = """
(SELECT t.id FROM taken_backs t JOIN disputes d ON d.invoice_number = t.invoice_number
  WHERE d.id = c.dispute_id AND c.outside = 'chargeback' AND t.kind = 'chargeback'
    AND NOT EXISTS (SELECT FROM disputes o WHERE o.taken_back_id = t.id)
  ORDER BY t.found_at, t.id LIMIT 1)
"""


def _objected_to(dispute_id: str) -> str:
    """Who made the decision that the client of this dispute has objected to last."""
    return f"""
(SELECT e.decided_by FROM dispute_history a
   JOIN dispute_history h ON h.dispute_id = a.dispute_id AND h.number < a.number
   JOIN dispute_decisions e ON e.id = h.submission_id AND e.action = 'decide'
  WHERE a.dispute_id = {dispute_id} AND a.from_status = 'rejected' AND a.to_status = 'appealed'
  ORDER BY a.number DESC, h.number DESC LIMIT 1)
"""  # noqa: S608  names of columns and parameters of this module


_COLUMNS = f"""
SELECT c.id, c.outcome, c.awarded_kopecks, c.compensation_kopecks, c.outside, c.kinds, c.until_on,
       c.reason, c.seen_handed_in, c.is_compensation_unsent, {_UNDISPUTED} AS taken_back_id,
       {_objected_to("c.dispute_id")} AS objected_to, c.correction, c.returned_kopecks
"""
_DECISION = typed(
    DecisionRow, text(f"{_COLUMNS} FROM dispute_decisions c WHERE c.id = :decision_id")
)
_DECIDED = typed(
    DecisionRow,
    text(
        f"{_COLUMNS} FROM dispute_decisions c JOIN disputes o ON o.decision_id = c.id"
        " WHERE o.id = :dispute_id"
    ),
)
_OBJECTED = typed(
    ObjectedRow,
    text(_objected_to(":dispute_id")),
)
_CHARGEBACK = typed(
    ChargebackRow,
    text(
        """
SELECT t.id, a.answer_by
  FROM disputes d JOIN taken_backs t ON t.id = d.taken_back_id
  JOIN acquirer_differences a ON a.id = t.difference_id
 WHERE d.id = :dispute_id
"""
    ),
)
_PERFORMED = typed(
    PerformedRow,
    text(
        """
SELECT r.status, r.sum_kopecks, r.paid_on, r.closed_at, c.returned IS NOT NULL AS returns,
       g.id IS NOT NULL AS is_opened, g.closed_at AS return_closed_at, g.settled_at,
       m.id AS money_id, m.paid_on AS money_paid_on, m.closed_at AS money_closed_at,
       i.total_kopecks, i.paid_kopecks
  FROM disputes d
  JOIN invoices i ON i.number = d.invoice_number
  LEFT JOIN refunds r ON r.id = d.refund_id
  LEFT JOIN dispute_decisions c ON c.id = d.decision_id
  LEFT JOIN goods_returns g ON g.id = d.return_id
  LEFT JOIN refunds m ON m.goods_return_id = g.id
 WHERE d.id = :dispute_id
"""
    ),
    never_null=("returns", "is_opened", "total_kopecks", "paid_kopecks"),
)


def objected(dispute_id: str) -> Query[ObjectedRow]:
    """Who made the decision that the client has objected to last; no row where nobody has."""
    return _OBJECTED(dispute_id=dispute_id)


def look(change: DisputeChange, *, is_on_its_way: bool) -> Reading[LookFacts]:
    """What the automatic looks read of the order's money and of the papers. The client is locked:
    of its disputes that are looked into at once each sees what the one before was offered.
    """
    return together(
        lambda _client, money, papers: LookFacts(
            money.total_kopecks,
            money.paid_kopecks,
            money.left_kopecks,
            money.surplus_left_kopecks,
            money.open_refunds,
            money.accepted,
            is_on_its_way,
            [EvidenceKind(paper.kind) for paper in papers],
        ),
        only(_CLIENT(dispute_id=change.dispute_id)),
        only(_money(change)),
        every(evidence.kinds_of(change.dispute_id)),
    )


def decision(change: DisputeChange) -> Reading[DecisionFacts]:
    """A decision of ours as it was written, and what may still be promised of the order."""
    return together(
        _facts_from,
        only(_DECISION(decision_id=uuid_of(change.submission_id))),
        only(_money(change)),
    )


def decided(change: DisputeChange) -> Reading[DecisionFacts]:
    """The decision that the dispute stands on."""
    return together(
        _facts_from,
        only(_DECIDED(dispute_id=change.dispute_id)),
        only(_money(change)),
    )


def beginning(change: DisputeChange) -> Reading[BeginningFacts]:
    """The chargeback that a dispute begins with, if it does."""
    return first(_CHARGEBACK(dispute_id=change.dispute_id)).to(
        lambda row: (
            BeginningFacts(None, None) if row is None else BeginningFacts(row.id, row.answer_by)
        )
    )


def performed(change: DisputeChange) -> Reading[PerformedFacts]:
    """How far it is what the dispute has led to."""
    return only(_PERFORMED(dispute_id=change.dispute_id)).to(_performed_from)


def _money(change: DisputeChange) -> Query[MoneyRow]:
    return _MONEY(dispute_id=change.dispute_id, at=change.at, usual_days=ACCEPTED_DAYS)


def _performed_from(row: PerformedRow) -> PerformedFacts:
    is_paid = row.paid_on is not None
    return PerformedFacts(
        row.status,
        (row.sum_kopecks or 0) if is_paid else 0,
        is_over=is_paid or row.closed_at is not None,
        returning=_returning(row),
        order_paid_kopecks=row.paid_kopecks if row.paid_kopecks >= row.total_kopecks else 0,
    )


def _returning(row: PerformedRow) -> Returning:
    if not row.returns:
        return Returning.NONE
    if row.return_closed_at is None:
        return Returning.OPEN if row.is_opened else Returning.FAILED
    if row.settled_at is None:
        return Returning.FAILED
    if row.money_id is None or row.money_paid_on is not None:
        return Returning.DONE
    return Returning.OPEN if row.money_closed_at is None else Returning.FAILED


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
        row.taken_back_id,
        row.objected_to,
        row.is_compensation_unsent,
        row.correction,
        row.returned_kopecks,
    )
