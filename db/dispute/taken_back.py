"""Money that the acquirer took back without us, and gave back after a chargeback that we won."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import DateTime, Text, bindparam, select, text
from sqlalchemy.dialects.postgresql import insert

from db.database import Transaction
from db.query import Query, row, typed
from db.tables import (
    acquirer_difference_decisions,
    taken_back_returns,
    taken_backs,
)


@row
class TakenBackRow:
    """What the acquirer took back of an order, whether a person has decided about it, and when it
    gave the money back.
    """

    id: str
    difference_id: UUID
    kind: str
    payment_id: str
    invoice_number: str
    amount_kopecks: int
    happened_on: date
    found_at: datetime
    reason: str | None
    returned_on: date | None


@row
class UndisputedRow:
    """A chargeback that no dispute is about yet; `ordinal` is the next dispute's of its order, and
    `paid_kopecks` what our books still have as paid for that: a payment may be reversed in them.
    """

    id: str
    invoice_number: str
    client_id: str
    amount_kopecks: int
    paid_kopecks: int
    happened_on: date
    answer_by: date | None
    ordinal: int
    open_dispute: str | None


@row
class BookedPayout:
    """A payout that was paid by what the acquirer had taken back, which is not paid any more."""

    refund_id: str
    attempt: int


_OF_INVOICE = typed(
    TakenBackRow,
    select(
        taken_backs,
        acquirer_difference_decisions.c.reason,
        taken_back_returns.c.returned_on,
    )
    .outerjoin(
        acquirer_difference_decisions,
        acquirer_difference_decisions.c.difference_id == taken_backs.c.difference_id,
    )
    .outerjoin(taken_back_returns, taken_back_returns.c.taken_back_id == taken_backs.c.id)
    .where(taken_backs.c.invoice_number == bindparam("invoice_number"))
    .order_by(taken_backs.c.found_at, taken_backs.c.id)
    .limit(bindparam("at_most")),
)
_UNDISPUTED = typed(
    UndisputedRow,
    text(
        """
SELECT t.id, t.invoice_number, i.client_id, t.amount_kopecks, i.paid_kopecks, t.happened_on,
       a.answer_by,
       (SELECT coalesce(max(d.ordinal), 0) + 1 FROM disputes d
         WHERE d.invoice_number = i.number) AS ordinal,
       (SELECT d.id FROM disputes d
         WHERE d.invoice_number = i.number AND d.closed_at IS NULL) AS open_dispute
  FROM taken_backs t JOIN invoices i ON i.number = t.invoice_number
  JOIN acquirer_differences a ON a.id = t.difference_id
 WHERE t.kind = 'chargeback'
   AND (CAST(:payment AS text) IS NULL OR t.payment_id = (
        SELECT p.id FROM payments p WHERE p.acquirer_payment_id = :payment))
   AND NOT EXISTS (SELECT FROM disputes d WHERE d.taken_back_id = t.id)
   AND NOT EXISTS (SELECT FROM taken_back_returns r WHERE r.taken_back_id = t.id)
   AND NOT EXISTS (SELECT FROM acquirer_difference_decisions x
                    WHERE x.difference_id = t.difference_id)
 ORDER BY t.found_at, t.id LIMIT :at_most
"""
    ),
    never_null=("ordinal",),
)
# As many, the last ones first, as the money that came back has paid.
_BOOKED = typed(
    BookedPayout,
    text(
        """
SELECT b.refund_id, b.attempt
  FROM (SELECT p.case_id AS refund_id, p.attempt,
               balance_of('taken/' || t.invoice_number) - coalesce(sum(p.amount_kopecks) OVER (
                   ORDER BY p.settled_on DESC, p.case_id DESC
                   ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS open_kopecks
          FROM taken_backs t
          JOIN refunds f ON f.invoice_number = t.invoice_number
          JOIN payouts p ON p.case_id = f.id
         WHERE t.id = :taken_back_id AND p.status = 'paid'
           AND p.channel_reason = 'given_back_there') AS b
 WHERE b.open_kopecks > 0
"""
    ),
)
_PUT_RETURN = insert(taken_back_returns).on_conflict_do_nothing()
_DECIDE = (
    insert(acquirer_difference_decisions)
    .from_select(
        ["difference_id", "reason", "decided_by", "decided_at"],
        select(
            taken_backs.c.difference_id,
            bindparam("reason", type_=Text),
            bindparam("by", type_=Text),
            bindparam("at", type_=DateTime(timezone=True)),
        ).where(taken_backs.c.id == bindparam("taken_back_id")),
    )
    .on_conflict_do_nothing(index_elements=["difference_id"])
)


def of_invoice(invoice_number: str, at_most: int) -> Query[TakenBackRow]:
    """What the acquirer took back of an order, the first one first."""
    return _OF_INVOICE(invoice_number=invoice_number, at_most=at_most)


def undisputed(at_most: int, acquirer_payment_id: str | None = None) -> Query[UndisputedRow]:
    """Chargebacks that no dispute is about yet; of one payment, or of all."""
    return _UNDISPUTED(payment=acquirer_payment_id, at_most=at_most)


def booked(taken_back_id: str) -> Query[BookedPayout]:
    """Payouts that money which we won back had been booked as."""
    return _BOOKED(taken_back_id=taken_back_id)


def put_return(
    transaction: Transaction,
    taken_back_id: str,
    *,
    returned_on: date,
    reason: str,
    by: str,
    at: datetime,
) -> None:
    """Stores that the acquirer gave the money back; the difference with its books is decided."""
    transaction.write(
        _PUT_RETURN,
        taken_back_id=taken_back_id,
        returned_on=returned_on,
        stored_by=by,
        stored_at=at,
    )
    transaction.write(_DECIDE, taken_back_id=taken_back_id, reason=reason, by=by, at=at)
