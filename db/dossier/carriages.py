"""What clients paid carriers for an order's goods that came back, for a dossier: with receipts."""

from datetime import date, datetime

from sqlalchemy import text

from db.query import Query, row, typed
from domain.dossier.table import MAX_ROWS

AT_MOST = MAX_ROWS + 1
"""Rows that are read: one more than are shown, so that a cut table says so."""


@row
class CarriageRow:
    """The claim of a return's carriage that stands, what became of it, and its receipt."""

    return_id: str
    status: str
    amount_kopecks: int
    reason: str | None
    paid_on: date | None
    name: str
    sha256: str
    size_bytes: int
    scan_status: str
    uploaded_by: str
    uploaded_at: datetime


@row
class CarriageChangeRow:
    """A decision about the carriage of a return."""

    return_id: str
    action: str
    at: datetime
    by: str
    claimed_kopecks: int | None
    paid_on: date | None
    reason: str | None


_CARRIAGES = typed(
    CarriageRow,
    text(
        f"""
SELECT c.return_id, c.status, c.amount_kopecks, c.reason, c.paid_on, f.name, f.sha256,
       k.size_bytes, k.status AS scan_status, f.uploaded_by, f.uploaded_at
  FROM goods_return_carriages c
  JOIN goods_returns g ON g.id = c.return_id
  JOIN goods_return_photos p ON p.decision_id = c.claim_id AND p.number = c.first_receipt
  JOIN files f ON f.id = p.file_id
  JOIN file_contents k ON k.sha256 = f.sha256
 WHERE g.invoice_number = :invoice_number ORDER BY g.ordinal LIMIT {AT_MOST}
"""  # noqa: S608  a constant of this module
    ),
)
_CHANGES = typed(
    CarriageChangeRow,
    text(
        f"""
SELECT h.return_id, d.action, h.at, h.by, d.claimed_kopecks, d.paid_on, d.reason
  FROM goods_returns g
  JOIN goods_return_history h ON h.return_id = g.id
  JOIN goods_return_decisions d ON d.id = h.submission_id
 WHERE g.invoice_number = :invoice_number
   AND d.action IN ('claim_carriage', 'confirm_carriage', 'refuse_carriage', 'pay_carriage')
 ORDER BY g.ordinal, h.number LIMIT {AT_MOST}
"""  # noqa: S608  a constant of this module
    ),
    never_null=("return_id", "action", "at", "by"),
)


def carriages(invoice_number: str) -> Query[CarriageRow]:
    """The carriages of an order's returns that were claimed, with their receipts."""
    return _CARRIAGES(invoice_number=invoice_number)


def carriage_changes(invoice_number: str) -> Query[CarriageChangeRow]:
    """What was decided about the carriages of an order's returns."""
    return _CHANGES(invoice_number=invoice_number)
