"""Invariants of the ledger's balances and the rows they were made from."""

from db.invariants.invariant import Invariant, invariant

LEDGER_INVARIANTS: tuple[Invariant, ...] = (
    invariant(
        "every payment is in the ledger once, whole",
        """
        SELECT p.id AS payment, p.amount_kopecks, t.amount_kopecks AS ledger_kopecks
        FROM payments p FULL JOIN ledger_transfers t
            ON t.kind = 'payment_received' AND t.reference = p.id
        WHERE (p.id IS NOT NULL OR t.kind = 'payment_received')
            AND p.amount_kopecks IS DISTINCT FROM t.amount_kopecks
        """,
    ),
    invariant(
        "what is free of an invoice is what was paid for its lines and not promised",
        """
        SELECT i.number AS invoice, i.paid_kopecks, i.surplus_kopecks, i.promised_kopecks,
               coalesce(b.balance_kopecks, 0) AS ledger_kopecks
        FROM invoices i LEFT JOIN ledger_balances b ON b.account = 'invoice/' || i.number
        WHERE coalesce(b.balance_kopecks, 0) <> i.paid_kopecks - i.surplus_kopecks
            - (i.promised_kopecks - i.surplus_promised_kopecks)
        """,
    ),
    invariant(
        "what is owed in a case is its promise less what is on its way or paid",
        """
        SELECT r.id AS refund, r.status, coalesce(b.balance_kopecks, 0) AS ledger_kopecks,
               promise_of(r.status, r.sum_kopecks) AS promised_kopecks,
               coalesce(sum(p.amount_kopecks), 0) AS taken_kopecks
        FROM refunds r
        LEFT JOIN ledger_balances b ON b.account = 'promised/' || r.id
        LEFT JOIN payouts p ON p.case_id = r.id AND p.status NOT IN ('rejected', 'returned')
        GROUP BY r.id, b.balance_kopecks
        HAVING coalesce(b.balance_kopecks, 0)
            <> promise_of(r.status, r.sum_kopecks) - coalesce(sum(p.amount_kopecks), 0)
        """,
    ),
    invariant(
        "money on its way is that of the payouts that are not settled",
        """
        SELECT p.case_id AS refund, p.attempt, p.status, p.amount_kopecks,
               coalesce(b.balance_kopecks, 0) AS ledger_kopecks
        FROM payouts p
        LEFT JOIN ledger_balances b ON b.account = 'transit/' || p.case_id || '/' || p.attempt
        WHERE coalesce(b.balance_kopecks, 0) <> CASE
            WHEN p.status IN ('prepared', 'sent', 'unknown') THEN p.amount_kopecks ELSE 0 END
        """,
    ),
    invariant(
        "the money that we hold is what came less what left",
        """
        SELECT held.account, -held.balance_kopecks AS ledger_kopecks, moved.kopecks
        FROM ledger_balances held JOIN (
            SELECT account, sum(kopecks) AS kopecks FROM (
                SELECT cash_of(method) AS account, amount_kopecks AS kopecks FROM payments
                UNION ALL
                SELECT cash_of(p.method), -p.amount_kopecks
                FROM payment_reversals r JOIN payments p ON p.id = r.payment_id
                UNION ALL
                SELECT cash_of(channel), -amount_kopecks FROM payouts WHERE status = 'paid'
            ) AS moves GROUP BY account
        ) AS moved ON moved.account = held.account
        WHERE -held.balance_kopecks <> moved.kopecks
        """,
    ),
    invariant(
        "no account of somebody's money is overdrawn",
        """
        SELECT account, balance_kopecks FROM ledger_balances
        WHERE account NOT LIKE 'cash/%' AND balance_kopecks < 0
        """,
    ),
)
"""Each compares the ledger with the tables whose triggers wrote it."""
