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
                SELECT cash_of(p.channel), -p.amount_kopecks FROM payouts p
                WHERE p.status = 'paid' AND NOT EXISTS (
                    SELECT FROM taken_backs t
                    WHERE t.id = p.external_id AND p.channel_reason = 'given_back_there')
                UNION ALL
                SELECT 'cash/acquirer', -amount_kopecks FROM taken_backs
                UNION ALL
                SELECT 'cash/acquirer', t.amount_kopecks
                FROM taken_back_returns r JOIN taken_backs t ON t.id = r.taken_back_id
                UNION ALL
                SELECT 'cash/bank', -compensation_kopecks FROM disputes
                WHERE compensated_on IS NOT NULL
                UNION ALL
                SELECT 'cash/bank', -amount_kopecks FROM goods_return_carriages
                WHERE paid_on IS NOT NULL
            ) AS moves GROUP BY account
        ) AS moved ON moved.account = held.account
        WHERE -held.balance_kopecks <> moved.kopecks
        """,
    ),
    invariant(
        "no account of somebody's money is overdrawn",
        """
        SELECT account, balance_kopecks FROM ledger_balances
        WHERE account NOT SIMILAR TO '(cash|taken|expense)/%' AND balance_kopecks < 0
        """,
    ),
    invariant(
        "what was taken back is covered, or open, and never covered by more",
        """
        SELECT i.number AS invoice, i.taken_back_kopecks, taken.kopecks AS taken_kopecks,
               coalesce(b.balance_kopecks, 0) AS ledger_kopecks
        FROM invoices i
        LEFT JOIN ledger_balances b ON b.account = 'taken/' || i.number
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(t.amount_kopecks), 0) AS kopecks FROM taken_backs t
            WHERE t.invoice_number = i.number AND NOT EXISTS (
                SELECT FROM taken_back_returns r WHERE r.taken_back_id = t.id)
        ) AS taken
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(p.amount_kopecks), 0) AS kopecks
            FROM payouts p JOIN taken_backs t ON t.id = p.external_id
            WHERE t.invoice_number = i.number AND p.status = 'paid'
                AND p.channel_reason = 'given_back_there'
        ) AS booked
        WHERE coalesce(b.balance_kopecks, 0) > 0
            OR coalesce(b.balance_kopecks, 0)
                <> i.taken_back_kopecks + booked.kopecks - taken.kopecks
        """,
    ),
    invariant(
        "nobody is paid what the acquirer took back, unless a person has decided so",
        """
        SELECT f.invoice_number AS invoice, o.case_id AS refund, o.attempt, t.id AS taken_back
        FROM payment_orders o
        JOIN payment_runs r ON r.id = o.run_id
        JOIN refunds f ON f.id = o.case_id
        JOIN ledger_balances b ON b.account = 'taken/' || f.invoice_number
        JOIN taken_backs t ON t.invoice_number = f.invoice_number
        LEFT JOIN acquirer_difference_decisions x ON x.difference_id = t.difference_id
        WHERE b.balance_kopecks < 0 AND t.found_at < r.created_at
            AND coalesce(x.decided_at, 'infinity') > r.created_at
        """,
    ),
    invariant(
        "no day of an order is compensated twice",
        """
        SELECT d.invoice_number AS invoice, d.id AS dispute, o.id AS other, later.first
        FROM disputes d
        JOIN disputes o ON o.invoice_number = d.invoice_number AND o.ordinal > d.ordinal
        CROSS JOIN compensated_days(d.id) AS sooner
        CROSS JOIN compensated_days(o.id) AS later
        WHERE d.compensation_kopecks > 0 AND o.compensation_kopecks > 0
            AND sooner.first <= later.last AND sooner.last >= later.first
        """,
    ),
    invariant(
        "a compensation is within the law, and owed or paid",
        """
        SELECT d.id AS dispute, d.compensation_kopecks, c.cap_kopecks,
               coalesce(b.balance_kopecks, 0) AS ledger_kopecks
        FROM disputes d
        LEFT JOIN LATERAL (
            SELECT c.cap_kopecks
            FROM dispute_decisions c JOIN dispute_history h ON h.submission_id = c.id
            WHERE c.dispute_id = d.id AND c.compensation_kopecks = d.compensation_kopecks
                AND d.compensation_kopecks > 0
            ORDER BY h.number DESC LIMIT 1
        ) c ON true
        LEFT JOIN ledger_balances b ON b.account = 'compensation/' || d.id
        WHERE d.compensation_kopecks > coalesce(c.cap_kopecks, 0)
            OR (d.status = 'performing' OR b.balance_kopecks IS NOT NULL)
                AND coalesce(b.balance_kopecks, 0) <> CASE
                    WHEN d.status IN ('performing', 'outside') AND d.compensated_on IS NULL
                    THEN d.compensation_kopecks ELSE 0 END
        """,
    ),
)
"""Each compares the ledger with the tables whose triggers wrote it."""
