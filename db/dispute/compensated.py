"""What of a disputed order was compensated in its other disputes, and who its buyer was."""

from datetime import date
from typing import Any

from sqlalchemy import text

from db.query import Query, row, typed


@row
class DisputedOrder:
    """The buyer's kind when the order was made; what all other disputes of it gave, in kopecks."""

    client_kind: str
    given_kopecks: int


@row
class CompensatedDays:
    """The days that another dispute of the order compensates, both included."""

    dispute_id: str
    first: date
    last: date


_ORDER = typed(
    DisputedOrder,
    text(
        """
SELECT i.client_kind,
       (SELECT coalesce(sum(o.compensation_kopecks), 0)::bigint FROM disputes o
         WHERE o.invoice_number = i.number AND o.id <> d.id) AS given_kopecks
  FROM disputes d JOIN invoices i ON i.number = d.invoice_number WHERE d.id = :dispute_id
"""
    ),
    never_null=("given_kopecks",),
)
_OVERLAPPING = typed(
    CompensatedDays,
    text(
        """
SELECT o.id AS dispute_id, counted.first, counted.last
  FROM disputes d JOIN disputes o ON o.invoice_number = d.invoice_number AND o.id <> d.id
 CROSS JOIN compensated_days(o.id) AS counted
 WHERE d.id = :dispute_id AND o.compensation_kopecks > 0
   AND counted.first <= CAST(:last AS date) AND counted.last >= CAST(:first AS date)
 ORDER BY o.ordinal LIMIT 1
"""
    ),
    never_null=("first", "last"),
)


def order_of(dispute_id: str) -> Query[DisputedOrder]:
    """The order of a dispute."""
    return _ORDER(dispute_id=dispute_id)


def overlapping(dispute_id: str, first: date, last: date) -> Query[CompensatedDays]:
    """The first other dispute of the order that compensates one of these days already."""
    params: dict[str, Any] = {"first": first, "last": last}
    return _OVERLAPPING(dispute_id=dispute_id, **params)
