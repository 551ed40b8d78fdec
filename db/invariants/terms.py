"""What the days of terms must say of the orders and refunds that they come from."""

from db.invariants.truths import Truth, truth

TERM_TRUTHS: tuple[Truth, ...] = (
    truth(
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
)
"""Each compares a term with what was ordered, paid and signed for it."""
