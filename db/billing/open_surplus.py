"""Open surpluses: money above what is due that has not gone back to its client yet."""

from datetime import datetime

from sqlalchemy import text

from db.query import Query, row, typed


@row
class OpenSurplus:
    """What is held above an invoice's price (kopecks) and how much of it a case has promised back;
    `since` is when an invoice that had none got its first. `told_kopecks` is how much of it the
    client was notified of; `letter` is the status of the newest letter about it and `letter_at`
    when that was settled. The case is the newest that gives this surplus back.
    """

    invoice_number: str
    client_id: str
    client_name: str
    surplus_kopecks: int
    promised_kopecks: int
    since: datetime
    told_kopecks: int
    letter: str | None
    letter_at: datetime | None
    refund_id: str | None
    refund_status: str | None


_OPEN = typed(
    OpenSurplus,
    text(
        """
WITH numbers AS (
    SELECT number FROM invoices WHERE surplus_kopecks > surplus_promised_kopecks
    UNION
    SELECT invoice_number FROM refunds WHERE kind = 'surplus' AND closed_at IS NULL
), surpluses AS (
    SELECT i.number AS invoice_number, i.client_id, i.surplus_kopecks,
           i.surplus_promised_kopecks AS promised_kopecks,
           i.surplus_notified_kopecks AS told_kopecks, i.surplus_changes, s.since
      FROM numbers n JOIN invoices i ON i.number = n.number
      CROSS JOIN LATERAL (
           SELECT min(recorded_at) FILTER (WHERE id > emptied) AS since
             FROM (SELECT id, recorded_at,
                          coalesce(max(id) FILTER (WHERE held = 0) OVER (), 0) AS emptied
                     FROM (SELECT id, recorded_at,
                                  sum(CASE kind WHEN 'surplus_held' THEN amount_kopecks
                                                ELSE -amount_kopecks END) OVER (ORDER BY id) AS held
                             FROM ledger_transfers
                            WHERE kind IN ('surplus_held', 'surplus_freed')
                              AND (credit_account = 'surplus/' || i.number
                                   OR debit_account = 'surplus/' || i.number)) AS moved) AS begun
           ) AS s
     WHERE i.surplus_kopecks > 0
), page AS (
    SELECT * FROM surpluses WHERE (since, invoice_number) > (:after_at, :after_number)
     ORDER BY since, invoice_number LIMIT :how_many
)
SELECT p.invoice_number, p.client_id, c.name AS client_name, p.surplus_kopecks, p.promised_kopecks,
       p.since, p.told_kopecks, l.status AS letter, l.settled_at AS letter_at, r.id AS refund_id,
       r.status AS refund_status
  FROM page p JOIN clients c ON c.id = p.client_id
  LEFT JOIN LATERAL (
       SELECT o.status, o.settled_at FROM generate_series(1, p.surplus_changes) AS change
         JOIN notifications o ON o.case_id IS NULL AND o.role = 'client' AND o.channel = 'mail'
              AND o.occasion = 'surplus-' || p.invoice_number || '-' || change
        ORDER BY change DESC LIMIT 1) AS l ON true
  LEFT JOIN LATERAL (
       SELECT id, status FROM refunds
        WHERE invoice_number = p.invoice_number AND kind = 'surplus'
        ORDER BY ordinal DESC LIMIT 1) AS r ON true
 ORDER BY p.since, p.invoice_number
"""
    ),
    never_null=(
        "invoice_number",
        "client_id",
        "client_name",
        "surplus_kopecks",
        "promised_kopecks",
        "since",
        "told_kopecks",
    ),
)
_BEFORE_ALL = (datetime.fromisoformat("1970-01-01T00:00:00+00:00"), "")


def listed(how_many: int, after: tuple[datetime, str] | None = None) -> Query[OpenSurplus]:
    """Open surpluses, the oldest first; `after` is (since, invoice) of the last one seen."""
    at, number = after or _BEFORE_ALL
    return _OPEN(after_at=at, after_number=number, how_many=how_many)
