"""What of a disputed order may still go back."""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, text

from db.database import Database
from db.query import Query, row, typed
from db.tables import refunds
from domain.dispute.awarding import OrderLeft


@row
class OrderLeftRow:
    """What is left of an order; each of `lines` is its number and its kopecks."""

    ordinal: int
    open_refund: str | None
    surplus_kopecks: int
    lines: list[Any]


@row
class StoredRefund:
    """A refund that is stored."""

    id: str


_STORED = typed(StoredRefund, select(refunds.c.id).where(refunds.c.id == bindparam("refund_id")))
_LEFT = typed(
    OrderLeftRow,
    text(
        """
SELECT (SELECT coalesce(max(r.ordinal), 0) + 1 FROM refunds r
         WHERE r.invoice_number = i.number) AS ordinal,
       (SELECT r.id FROM refunds r
         WHERE r.invoice_number = i.number
           AND (r.first_paid_on IS NULL OR r.opened_at >= CAST(:decided_at AS timestamptz))
           AND r.status NOT IN ('declined', 'cancelled', 'expired')
         ORDER BY r.ordinal DESC LIMIT 1) AS open_refund,
       i.surplus_kopecks - i.surplus_promised_kopecks AS surplus_kopecks,
       (SELECT jsonb_agg(jsonb_build_array(l.line_no, l.sum_kopecks - coalesce((
                SELECT sum(c.sum_kopecks) FROM refunds r JOIN calculation_lines c
                    ON c.calculation_id = r.calculation_id
                 WHERE r.invoice_number = i.number AND c.line_no = l.line_no
                   AND r.status NOT IN ('declined', 'cancelled', 'expired')), 0))
                ORDER BY l.line_no)
          FROM invoice_lines l WHERE l.invoice_number = i.number) AS lines
  FROM invoices i WHERE i.number = :invoice_number
"""
    ),
    never_null=("ordinal", "surplus_kopecks", "lines"),
)


def stored(refund_id: str) -> Query[StoredRefund]:
    """The refund of this id; no row until it is opened."""
    return _STORED(refund_id=refund_id)


async def order_of(database: Database, invoice_number: str, decided_at: datetime) -> OrderLeft:
    """What of an order may still go back; raises LookupError without the order.

    A refund that was begun since the decision counts as the open one though it was paid already.
    """
    row = await database.row(_LEFT(invoice_number=invoice_number, decided_at=decided_at))
    if row is None:
        raise LookupError(f"no order {invoice_number}")
    lines = [(line_no, kopecks) for line_no, kopecks in row.lines]
    return OrderLeft(row.ordinal, row.open_refund, row.surplus_kopecks, lines)
