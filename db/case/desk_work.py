"""What waits for staff beside cases: how much of each kind, in one query."""

from sqlalchemy import text

from db.query import Query, row, typed


@row
class WaitingWork:
    """How much of one kind waits."""

    kind: str
    waiting: int


_WAITING = typed(
    WaitingWork,
    text(
        """
WITH postponed AS (
SELECT count(*) AS entries FROM bank_entries
 WHERE postponed_at IS NOT NULL AND is_postponed(postponed_at, postponed_until)
)
SELECT 'entries' AS kind,
       (SELECT count(*) FROM bank_entries WHERE status = 'unmatched') - postponed.entries AS waiting
  FROM postponed
UNION ALL
SELECT 'postponed', entries FROM postponed
UNION ALL
SELECT 'runs', count(*) FROM payment_runs WHERE handed_over_at IS NULL AND dissolved_at IS NULL
UNION ALL
SELECT 'importing', count(*) FROM bank_statements WHERE status = 'received'
UNION ALL
SELECT 'refused', count(*) FROM bank_statements WHERE status = 'refused'
UNION ALL
SELECT 'differences', count(*) FROM acquirer_differences AS d
 WHERE NOT EXISTS (SELECT FROM acquirer_difference_decisions WHERE difference_id = d.id)
UNION ALL
SELECT 'receipts', count(*) FROM receipts AS r
 WHERE status = 'failed' AND NOT EXISTS (
       SELECT FROM payouts AS p
        WHERE p.case_id = r.case_id AND p.attempt = r.attempt AND p.status = 'rejected')
UNION ALL
SELECT 'surpluses', count(*)
  FROM (SELECT number FROM invoices WHERE surplus_kopecks > surplus_promised_kopecks
        UNION
        SELECT i.number FROM refunds AS r JOIN invoices AS i ON i.number = r.invoice_number
         WHERE r.kind = 'surplus' AND r.closed_at IS NULL AND i.surplus_kopecks > 0) AS held
UNION ALL
SELECT 'limit_requests', count(*) FROM limit_requests WHERE answered_at IS NULL
UNION ALL
SELECT 'tickets', count(*) FROM tickets WHERE turn_at IS NOT NULL
UNION ALL
SELECT 'goods_returns', count(*) FROM goods_returns
 WHERE closed_at IS NULL AND waiting_for = 'specialist'
UNION ALL
SELECT 'disputes', count(*) FROM disputes
 WHERE closed_at IS NULL AND waiting_for IN ('specialist', 'accountant', 'operator')
UNION ALL
SELECT 'collections', count(*) FROM collections
 WHERE closed_at IS NULL AND waiting_for IN ('specialist', 'accountant', 'operator')
UNION ALL
SELECT 'lawyer', count(*) FROM collections WHERE status = 'legal'
UNION ALL
SELECT 'letters', count(*) FROM notifications WHERE channel = 'mail' AND status = 'failed'
   AND replaced_at IS NULL
"""
    ),
    never_null=("kind", "waiting"),
)


def waiting_work() -> Query[WaitingWork]:
    """One row a kind: bank entries that nobody has decided about, those of which somebody has
    postponed the decision, payment runs that the bank has
    not got, statements that are read or were refused, differences and receipts that wait for an
    accountant, surpluses that have not gone back, requests for a higher limit, tickets,
    returns of goods, disputes and unpaid orders that wait for us, debts that a lawyer has, letters
    that were given up.
    """
    return _WAITING()
