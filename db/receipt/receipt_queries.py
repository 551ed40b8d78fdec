"""The SQL statements of fiscal receipts."""

from sqlalchemy import bindparam, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from db.query import typed
from db.receipt.receipt_rows import (
    DueClosing,
    GivenBackLine,
    OpenClosing,
    OpenRefundReceipt,
    PolicyDocument,
    ReceiptContent,
    ReceiptId,
    ReceiptLine,
    ReceiptRow,
    RefundedPaymentRow,
)
from db.tables import (
    calculation_lines,
    clients,
    invoice_lines,
    payments,
    payouts,
    policies,
    receipts,
    refunds,
)

POLICY = typed(
    PolicyDocument,
    select(policies.c.document)
    .where(policies.c.kind == "receipt", policies.c.valid_from <= bindparam("at"))
    .order_by(policies.c.version.desc())
    .limit(1),
)

_closing = receipts.alias("closing")

OF_ATTEMPT = typed(
    RefundedPaymentRow,
    select(
        payouts.c.payment_id,
        payouts.c.amount_kopecks,
        payments.c.amount_kopecks.label("paid_kopecks"),
        clients.c.email,
        select(_closing.c.id)
        .where(_closing.c.payment_id == payouts.c.payment_id, _closing.c.kind == "closing")
        .exists()
        .label("is_closed"),
    )
    .join(payments, payments.c.id == payouts.c.payment_id)
    .join(refunds, refunds.c.id == payouts.c.case_id)
    .join(clients, clients.c.id == refunds.c.client_id)
    .where(payouts.c.case_id == bindparam("case_id"), payouts.c.attempt == bindparam("attempt")),
    never_null=(
        "is_closed",
        "payment_id",
    ),
)

REFUNDED_LINES = typed(
    ReceiptLine,
    select(
        invoice_lines.c.line_no,
        invoice_lines.c.title,
        invoice_lines.c.kind,
        calculation_lines.c.vat_rate,
        calculation_lines.c.sum_kopecks,
    )
    .select_from(refunds)
    .join(calculation_lines, calculation_lines.c.calculation_id == refunds.c.calculation_id)
    .join(
        invoice_lines,
        (invoice_lines.c.invoice_number == refunds.c.invoice_number)
        & (invoice_lines.c.line_no == calculation_lines.c.line_no),
    )
    .where(refunds.c.id == bindparam("case_id"), calculation_lines.c.sum_kopecks > 0)
    .order_by(invoice_lines.c.line_no),
)

KEPT = typed(
    ReceiptContent,
    select(receipts.c.content).where(
        receipts.c.case_id == bindparam("case_id"), receipts.c.attempt == bindparam("attempt")
    ),
)

PUT = typed(ReceiptId, insert(receipts).on_conflict_do_nothing().returning(receipts.c.id))

# A payment by our page whose every line has begun or was delivered, of which no refund is before
# its payout, and of which anything is left. Refunded parts of a line are in no closing receipt.
DUE = typed(
    DueClosing,
    text(
        """
SELECT p.id AS payment_id, p.invoice_number, c.email,
       p.amount_kopecks - coalesce((SELECT sum(o.amount_kopecks) FROM payouts o
           WHERE o.payment_id = p.id AND o.status = 'paid'), 0) AS left_kopecks
  FROM payments p
  JOIN card_payments k ON k.payment_id = p.id
  JOIN invoices i ON i.number = p.invoice_number
  JOIN clients c ON c.id = i.client_id
 WHERE NOT EXISTS (SELECT FROM receipts r WHERE r.payment_id = p.id AND r.kind = 'closing')
   AND NOT EXISTS (SELECT FROM payment_reversals v WHERE v.payment_id = p.id)
   AND NOT EXISTS (SELECT FROM refunds f WHERE f.invoice_number = i.number
        AND f.first_paid_on IS NULL AND f.status NOT IN ('declined', 'cancelled', 'expired'))
   AND NOT EXISTS (
       SELECT FROM invoice_lines l WHERE l.invoice_number = i.number AND coalesce(
           l.delivered_on,
           (SELECT min(t.starts_on) FROM terms t WHERE t.invoice_number = i.number
               AND t.withdrawn_at IS NULL AND l.kind = 'subscription'),
           l.period_start, 'infinity') > CAST(:today AS date))
 ORDER BY p.received_at, p.id
 LIMIT :at_most
"""
    ),
    never_null=("left_kopecks",),
)

