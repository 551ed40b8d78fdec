"""A client's money: its invoices with what has come of them, payments and attempts, payouts."""

from datetime import UTC, date, datetime

from sqlalchemy import bindparam, select, text, true

from db.query import Query, row, typed
from db.tables import invoices, issued_invoices, orders, refunds


@row
class MoneyRow:
    """A movement of money, or an attempt at one. `kind`: `payment`, `attempt` at a payment by card,
    `payout`; `place` tells those of one moment from each other.

    `status` and `reason` are codes of the payment by card or of the payout; the status of a
    payment is `received` or `reversed`. `outside_id` is the acquirer's id of it, `order_number` and
    `order_day` are those of the bank's payment order, `payer` is who paid it. `receipt` is the
    status of the fiscal receipt that closes the payment, or of the refund.
    """

    kind: str
    place: str
    at: datetime
    invoice_number: str
    amount_kopecks: int
    method: str | None
    channel: str | None
    status: str
    reason: str | None
    outside_id: str | None
    order_number: str | None
    order_day: date | None
    payer: str | None
    payer_inn: str | None
    case_id: str | None
    settled_on: date | None
    receipt: str | None
    renewal_id: str | None


@row
class PaidInvoice:
    """What an invoice asks for and what has come of it; `renewal_id` is whose order it is of, None
    for one that billing issued. `refund_id` is the newest refund of its money.
    """

    number: str
    client_id: str
    renewal_id: str | None
    issued_on: date
    total_kopecks: int
    paid_kopecks: int
    surplus_kopecks: int
    surplus_promised_kopecks: int
    voided_at: datetime | None
    refund_id: str | None
    refund_status: str | None


_newest = (
    select(refunds.c.id, refunds.c.status)
    .where(refunds.c.invoice_number == invoices.c.number)
    .order_by(refunds.c.ordinal.desc())
    .limit(1)
    .lateral("newest_refund")
)
_INVOICES = typed(
    PaidInvoice,
    select(
        invoices.c.number,
        invoices.c.client_id,
        issued_invoices.c.renewal_id,
        invoices.c.issued_on,
        invoices.c.total_kopecks,
        invoices.c.paid_kopecks,
        invoices.c.surplus_kopecks,
        invoices.c.surplus_promised_kopecks,
        invoices.c.voided_at,
        _newest.c.id.label("refund_id"),
        _newest.c.status.label("refund_status"),
    )
    .outerjoin(issued_invoices, issued_invoices.c.invoice_number == invoices.c.number)
    .outerjoin(_newest, true()),
)
_ONE = _INVOICES.narrowed(lambda rows: rows.where(invoices.c.number == bindparam("number")))
_OF_RENEWAL = _INVOICES.narrowed(
    lambda rows: (
        rows.join(orders, orders.c.id == issued_invoices.c.order_id)
        .where(orders.c.renewal_id == bindparam("renewal_id"))
        .order_by(issued_invoices.c.year.desc(), issued_invoices.c.sequence.desc())
        .limit(bindparam("how_many"))
    )
)
_FOUND = typed(
    MoneyRow,
    text(
        """
WITH wanted AS (
    SELECT i.number, s.renewal_id
      FROM invoices i LEFT JOIN issued_invoices s ON s.invoice_number = i.number
     WHERE i.client_id = :client_id
       AND (CAST(:invoice_number AS text) IS NULL OR i.number = :invoice_number)
       AND (CAST(:renewal_id AS text) IS NULL OR s.renewal_id = :renewal_id)
), found AS (
    SELECT 'payment' AS kind, p.id AS place, p.received_at AS at, p.invoice_number,
           p.amount_kopecks, p.method, NULL AS channel,
           CASE WHEN r.payment_id IS NULL THEN 'received' ELSE 'reversed' END AS status,
           NULL AS reason, p.acquirer_payment_id AS outside_id, e.number AS order_number,
           e.day AS order_day, e.counterparty_name AS payer, e.counterparty_inn AS payer_inn,
           NULL AS case_id, CAST(NULL AS date) AS settled_on,
           (SELECT status FROM receipts WHERE payment_id = p.id AND kind = 'closing') AS receipt,
           w.renewal_id
      FROM wanted w JOIN payments p ON p.invoice_number = w.number
      LEFT JOIN payment_reversals r ON r.payment_id = p.id
      LEFT JOIN LATERAL (
           SELECT b.number, b.day, b.counterparty_name, b.counterparty_inn
             FROM allocations a JOIN bank_entries b ON b.id = a.entry_id
            WHERE a.invoice_number = p.invoice_number AND a.payment_id = p.id
            ORDER BY a.allocated_at DESC LIMIT 1) e ON true
    UNION ALL
    SELECT 'attempt', CAST(c.order_id AS text), c.prepared_at, c.invoice_number, c.amount_kopecks,
           'bank_card', NULL, c.status, c.reason, c.acquirer_payment_id, NULL, NULL, NULL, NULL,
           NULL, NULL, NULL, w.renewal_id
      FROM wanted w JOIN card_payments c ON c.invoice_number = w.number
     WHERE c.payment_id IS NULL
    UNION ALL
    SELECT 'payout', o.case_id || '/' || o.attempt, o.prepared_at, f.invoice_number,
           o.amount_kopecks, p.method, o.channel, o.status, o.reason, o.external_id,
           CAST(b.number AS text), b.day, NULL, NULL, o.case_id, o.settled_on,
           (SELECT status FROM receipts
             WHERE case_id = o.case_id AND attempt = o.attempt AND kind = 'refund'), w.renewal_id
      FROM wanted w JOIN refunds f ON f.invoice_number = w.number
      JOIN payouts o ON o.case_id = f.id
      LEFT JOIN payments p ON p.id = o.payment_id
      LEFT JOIN payment_orders b ON b.case_id = o.case_id AND b.attempt = o.attempt
           AND b.dissolved_at IS NULL
)
SELECT * FROM found
 WHERE (at, place) < (:before_at, :before_place)
 ORDER BY at DESC, place DESC LIMIT :how_many
"""
    ),
    never_null=("kind", "place", "at", "invoice_number", "amount_kopecks", "status"),
)
LATEST = (datetime.max.replace(tzinfo=UTC), "")
"""The key that every movement comes before."""


def of_invoice(number: str) -> Query[PaidInvoice]:
    """What an invoice asks for and what has come of it."""
    return _ONE(number=number)


def of_renewal(renewal_id: str, how_many: int) -> Query[PaidInvoice]:
    """The invoices that a renewal has issued, the newest first."""
    return _OF_RENEWAL(renewal_id=renewal_id, how_many=how_many)


def of_client(
    client_id: str,
    how_many: int,
    before: tuple[datetime, str] | None = None,
    *,
    invoice_number: str | None = None,
    renewal_id: str | None = None,
) -> Query[MoneyRow]:
    """A client's money, the latest first: of all its invoices, of one, or of those that a renewal
    issued; `before` is the key (`at`, `place`) of the last one seen.
    """
    at, place = before or LATEST
    return _FOUND(
        client_id=client_id,
        invoice_number=invoice_number,
        renewal_id=renewal_id,
        before_at=at,
        before_place=place,
        how_many=how_many,
    )
