"""Invariants of payments by card and the invoices' payments made by them."""

from db.invariants.invariant import Invariant, invariant

CARD_INVARIANTS: tuple[Invariant, ...] = (
    invariant(
        "a payment by card is the money of its invoice that the acquirer calls so",
        """
        SELECT c.order_id, c.invoice_number AS invoice, c.acquirer_payment_id, p.id AS payment,
               p.invoice_number AS paid_invoice
        FROM card_payments c JOIN payments p ON p.id = c.payment_id
        WHERE p.invoice_number <> c.invoice_number
            OR p.acquirer_payment_id IS DISTINCT FROM c.acquirer_payment_id
        """,
    ),
    invariant(
        "a payment by card brings what was asked for",
        """
        SELECT c.order_id, c.amount_kopecks, p.id AS payment, p.amount_kopecks AS paid_kopecks
        FROM card_payments c JOIN payments p ON p.id = c.payment_id
        WHERE p.amount_kopecks <> c.amount_kopecks
        """,
    ),
)
"""The other record of the same payment is billing's; either may be wrong."""
