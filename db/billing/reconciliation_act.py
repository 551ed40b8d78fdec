"""What moved between us and a client, by the ledger: for the act of reconciliation."""

from datetime import date
from typing import Final

from sqlalchemy import text

from db.query import Query, row, typed

OPENING: Final = "opening"
CLOSING: Final = "closing"


@row
class ActRow:
    """A transfer of the ledger between cash and the client's accounts, with the document that it
    tells of; or the balance at the beginning or the end of a period, under `kind` `opening` or
    `closing`, above zero for the client's money with us. `place` puts one day's transfers in order.
    """

    kind: str
    place: int
    day: date
    amount_kopecks: int
    invoice_number: str | None
    method: str | None
    order_number: str | None
    order_day: date | None


# One statement, so that balances and transfers are of one moment.
_ACT = typed(
    ActRow,
    text(
        """
WITH moved AS (
    SELECT t.kind, t.id AS place, t.amount_kopecks, p.invoice_number, p.method, p.id AS payment_id,
           CAST(NULL AS text) AS case_id, CAST(NULL AS integer) AS attempt,
           CAST((CASE t.kind WHEN 'payment_reversed' THEN r.reversed_at ELSE p.received_at END)
                AT TIME ZONE 'Europe/Moscow' AS date) AS day
      FROM invoices i JOIN payments p ON p.invoice_number = i.number
      JOIN ledger_transfers t ON t.kind IN ('payment_received', 'payment_reversed')
           AND t.reference = p.id
      LEFT JOIN payment_reversals r ON r.payment_id = p.id
     WHERE i.client_id = :client_id
    UNION ALL
    SELECT t.kind, t.id, t.amount_kopecks, f.invoice_number,
           CASE o.channel WHEN 'bank' THEN 'bank_transfer' ELSE p.method END, NULL,
           o.case_id, o.attempt,
           CASE t.kind WHEN 'payout_paid' THEN o.settled_on
                ELSE coalesce(e.day, CAST(t.recorded_at AT TIME ZONE 'Europe/Moscow' AS date)) END
      FROM refunds f JOIN payouts o ON o.case_id = f.id
      JOIN ledger_transfers t ON t.kind IN ('payout_paid', 'payout_returned')
           AND t.reference = o.case_id || '/' || o.attempt
      LEFT JOIN payments p ON p.id = o.payment_id
      LEFT JOIN bank_entries e ON e.matched_case = o.case_id AND e.matched_attempt = o.attempt
           AND e.matched_as = 'return' AND e.status = 'matched'
     WHERE f.client_id = :client_id
), balances AS (
    SELECT day, CASE WHEN kind IN ('payment_received', 'payout_returned')
                     THEN amount_kopecks ELSE -amount_kopecks END AS signed_kopecks
      FROM moved
), shown AS (
    SELECT * FROM moved WHERE day BETWEEN :first_day AND :last_day
     ORDER BY day, place LIMIT :how_many
)
SELECT 'opening' AS kind, CAST(0 AS bigint) AS place, CAST(:first_day AS date) AS day,
       CAST(coalesce(sum(signed_kopecks), 0) AS bigint) AS amount_kopecks,
       CAST(NULL AS text) AS invoice_number, CAST(NULL AS text) AS method,
       CAST(NULL AS text) AS order_number, CAST(NULL AS date) AS order_day
  FROM balances WHERE day < :first_day
UNION ALL
SELECT 'closing', 0, CAST(:last_day AS date), CAST(coalesce(sum(signed_kopecks), 0) AS bigint),
       NULL, NULL, NULL, NULL
  FROM balances WHERE day <= :last_day
UNION ALL
SELECT s.kind, s.place, s.day, s.amount_kopecks, s.invoice_number, s.method,
       coalesce(a.number, CAST(b.number AS text)), coalesce(a.day, b.day)
  FROM shown s
  LEFT JOIN LATERAL (
       SELECT n.number, n.day FROM allocations l JOIN bank_entries n ON n.id = l.entry_id
        WHERE l.invoice_number = s.invoice_number AND l.payment_id = s.payment_id
        ORDER BY l.allocated_at DESC LIMIT 1) a ON true
  LEFT JOIN payment_orders b ON b.case_id = s.case_id AND b.attempt = s.attempt
       AND b.dissolved_at IS NULL
"""
    ),
    never_null=("kind", "place", "day", "amount_kopecks"),
)


def of_client(client_id: str, first_day: date, last_day: date, how_many: int) -> Query[ActRow]:
    """The balances at both ends of a period, both days inclusive, and at most `how_many` transfers
    between them, in no order.

    A payment is of the day on which it was received, a refund of the day on which it was settled,
    whenever we heard of either.
    """
    return _ACT(client_id=client_id, first_day=first_day, last_day=last_day, how_many=how_many)
