"""Invariants of payment runs, bank entries and payouts through the bank."""

from datetime import timedelta

from db.invariants.invariant import Invariant, invariant
from domain.banking.statement_import import EXECUTED_WITHIN_DAYS

HEARD_WITHIN = timedelta(hours=1)
"""A payout is signalled its entry moments before or after the entry is matched; younger ones may
still be under way.
"""

BANK_INVARIANTS: tuple[Invariant, ...] = (
    invariant(
        "a matched entry is of its payout's sum, through the bank",
        """
        SELECT e.id AS entry, e.matched_as, e.amount_kopecks, p.case_id AS refund, p.attempt,
               p.channel, p.amount_kopecks AS payout_kopecks
        FROM bank_entries e
        JOIN payouts p ON p.case_id = e.matched_case AND p.attempt = e.matched_attempt
        WHERE e.status = 'matched'
            AND (p.amount_kopecks <> e.amount_kopecks OR p.channel <> 'bank')
        """,
    ),
    invariant(
        "a debit is of a payout that is paid, and a return of one that is returned",
        """
        SELECT e.id AS entry, e.matched_as, p.case_id AS refund, p.attempt, p.status
        FROM bank_entries e
        JOIN payouts p ON p.case_id = e.matched_case AND p.attempt = e.matched_attempt
        WHERE e.status = 'matched' AND p.status <> 'returned'
            AND NOT (e.matched_as = 'payout' AND p.status = 'paid')
            AND e.decided_at < now() - make_interval(secs => :heard_within)
        """,
        heard_within=HEARD_WITHIN.total_seconds(),
    ),
    invariant(
        "a payout that the bank paid has one debit, and one that came back has one return",
        """
        SELECT p.case_id AS refund, p.attempt, p.status,
               count(*) FILTER (WHERE e.matched_as = 'payout') AS debits,
               count(*) FILTER (WHERE e.matched_as = 'return') AS returns
        FROM payouts p
        LEFT JOIN bank_entries e ON e.status = 'matched'
            AND e.matched_case = p.case_id AND e.matched_attempt = p.attempt
        WHERE p.channel = 'bank' AND p.status IN ('paid', 'returned')
            AND p.changed_at < now() - make_interval(secs => :heard_within)
        GROUP BY p.case_id, p.attempt
        HAVING count(*) FILTER (WHERE e.matched_as = 'payout') <> 1
            OR (p.status = 'returned' AND count(*) FILTER (WHERE e.matched_as = 'return') <> 1)
        """,
        heard_within=HEARD_WITHIN.total_seconds(),
    ),
    invariant(
        "a payout that was returned to its client left by no payment order",
        """
        SELECT r.case_id AS refund, r.attempt, p.status
        FROM returned_requisites r
        JOIN payouts p ON p.case_id = r.case_id AND p.attempt = r.attempt
        WHERE p.status NOT IN ('prepared', 'rejected') OR p.channel <> 'bank'
            OR EXISTS (SELECT FROM payment_orders o
                       WHERE o.case_id = r.case_id AND o.attempt = r.attempt
                           AND o.dissolved_at IS NULL)
        """,
    ),
    invariant(
        "a payout is paid on the day of its debit",
        """
        SELECT p.case_id AS refund, p.attempt, p.settled_on, e.day
        FROM payouts p
        JOIN bank_entries e ON e.status = 'matched' AND e.matched_as = 'payout'
            AND e.matched_case = p.case_id AND e.matched_attempt = p.attempt
        WHERE p.status IN ('paid', 'returned') AND p.settled_on IS DISTINCT FROM e.day
        """,
    ),
    invariant(
        "a payment order is for what its payout is, through the bank",
        """
        SELECT o.number AS order_number, o.amount_kopecks, p.case_id AS refund, p.attempt,
               p.channel, p.amount_kopecks AS payout_kopecks
        FROM payment_orders o
        LEFT JOIN payouts p ON p.case_id = o.case_id AND p.attempt = o.attempt
        WHERE p.channel IS DISTINCT FROM 'bank'
            OR p.amount_kopecks IS DISTINCT FROM o.amount_kopecks
        """,
    ),
    invariant(
        "no two orders can pay one case",
        """
        SELECT o.case_id AS refund, count(*) AS orders, min(o.number) AS first_number,
               max(o.number) AS last_number
        FROM payment_orders o
        JOIN payouts p ON p.case_id = o.case_id AND p.attempt = o.attempt
        WHERE p.status NOT IN ('rejected', 'returned') AND o.dissolved_at IS NULL
        GROUP BY o.case_id HAVING count(*) > 1
        """,
    ),
    invariant(
        "what is sent by the bank stands in a run that was handed over",
        """
        SELECT p.case_id AS refund, p.attempt, r.number AS run
        FROM payouts p
        LEFT JOIN payment_orders o ON o.case_id = p.case_id AND o.attempt = p.attempt
            AND o.dissolved_at IS NULL
        LEFT JOIN payment_runs r ON r.id = o.run_id
        WHERE p.channel = 'bank' AND p.status = 'sent' AND r.handed_over_at IS NULL
        """,
    ),
    invariant(
        "the orders of a run are dissolved with it, and the bank was not given them",
        """
        SELECT r.number AS run, o.number AS order_number, r.handed_over_at, r.dissolved_at
        FROM payment_runs r
        JOIN payment_orders o ON o.run_id = r.id
        WHERE o.dissolved_at IS DISTINCT FROM r.dissolved_at
            OR (r.dissolved_at IS NOT NULL AND r.handed_over_at IS NOT NULL)
        """,
    ),
    invariant(
        "the bank debits no order twice, and none that was rejected",
        """
        SELECT e.id AS entry, e.day, e.amount_kopecks, o.case_id AS refund, o.attempt, p.status
        FROM payment_orders o
        JOIN payment_runs r ON r.id = o.run_id
        JOIN payouts p ON p.case_id = o.case_id AND p.attempt = o.attempt
        JOIN statements s ON s.id = p.statement_id
        JOIN bank_entries e ON e.account = r.own_account AND e.amount_kopecks = o.amount_kopecks
            AND e.status = 'unmatched' AND e.direction = 'out'
        WHERE ltrim(e.number, '0') = CAST(o.number AS text)
            AND e.counterparty_account = s.account
            AND e.day BETWEEN o.day AND o.day + CAST(:executed_within AS integer)
            AND p.status IN ('paid', 'rejected', 'returned')
            AND p.changed_at < now() - make_interval(secs => :heard_within)
        """,
        executed_within=EXECUTED_WITHIN_DAYS,
        heard_within=HEARD_WITHIN.total_seconds(),
    ),
    invariant(
        "what the ledger says of the bank is what its statements say",
        """
        SELECT coalesce(t.reference, e.reference) AS payout, coalesce(t.kind, e.kind) AS kind,
               t.amount_kopecks AS ledger_kopecks, e.amount_kopecks AS statement_kopecks
        FROM (
            SELECT kind, reference, amount_kopecks, recorded_at FROM ledger_transfers
            WHERE (kind = 'payout_paid' AND credit_account = 'cash/bank')
                OR (kind = 'payout_returned' AND debit_account = 'cash/bank')
        ) AS t
        FULL JOIN (
            SELECT CASE matched_as WHEN 'payout' THEN 'payout_paid' ELSE 'payout_returned' END
                       AS kind,
                   matched_case || '/' || matched_attempt AS reference, amount_kopecks, decided_at
            FROM bank_entries WHERE matched_as IN ('payout', 'return')
        ) AS e ON e.kind = t.kind AND e.reference = t.reference
        WHERE t.amount_kopecks IS DISTINCT FROM e.amount_kopecks
            AND greatest(t.recorded_at, e.decided_at)
                < now() - make_interval(secs => :heard_within)
        """,
        heard_within=HEARD_WITHIN.total_seconds(),
    ),
    invariant(
        "every new entry of an imported statement is kept",
        """
        SELECT s.id AS bank_statement, s.entries_new, count(e.id) AS entries
        FROM bank_statements s LEFT JOIN bank_entries e ON e.statement_id = s.id
        WHERE s.status = 'imported'
        GROUP BY s.id HAVING count(e.id) <> s.entries_new
        """,
    ),
)
"""Each compares runs, orders and entries with payouts and the ledger."""
