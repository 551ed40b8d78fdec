"""What our books have about a difference with the acquirer: the payment, and what went back."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import bindparam, select, text

from db.query import Query, row, typed
from db.tables import payouts, refunds

SHOWN = 20
"""Payouts of one invoice that are shown; more have their cases."""


@row
class DifferingPayment:
    """The payment that a difference is about, with its invoice and client."""

    invoice_number: str
    client_id: str
    client_name: str
    method: str
    amount_kopecks: int
    received_at: datetime


@row
class PayoutOfInvoice:
    """A payout attempt of a case of the invoice."""

    case_id: str
    attempt: int
    channel: str
    status: str
    amount_kopecks: int
    settled_on: date | None


# A difference names the acquirer's payment; where it does not, its subject begins with the key of
# a payout attempt, which names ours.
_PAYMENT = typed(
    DifferingPayment,
    text("""
SELECT p.invoice_number, i.client_id, c.name AS client_name, p.method, p.amount_kopecks,
       p.received_at
  FROM acquirer_differences AS d
 CROSS JOIN LATERAL (
       SELECT split_part(split_part(d.subject, ' ', 1), '/', 1) AS case_id,
              split_part(split_part(d.subject, ' ', 1), '/', 2) AS attempt) AS k
  LEFT JOIN payouts AS o ON o.case_id = k.case_id AND CAST(o.attempt AS text) = k.attempt
  JOIN payments AS p ON p.acquirer_payment_id = d.acquirer_payment_id
                     OR (d.acquirer_payment_id IS NULL AND p.id = o.payment_id)
  JOIN invoices AS i ON i.number = p.invoice_number
  JOIN clients AS c ON c.id = i.client_id
 WHERE d.id = :difference_id
"""),
    never_null=(
        "invoice_number",
        "client_id",
        "client_name",
        "method",
        "amount_kopecks",
        "received_at",
    ),
)
_PAYOUTS = typed(
    PayoutOfInvoice,
    select(
        payouts.c.case_id,
        payouts.c.attempt,
        payouts.c.channel,
        payouts.c.status,
        payouts.c.amount_kopecks,
        payouts.c.settled_on,
    )
    .join(refunds, refunds.c.id == payouts.c.case_id)
    .where(refunds.c.invoice_number == bindparam("invoice_number"))
    .order_by(payouts.c.prepared_at.desc(), payouts.c.case_id, payouts.c.attempt.desc())
    .limit(SHOWN),
)


def payment(difference_id: UUID) -> Query[DifferingPayment]:
    """The payment that a difference is about; none where we do not have it."""
    return _PAYMENT(difference_id=difference_id)


def payouts_of(invoice_number: str) -> Query[PayoutOfInvoice]:
    """What went back on an invoice, or is to: the latest attempts first."""
    return _PAYOUTS(invoice_number=invoice_number)
