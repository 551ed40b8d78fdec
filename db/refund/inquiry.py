"""Inquiries about refunds whose money has not come."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, bindparam, cast, func, select, text
from sqlalchemy.dialects.postgresql import insert

from db.case.case_store import uuid_of
from db.database import Transaction
from db.facts import Reading, only, together
from db.query import Query, row, typed
from db.tables import inquiries, policies, refund_history
from domain.payout.trace import PayoutTrace
from domain.refund.inquiry import InquiryFacts, InquiryPolicy


@row
class WrittenRow:
    """A written inquiry with its policy, and how many about its payout the case took before."""

    id: UUID
    attempt: int
    policy_version: int
    document: dict[str, Any]
    taken: int


@row
class InquiryRow:
    """An inquiry that its case took, and how it ended; `ended_at` None: it is open."""

    id: UUID
    attempt: int
    checked_on: date
    looked_at: str | None
    comment: str | None
    asked_by: str
    asked_at: datetime
    ended_at: datetime | None
    ended_by: str | None
    end_reason: str | None
    ended_in: str | None
    answer: str | None


_others = inquiries.alias("others")
_taken = (
    select(cast(func.count(), BigInteger))
    .select_from(_others)
    .join(refund_history, refund_history.c.submission_id == _others.c.id)
)
_WRITTEN = typed(
    WrittenRow,
    select(
        inquiries.c.id,
        inquiries.c.attempt,
        inquiries.c.policy_version,
        policies.c.document,
        _taken.where(
            _others.c.refund_id == inquiries.c.refund_id,
            _others.c.attempt == inquiries.c.attempt,
            refund_history.c.refund_id == inquiries.c.refund_id,
        )
        .scalar_subquery()
        .label("taken"),
    )
    .join(
        policies,
        (policies.c.kind == inquiries.c.policy_kind)
        & (policies.c.version == inquiries.c.policy_version),
    )
    .where(inquiries.c.id == bindparam("inquiry_id")),
    never_null=("taken",),
)
_OF_CASE = typed(
    InquiryRow,
    text(
        """
SELECT i.id, i.attempt, i.checked_on, i.looked_at, i.comment, i.asked_by, i.asked_at,
       ended.at AS ended_at, ended.by AS ended_by, ended.reason AS end_reason,
       ended.to_status AS ended_in, r.text AS answer
  FROM inquiries AS i
  JOIN refund_history AS opened ON opened.submission_id = i.id AND opened.refund_id = i.refund_id
  LEFT JOIN LATERAL (
       SELECT h.at, h.by, h.reason, h.to_status, h.submission_id FROM refund_history AS h
        WHERE h.refund_id = i.refund_id AND h.number > opened.number
          AND h.from_status = 'inquiry' AND h.to_status <> 'inquiry'
        ORDER BY h.number LIMIT 1
  ) AS ended ON true
  LEFT JOIN remarks AS r ON r.id = ended.submission_id
 WHERE i.refund_id = :refund_id
 ORDER BY opened.number
"""
    ),
    never_null=("id", "attempt", "checked_on", "asked_by", "asked_at"),
)
_PUT = insert(inquiries).on_conflict_do_nothing()


def put(transaction: Transaction, inquiry_id: UUID, columns: Mapping[str, Any]) -> None:
    """Stores what a client wrote, once; the case takes it or not."""
    transaction.write(_PUT, id=inquiry_id, **columns)


def of_case(refund_id: str) -> Query[InquiryRow]:
    """The inquiries that a case took, oldest first; the policy bounds how many."""
    return _OF_CASE(refund_id=refund_id)


def written(inquiry_id: str | None, trace: Reading[PayoutTrace]) -> Reading[InquiryFacts]:
    """A written inquiry with its policy, and the trace of the payout that the case has paid."""
    return together(_facts, only(_WRITTEN(inquiry_id=uuid_of(inquiry_id))), trace)


def _facts(row: WrittenRow, trace: PayoutTrace) -> InquiryFacts:
    policy = InquiryPolicy.from_document(row.policy_version, row.document)
    return InquiryFacts(row.id, row.attempt, policy, row.taken, trace)
