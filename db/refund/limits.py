"""What the limits of a refund count beside its own sum, with locks that keep others from
counting.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import text

from db.facts import Reading, every
from db.query import Query, row, typed
from domain.calendar.bank_calendar import moscow_date
from domain.refund.limits import OtherRefunds


@row
class LockedInvoice:
    """A locked invoice."""

    number: str


@row
class LockedClient:
    """A locked client."""

    id: str


@row
class OtherRefundsRow:
    """What other cases refund: of the same invoice, and to the same client."""

    invoice_kopecks: int
    client_kopecks: int


_LOCK_INVOICE = typed(
    LockedInvoice, text("SELECT number FROM invoices WHERE number = :invoice_number FOR UPDATE")
)
_LOCK_CLIENT = typed(
    LockedClient,
    text(
        """
SELECT id FROM clients WHERE id = (SELECT client_id FROM invoices WHERE number = :invoice_number)
   FOR NO KEY UPDATE
"""
    ),
)
_GOING_BACK = typed(
    OtherRefundsRow,
    text(
        """
WITH beside AS (
    SELECT r.invoice_number, r.sum_kopecks, r.first_paid_on
      FROM refunds r JOIN invoices i ON i.client_id = r.client_id
     WHERE i.number = :invoice_number AND r.id <> :except_refund
       AND r.status NOT IN ('declined', 'cancelled', 'expired')
), in_force AS (
    SELECT document FROM policies
     WHERE kind = 'refund' AND valid_from <= :at
       AND version <= coalesce(
           (SELECT policy_version FROM refunds WHERE id = :except_refund), version)
     ORDER BY version DESC LIMIT 1
)
SELECT CAST(coalesce(sum(sum_kopecks) FILTER (WHERE invoice_number = :invoice_number), 0)
           AS bigint) AS invoice_kopecks,
       CAST(coalesce(sum(sum_kopecks) FILTER (WHERE first_paid_on IS NULL OR first_paid_on > (
           SELECT CAST(:today AS date) - CAST(document #>> '{client_limits,days}' AS integer)
             FROM in_force)), 0) AS bigint) AS client_kopecks
  FROM beside
"""
    ),
    never_null=("invoice_kopecks", "client_kopecks"),
)


def other_refunds(
    invoice_number: str, at: datetime, *, except_refund: str = ""
) -> Query[OtherRefundsRow]:
    """What other cases refund of the invoice and to the client at an instant, within the window of
    the case's policy, or of the newest one.
    """
    return _GOING_BACK(
        invoice_number=invoice_number,
        except_refund=except_refund,
        at=at,
        today=moscow_date(at),
    )


def counted(invoice_number: str, at: datetime, *, except_refund: str = "") -> Reading[OtherRefunds]:
    """The same with the invoice and then its client locked, so that the next case to count includes
    what is stored now.
    """
    number = {"invoice_number": invoice_number}
    counting = every(other_refunds(invoice_number, at, except_refund=except_refund)).to(others_from)
    return counting.behind(_LOCK_INVOICE(**number), _LOCK_CLIENT(**number))


def others_from(rows: Sequence[OtherRefundsRow]) -> OtherRefunds:
    """What other cases refund, from the row of `other_refunds`."""
    (row,) = rows
    return OtherRefunds(row.invoice_kopecks, row.client_kopecks)
