"""Orders whose day of payment has gone by, and debts that soon cannot be sued for."""

from datetime import date

from sqlalchemy import text

from db.query import Query, row, typed


@row
class UncollectedInvoice:
    """An overdue invoice without an open case."""

    number: str


@row
class NearLimitation:
    """A case whose last day to sue is near: `days` is the row of the policy that says so."""

    id: str
    client_id: str
    invoice_number: str
    limitation_on: date
    days: int


_UNCOLLECTED = typed(
    UncollectedInvoice,
    text(
        """
SELECT i.number FROM invoices i
  LEFT JOIN collections c ON c.invoice_number = i.number
 WHERE i.due_on < :day AND i.voided_at IS NULL AND i.paid_kopecks < i.total_kopecks
   AND (c.id IS NULL OR c.status = 'paid') AND i.number > :after
 ORDER BY i.number LIMIT :how_many
"""
    ),
    never_null=("number",),
)
_NEAR_LIMITATION = typed(
    NearLimitation,
    text(
        """
SELECT c.id, c.client_id, c.invoice_number, c.limitation_on, near.days
  FROM collections c
  JOIN policies p ON p.kind = c.policy_kind AND p.version = c.policy_version
 CROSS JOIN LATERAL (
       SELECT min(CAST(one.value AS integer)) AS days
         FROM jsonb_array_elements_text(p.document -> 'limitation_days') AS one (value)
        WHERE c.limitation_on - :day <= CAST(one.value AS integer)
  ) AS near
 WHERE c.closed_at IS NULL AND near.days IS NOT NULL
   AND NOT EXISTS (
       SELECT FROM notifications n
        WHERE n.case_id = c.id
          AND n.occasion = 'limitation-' || near.days || to_char(c.limitation_on, '-YYYY-MM-DD'))
 ORDER BY c.limitation_on, c.id LIMIT :how_many
"""
    ),
    never_null=("days",),
)


def uncollected(day: date, after: str, how_many: int) -> Query[UncollectedInvoice]:
    """Invoices that were due before a day and have no open case, by number."""
    return _UNCOLLECTED(day=day, after=after, how_many=how_many)


def near_limitation(day: date, how_many: int) -> Query[NearLimitation]:
    """Cases to warn of on a day, each once for a row of its policy and a last day."""
    return _NEAR_LIMITATION(day=day, how_many=how_many)