LINES = typed(
    ReceiptLine,
    select(*invoice_lines.c["line_no", "title", "kind", "vat_rate", "sum_kopecks"])
    .where(invoice_lines.c.invoice_number == bindparam("invoice_number"))
    .order_by(invoice_lines.c.line_no),
)

GIVEN_BACK = typed(
    GivenBackLine,
    select(
        refunds.c.id,
        refunds.c.sum_kopecks.label("given_back_kopecks"),
        calculation_lines.c.line_no,
        calculation_lines.c.sum_kopecks,
    )
    .join(calculation_lines, calculation_lines.c.calculation_id == refunds.c.calculation_id)
    .where(
        refunds.c.invoice_number == bindparam("invoice_number"),
        refunds.c.first_paid_on.is_not(None),
        calculation_lines.c.sum_kopecks > 0,
    )
    .order_by(refunds.c.id, calculation_lines.c.line_no),
)

CLOSINGS = typed(
    OpenClosing,
    select(
        *receipts.c["id", "case_id", "amount_kopecks", "content", "acquirer_receipt_id"],
        payments.c.acquirer_payment_id,
        payments.c.invoice_number,
    )
    .join(payments, payments.c.id == receipts.c.payment_id)
    .where(receipts.c.kind == "closing", receipts.c.status.in_(("prepared", "pending")))
    .order_by(receipts.c.changed_at, receipts.c.id)
    .limit(bindparam("at_most")),
    never_null=("acquirer_payment_id",),
)

REFUNDS = typed(
    OpenRefundReceipt,
    select(
        *receipts.c["id", "case_id", "amount_kopecks", "content", "acquirer_receipt_id"],
        payouts.c.external_id,
        payments.c.invoice_number,
    )
    .join(
        payouts,
        (payouts.c.case_id == receipts.c.case_id) & (payouts.c.attempt == receipts.c.attempt),
    )
    .join(payments, payments.c.id == receipts.c.payment_id)
    .where(
        receipts.c.kind == "refund",
        receipts.c.status.in_(("prepared", "pending")),
        payouts.c.status.in_(("paid", "returned")),
        payouts.c.external_id.is_not(None),
    )
    .order_by(receipts.c.changed_at, receipts.c.id)
    .limit(bindparam("at_most")),
    never_null=("external_id",),
)

MOVE = (
    update(receipts)
    .where(
        receipts.c.id == bindparam("receipt_id"),
        receipts.c.status.not_in(("succeeded", "settled")),
    )
    .values(
        status=bindparam("new_status"),
        acquirer_receipt_id=func.coalesce(
            bindparam("new_receipt_id"), receipts.c.acquirer_receipt_id
        ),
        reason=bindparam("new_reason"),
        settled_by=bindparam("new_settled_by"),
        changed_at=bindparam("new_changed_at"),
    )
)

RECEIPTS = typed(
    ReceiptRow,
    select(receipts, payments.c.invoice_number).join(
        payments, payments.c.id == receipts.c.payment_id
    ),
)

of_rejected = (
    select(payouts.c.attempt)
    .where(
        payouts.c.case_id == receipts.c.case_id,
        payouts.c.attempt == receipts.c.attempt,
        payouts.c.status == "rejected",
    )
    .exists()
)

ONE = RECEIPTS.narrowed(lambda rows: rows.where(receipts.c.id == bindparam("receipt_id")))

ONE_LOCKED = ONE.narrowed(lambda rows: rows.with_for_update(of=receipts))
