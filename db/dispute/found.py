"""What the system itself knows about a disputed order: papers made of its rows, and payments that
only the acquirer may know.
"""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select, text

from db.query import Query, row, typed
from db.tables import card_payments
from domain.card.card_payment import CardStatus

AT_MOST = 50
"""Rows of one paper, and payments that the acquirer is asked about."""


@row
class FoundPaper:
    """A paper made of our rows: `content` is what it says."""

    kind: int
    source: str
    about: str
    made_on: date
    content: dict[str, Any]


@row
class UnrecordedPayment:
    """A payment by card of an order whose money our books do not have."""

    order_id: UUID
    invoice_number: str
    amount_kopecks: int
    acquirer_payment_id: str | None


# `about` is a key of the texts: `dispute.paper.<about>`. Every list is of `AT_MOST` rows.
_PAPERS = typed(
    FoundPaper,
    text(
        f"""
WITH disputed AS (
    SELECT i.* FROM invoices i JOIN disputes d ON d.invoice_number = i.number
     WHERE d.id = :dispute_id
), terms_of_sale AS (
    SELECT 1 AS kind, 'system' AS source, 'order' AS about, i.issued_on AS made_on,
           jsonb_build_object('invoice', i.number, 'issued_on', i.issued_on,
               'total_kopecks', i.total_kopecks, 'lines',
               (SELECT jsonb_agg(jsonb_build_object('line', l.line_no, 'title', l.title,
                    'sum_kopecks', l.sum_kopecks, 'vat_rate', l.vat_rate,
                    'period_start', l.period_start, 'period_end', l.period_end,
                    'delivered_on', l.delivered_on) ORDER BY l.line_no)
                  FROM (SELECT * FROM invoice_lines WHERE invoice_number = i.number
                         ORDER BY line_no LIMIT {AT_MOST}) AS l)) AS content
      FROM disputed i
), paid AS (
    SELECT 2, 'acquirer', 'payments', max(p.day),
           jsonb_build_object('invoice', max(p.invoice_number), 'payments', jsonb_agg(
               jsonb_build_object('payment', p.id, 'method', p.method, 'sum_kopecks',
                   p.amount_kopecks, 'received_at', p.received_at, 'acquirer_payment',
                   p.acquirer_payment_id, 'reversed', p.reversed) ORDER BY p.received_at, p.id))
      FROM (SELECT p.*, CAST(p.received_at AT TIME ZONE 'Europe/Moscow' AS date) AS day,
                   EXISTS (SELECT FROM payment_reversals v WHERE v.payment_id = p.id) AS reversed
              FROM payments p JOIN disputed i ON i.number = p.invoice_number
             ORDER BY p.received_at LIMIT {AT_MOST}) AS p
    HAVING count(*) > 0
), stated AS (
    SELECT 3, 'bank', 'entries', max(e.day),
           jsonb_build_object('invoice', max(e.invoice_number), 'entries', jsonb_agg(
               jsonb_build_object('day', e.day, 'number', e.number, 'sum_kopecks',
                   e.amount_kopecks, 'allocated_kopecks', e.allocated) ORDER BY e.day, e.id))
      FROM (SELECT e.id, e.day, e.number, e.amount_kopecks, a.invoice_number,
                   a.amount_kopecks AS allocated
              FROM allocations a JOIN bank_entries e ON e.id = a.entry_id
              JOIN disputed i ON i.number = a.invoice_number
             WHERE a.undone_at IS NULL ORDER BY e.day LIMIT {AT_MOST}) AS e
    HAVING count(*) > 0
), written AS (
    SELECT 4, 'system', 'support', max(m.day),
           jsonb_build_object('messages', jsonb_agg(jsonb_build_object('ticket', m.ticket_id,
               'from', CASE WHEN m.is_ours THEN 'support' ELSE 'client' END, 'at', m.written_at,
               'text', m.text) ORDER BY m.written_at, m.id))
      FROM (SELECT m.*, CAST(m.written_at AT TIME ZONE 'Europe/Moscow' AS date) AS day
              FROM tickets t JOIN disputed i ON i.number = t.invoice_number
              JOIN ticket_history h ON h.ticket_id = t.id
              JOIN ticket_messages m ON m.id = h.submission_id
             ORDER BY m.written_at LIMIT {AT_MOST}) AS m
    HAVING count(*) > 0
), attempts AS (
    SELECT 2, 'system', 'attempts', max(c.day),
           jsonb_build_object('attempts', jsonb_agg(jsonb_build_object('order', c.order_id,
               'status', c.status, 'sum_kopecks', c.amount_kopecks, 'begun_at', c.prepared_at,
               'ended_at', c.changed_at, 'reason', c.reason) ORDER BY c.prepared_at))
      FROM (SELECT c.*, CAST(c.prepared_at AT TIME ZONE 'Europe/Moscow' AS date) AS day
              FROM card_payments c JOIN disputed i ON i.number = c.invoice_number
             ORDER BY c.prepared_at LIMIT {AT_MOST}) AS c
    HAVING count(*) > 0
), refunded AS (
    SELECT 6, 'system', 'refunds', max(r.day),
           jsonb_build_object('refunds', jsonb_agg(jsonb_build_object('refund', r.id, 'status',
               r.status, 'sum_kopecks', r.sum_kopecks, 'opened_at', r.opened_at, 'paid_on',
               r.paid_on, 'refusal', r.refusal) ORDER BY r.ordinal))
      FROM (SELECT r.*, CAST(r.opened_at AT TIME ZONE 'Europe/Moscow' AS date) AS day
              FROM refunds r JOIN disputed i ON i.number = r.invoice_number
             ORDER BY r.ordinal LIMIT {AT_MOST}) AS r
    HAVING count(*) > 0
), receipted AS (
    SELECT 2, 'system', 'receipts', max(c.day),
           jsonb_build_object('receipts', jsonb_agg(jsonb_build_object('receipt', c.id, 'kind',
               c.kind, 'status', c.status, 'sum_kopecks', c.amount_kopecks, 'at', c.prepared_at,
               'acquirer_receipt', c.acquirer_receipt_id) ORDER BY c.prepared_at, c.id))
      FROM (SELECT c.*, CAST(c.prepared_at AT TIME ZONE 'Europe/Moscow' AS date) AS day
              FROM receipts c JOIN payments p ON p.id = c.payment_id
              JOIN disputed i ON i.number = p.invoice_number
             ORDER BY c.prepared_at LIMIT {AT_MOST}) AS c
    HAVING count(*) > 0
), sent AS (
    SELECT 4, 'system', 'letters', max(n.day),
           jsonb_build_object('letters', jsonb_agg(jsonb_build_object('at', n.settled_at,
               'subject', n.sent_subject, 'text', n.sent_text) ORDER BY n.number))
      FROM (SELECT n.*, CAST(n.settled_at AT TIME ZONE 'Europe/Moscow' AS date) AS day
              FROM notifications n JOIN disputed i ON i.client_id = n.client_id
             WHERE n.role = 'client' AND n.channel = 'mail' AND n.status = 'sent'
               AND n.sent_text IS NOT NULL AND n.case_id IN (
                   SELECT id FROM refunds WHERE invoice_number = i.number
                    UNION ALL SELECT id FROM goods_returns WHERE invoice_number = i.number
                    UNION ALL SELECT 'collection-' || i.number)
             ORDER BY n.number LIMIT {AT_MOST}) AS n
    HAVING count(*) > 0
), returned AS (
    SELECT 6, 'system', 'returns', max(g.day),
           jsonb_build_object('returns', jsonb_agg(jsonb_build_object('return', g.id, 'ground',
               g.ground, 'status', g.status, 'opened_at', g.opened_at, 'asked', g.asked,
               'accepted', g.accepted) ORDER BY g.ordinal))
      FROM (SELECT g.*, CAST(g.opened_at AT TIME ZONE 'Europe/Moscow' AS date) AS day,
                   l.asked, l.accepted
              FROM goods_returns g JOIN disputed i ON i.number = g.invoice_number
             CROSS JOIN LATERAL (SELECT sum(asked)::integer AS asked,
                                        sum(accepted)::integer AS accepted
                                   FROM goods_return_lines WHERE return_id = g.id) AS l
             ORDER BY g.ordinal LIMIT {AT_MOST}) AS g
    HAVING count(*) > 0
)
SELECT * FROM terms_of_sale UNION ALL SELECT * FROM paid UNION ALL SELECT * FROM stated
UNION ALL SELECT * FROM written UNION ALL SELECT * FROM attempts UNION ALL SELECT * FROM refunded
UNION ALL SELECT * FROM receipted UNION ALL SELECT * FROM sent UNION ALL SELECT * FROM returned
"""  # noqa: S608  a constant of this module
    ),
    never_null=("kind", "source", "about", "made_on", "content"),
)
_UNRECORDED = typed(
    UnrecordedPayment,
    select(
        card_payments.c.order_id,
        card_payments.c.invoice_number,
        card_payments.c.amount_kopecks,
        card_payments.c.acquirer_payment_id,
    )
    .where(
        card_payments.c.invoice_number == bindparam("invoice_number"),
        card_payments.c.acquirer_payment_id.is_not(None),
        card_payments.c.status != CardStatus.PAID,
    )
    .order_by(card_payments.c.prepared_at.desc())
    .limit(AT_MOST),
)


def papers(dispute_id: str) -> Query[FoundPaper]:
    """What our rows say about a disputed order."""
    return _PAPERS(dispute_id=dispute_id)


def unrecorded(invoice_number: str) -> Query[UnrecordedPayment]:
    """Payments by card of an order that our books have no money of."""
    return _UNRECORDED(invoice_number=invoice_number)
