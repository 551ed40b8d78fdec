"""Invariants of payouts against the acquirer's stored lists and receipts."""

from db.invariants.invariant import Invariant, invariant

ACQUIRER_INVARIANTS: tuple[Invariant, ...] = (
    invariant(
        "no payment order is written over an undecided difference with the acquirer",
        """
        SELECT o.id AS payment_order, o.case_id AS refund, o.attempt, d.invariant, d.subject
        FROM payment_orders o
        JOIN payment_runs r ON r.id = o.run_id
        JOIN refunds f ON f.id = o.case_id
        JOIN payments p ON p.invoice_number = f.invoice_number
        JOIN acquirer_differences d ON d.acquirer_payment_id = p.acquirer_payment_id
        LEFT JOIN acquirer_difference_decisions x ON x.difference_id = d.id
        WHERE d.found_at < r.created_at AND coalesce(x.decided_at, 'infinity') > r.created_at
        """,
    ),
    invariant(
        "a part that the acquirer was asked to give back has its receipt where the acquirer prints",
        """
        SELECT o.case_id AS refund, o.attempt, o.amount_kopecks, p.amount_kopecks AS payment_kopecks
        FROM payouts o JOIN payments p ON p.id = o.payment_id
        WHERE o.channel = 'acquirer' AND o.status IN ('paid', 'returned')
            AND o.channel_reason = 'paid_this_way' AND o.amount_kopecks < p.amount_kopecks
            AND NOT EXISTS (
                SELECT FROM receipts r WHERE r.case_id = o.case_id AND r.attempt = o.attempt)
            AND (
                SELECT y.document ->> 'printed_by' FROM policies y
                WHERE y.kind = 'receipt' AND y.valid_from <= o.prepared_at
                ORDER BY y.version DESC LIMIT 1) = 'acquirer'
        """,
    ),
)
"""Refunds made in the acquirer's cabinet after an order was written are found by the daily
comparison.
"""
