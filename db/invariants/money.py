"""Invariants of bank entries, payments, surpluses and terms."""

from datetime import timedelta

from db.invariants.invariant import Invariant, invariant

SIGNALLED_WITHIN = timedelta(hours=1)
"""Cases are signalled moments after money is stored; younger rows may still be under way."""

MONEY_INVARIANTS: tuple[Invariant, ...] = (
    invariant(
        "an entry that pays is allocated whole, and no other is allocated",
        """
        SELECT e.id AS entry, e.matched_as, e.amount_kopecks,
               coalesce(sum(a.amount_kopecks), 0) AS allocated_kopecks
        FROM bank_entries e
        LEFT JOIN allocations a ON a.entry_id = e.id AND a.undone_at IS NULL
        WHERE e.matched_as = 'payment' OR a.id IS NOT NULL
        GROUP BY e.id
        HAVING coalesce(sum(a.amount_kopecks), 0)
            <> CASE e.matched_as WHEN 'payment' THEN e.amount_kopecks ELSE 0 END
        """,
    ),
    invariant(
        "an allocation is a payment by transfer, taken back when it is undone",
        """
        SELECT a.id AS allocation, a.payment_id AS payment, p.method, a.undone_at, r.reversed_at
        FROM allocations a
        JOIN bank_entries e ON e.id = a.entry_id
        JOIN payments p ON p.id = a.payment_id
        LEFT JOIN payment_reversals r ON r.payment_id = a.payment_id
        WHERE p.method <> 'bank_transfer'
            OR (p.invoice_number, p.amount_kopecks) <> (a.invoice_number, a.amount_kopecks)
            OR (NOT a.is_link AND (a.undone_at IS NULL) <> (r.payment_id IS NULL))
            OR (NOT a.is_link AND CAST(p.received_at AT TIME ZONE 'Europe/Moscow' AS date) <> e.day)
        """,
    ),
    invariant(
        "what the ledger has of the bank's entries is what they pay",
        """
        SELECT coalesce(t.payment, a.payment) AS payment, t.kopecks AS ledger_kopecks,
               a.kopecks AS allocated_kopecks
        FROM (
            SELECT reference AS payment, sum(
                CASE kind WHEN 'payment_received' THEN amount_kopecks ELSE -amount_kopecks END
            ) AS kopecks
            FROM ledger_transfers
            WHERE kind IN ('payment_received', 'payment_reversed')
                AND reference IN (SELECT payment_id FROM allocations WHERE NOT is_link)
                AND 'cash/bank' IN (debit_account, credit_account)
            GROUP BY reference
        ) AS t
        FULL JOIN (
            SELECT payment_id AS payment,
                   CASE WHEN undone_at IS NULL THEN amount_kopecks ELSE 0 END AS kopecks
            FROM allocations WHERE NOT is_link
        ) AS a ON a.payment = t.payment
        WHERE t.kopecks IS DISTINCT FROM a.kopecks
        """,
    ),
    invariant(
        "what a bank statement says came in is there",
        """
        SELECT s.id AS bank_statement, stated.account, stated.credited_kopecks,
               came.kopecks AS entries_kopecks
        FROM bank_statements s
        CROSS JOIN jsonb_to_recordset(s.accounts) AS stated (
            account text, first_day date, last_day date, credited_kopecks bigint)
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(e.amount_kopecks), 0) AS kopecks FROM bank_entries e
            WHERE e.account = stated.account AND e.direction = 'in'
                AND (e.repeats IS NULL OR e.status = 'matched')
                AND e.day BETWEEN stated.first_day AND stated.last_day
        ) AS came
        WHERE s.status = 'imported' AND came.kopecks < stated.credited_kopecks
        """,
    ),
    invariant(
        "a surplus is what came above what is due, and the ledger holds what is not promised",
        """
        SELECT i.number AS invoice, i.paid_kopecks, i.surplus_kopecks, i.surplus_promised_kopecks,
               coalesce(b.balance_kopecks, 0) AS ledger_kopecks
        FROM invoices i LEFT JOIN ledger_balances b ON b.account = 'surplus/' || i.number
        WHERE i.surplus_kopecks <> greatest(0, i.paid_kopecks
                - CASE WHEN i.voided_at IS NULL THEN i.total_kopecks ELSE 0 END)
            OR coalesce(b.balance_kopecks, 0) <> i.surplus_kopecks - i.surplus_promised_kopecks
        """,
    ),
    invariant(
        "what is promised of a surplus is the sum of its cases",
        """
        SELECT i.number AS invoice, i.surplus_promised_kopecks,
               coalesce(sum(r.sum_kopecks), 0) AS cases_kopecks
        FROM invoices i LEFT JOIN refunds r
            ON r.invoice_number = i.number AND r.kind = 'surplus'
            AND r.status NOT IN ('declined', 'cancelled', 'expired')
        GROUP BY i.number
        HAVING i.surplus_promised_kopecks - i.surplus_taken_back_kopecks
            <> coalesce(sum(r.sum_kopecks), 0)
        """,
    ),
    invariant(
        "our invoices are numbered without gaps",
        """
        SELECT c.year, c.last, count(i.sequence) AS issued, max(i.sequence) AS highest
        FROM invoice_counters c LEFT JOIN issued_invoices i ON i.year = c.year
        GROUP BY c.year
        HAVING count(i.sequence) <> c.last OR coalesce(max(i.sequence), 0) <> c.last
        """,
    ),
    invariant(
        "a term that has begun is paid",
        """
        SELECT t.id AS term, t.starts_on, i.number AS invoice, i.total_kopecks, i.paid_kopecks
        FROM terms t
        JOIN issued_invoices own ON own.invoice_number = t.invoice_number
        JOIN invoices i ON i.number = t.invoice_number
        WHERE t.withdrawn_at IS NULL AND t.stopped_on IS NULL
            AND t.starts_on <= CAST(now() AT TIME ZONE 'Europe/Moscow' AS date)
            AND i.paid_kopecks < i.total_kopecks
        """,
    ),
    invariant(
        "a term that runs is watched by its case",
        """
        SELECT t.id AS term, t.subscription_id AS subscription, t.starts_on, t.ends_on
        FROM terms t LEFT JOIN renewals r ON r.term_id = t.id
        WHERE r.id IS NULL AND t.withdrawn_at IS NULL AND t.stopped_on IS NULL
            AND CAST(now() AT TIME ZONE 'Europe/Moscow' AS date)
                BETWEEN t.starts_on + 1 AND t.ends_on
            AND t.created_at < now() - make_interval(secs => :notified_within)
        """,
        notified_within=SIGNALLED_WITHIN.total_seconds(),
    ),
    invariant(
        "no case waits to hear of its money",
        """
        SELECT renewal_id AS renewal, at FROM recheck_outbox
        WHERE at < now() - make_interval(secs => :notified_within)
        """,
        notified_within=SIGNALLED_WITHIN.total_seconds(),
    ),
    invariant(
        "no client waits to hear of a surplus",
        """
        SELECT i.number AS invoice, i.surplus_kopecks, i.surplus_notified_kopecks
        FROM invoices i
        JOIN ledger_transfers t ON t.kind = 'surplus_held'
            AND t.reference = i.number || '@' || i.surplus_changes
        WHERE i.surplus_kopecks > i.surplus_notified_kopecks
            AND t.recorded_at < now() - make_interval(secs => :notified_within)
        """,
        notified_within=SIGNALLED_WITHIN.total_seconds(),
    ),
)
"""Each compares the bank's entries with our payments, and those with the cases concerned."""
