"""Invariants of terms and the orders and refunds that made them."""

from datetime import timedelta

from db.invariants.invariant import Invariant, invariant

HEARD_WITHIN = timedelta(hours=1)
"""A case reads its payments moments after they are stored; younger rows may still be under way."""

TERM_INVARIANTS: tuple[Invariant, ...] = (
    invariant(
        "a term that was sold has its order's months, by the anchor of its chain",
        """
        SELECT t.id AS term, t.subscription_id AS subscription, t.starts_on, t.ends_on,
               t.anchored_on, o.months
        FROM terms t
        JOIN issued_invoices i ON i.invoice_number = t.invoice_number
        JOIN orders o ON o.id = i.order_id
        WHERE chain_day(t.anchored_on, t.starts_on - 1) <> t.starts_on - 1
            OR t.ends_on <> chain_day(t.anchored_on, CAST(
                (t.starts_on - 1) + make_interval(months => o.months) AS date))
            OR (t.anchored_on <> t.starts_on AND NOT EXISTS (
                SELECT FROM terms earlier
                WHERE earlier.subscription_id = t.subscription_id
                    AND earlier.ends_on = t.starts_on - 1
                    AND earlier.anchored_on = t.anchored_on))
        """,
    ),
    invariant(
        "what was paid for a term has made it, or went back",
        """
        SELECT i.number AS invoice, i.total_kopecks, i.paid_kopecks, own.renewal_id AS renewal
        FROM issued_invoices own JOIN invoices i ON i.number = own.invoice_number
        WHERE i.voided_at IS NULL AND i.paid_kopecks >= i.total_kopecks
            AND i.promised_kopecks - i.surplus_promised_kopecks < i.total_kopecks
            AND (SELECT max(p.created_at) FROM payments p WHERE p.invoice_number = i.number)
                < now() - make_interval(secs => :heard_within)
            AND NOT EXISTS (
                SELECT FROM terms t
                WHERE t.invoice_number = i.number AND t.stop_reason IS DISTINCT FROM 'unpaid'
                    AND (t.withdrawn_at IS NULL OR refunded_from(t) = t.starts_on))
        """,
        heard_within=HEARD_WITHIN.total_seconds(),
    ),
    invariant(
        "a term loses the days that were signed for, and no other",
        """
        SELECT t.id AS term, t.invoice_number AS invoice, t.starts_on, t.ends_on, t.stopped_on,
               refunded_from(t) AS signed_on
        FROM terms t
        WHERE t.invoice_number IS NOT NULL AND t.withdrawn_at IS NULL
            AND t.stop_reason IS DISTINCT FROM 'unpaid'
            AND t.stopped_on IS DISTINCT FROM
                CASE WHEN refunded_from(t) <= t.ends_on THEN refunded_from(t) END
        """,
    ),
    invariant(
        "a case has sold a term that stands",
        """
        SELECT r.id AS renewal, r.status, t.id AS term, t.withdrawn_at, t.stop_reason
        FROM renewals r JOIN terms t ON t.id = r.next_term_id
        WHERE t.withdrawn_at < now() - make_interval(secs => :heard_within)
            OR (t.stop_reason = 'unpaid' AND EXISTS (
                SELECT FROM payment_reversals v JOIN payments p ON p.id = v.payment_id
                WHERE p.invoice_number = t.invoice_number
                HAVING max(v.reversed_at) < now() - make_interval(secs => :heard_within)))
        """,
        heard_within=HEARD_WITHIN.total_seconds(),
    ),
)
"""Each compares a term with what was ordered, paid and signed for it."""
