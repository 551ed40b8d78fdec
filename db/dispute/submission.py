"""What people write of a dispute: complaints, messages, decisions."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select, text
from sqlalchemy.dialects.postgresql import insert

from db.database import Transaction
from db.query import Query, row, typed
from db.tables import dispute_decisions, dispute_messages, dispute_openings, disputes


@row
class OrderRow:
    """A disputed order, as a complaint is checked against it; `ordinal` is the next dispute's.
    `kept_kopecks` is what is still paid, without what the acquirer has taken back.

    `open_dispute` is the one that has not ended, `opened_by` the complaint that it began with.
    """

    number: str
    client_id: str
    kept_kopecks: int
    taken_back_kopecks: int
    ordinal: int
    open_dispute: str | None
    opening_id: UUID | None


@row
class OpenedRow:
    """The dispute that a complaint has begun."""

    id: str
    ordinal: int
    opened_at: datetime


_PUT_OPENING = insert(dispute_openings).on_conflict_do_nothing(index_elements=["id"])
_PUT_MESSAGE = insert(dispute_messages).on_conflict_do_nothing(index_elements=["id"])
_PUT_DECISION = insert(dispute_decisions).on_conflict_do_nothing(index_elements=["id"])
_ORDER = typed(
    OrderRow,
    text(
        """
SELECT i.number, i.client_id, i.paid_kopecks - i.taken_back_kopecks AS kept_kopecks,
       i.taken_back_kopecks,
       (SELECT coalesce(max(d.ordinal), 0) + 1 FROM disputes d
         WHERE d.invoice_number = i.number) AS ordinal,
       o.id AS open_dispute, o.opening_id
  FROM invoices i
  LEFT JOIN disputes o ON o.invoice_number = i.number AND o.closed_at IS NULL
 WHERE i.number = :invoice_number
"""
    ),
    never_null=("number", "client_id", "kept_kopecks", "taken_back_kopecks", "ordinal"),
)
_OPENED = typed(
    OpenedRow,
    select(disputes.c.id, disputes.c.ordinal, disputes.c.opened_at).where(
        disputes.c.opening_id == bindparam("opening_id")
    ),
)


def order(invoice_number: str) -> Query[OrderRow]:
    """A disputed order."""
    return _ORDER(invoice_number=invoice_number)


def opened(opening_id: UUID) -> Query[OpenedRow]:
    """The dispute that a complaint has begun; no row before."""
    return _OPENED(opening_id=opening_id)


def put_opening(transaction: Transaction, opening_id: UUID, **columns: Any) -> None:
    """Stores a complaint, once."""
    transaction.write(_PUT_OPENING, id=opening_id, **columns)


def put_message(transaction: Transaction, message_id: UUID, **columns: Any) -> None:
    """Stores a message, once; its dispute takes it or refuses it."""
    transaction.write(_PUT_MESSAGE, id=message_id, **columns)


def put_decision(transaction: Transaction, decision_id: UUID, **columns: Any) -> None:
    """Stores a decision, once; its dispute takes it or refuses it."""
    transaction.write(_PUT_DECISION, id=decision_id, **columns)
