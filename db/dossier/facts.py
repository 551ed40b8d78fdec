"""What our rows say of an order, for a dossier: lines, money in and back, the ledger, letters."""

from datetime import date, datetime

from sqlalchemy import text

from db.query import Query, row, typed
from domain.dossier.table import MAX_ROWS

AT_MOST = MAX_ROWS + 1
"""Rows of a table that are read: one more than are shown, so that a cut one says so."""


@row
class OrderRow:
    """An order with its client."""

    number: str
    issued_on: date
    due_on: date | None
    total_kopecks: int
    paid_kopecks: int
    client_kind: str
    client_name: str
    inn: str | None
    email: str | None
    address: str | None


@row
class LineRow:
    """A line of an order."""

    line_no: int
    title: str
    quantity: int
    sum_kopecks: int
    vat_rate: str
    period_start: date | None
    period_end: date | None
    delivered_on: date | None


@row
class PaymentRow:
    """A payment of an order; of one by bank, the entry that brought it."""

    received_at: datetime
    method: str
    amount_kopecks: int
    outside_id: str | None
    payer: str | None
    payer_inn: str | None
    payer_account: str | None
    purpose: str | None
    reversed_at: datetime | None


@row
class RefundRow:
    """A refund of an order with one of its payouts, if it has any, and the requisites of it."""

    refund_id: str
    status: str
    sum_kopecks: int | None
    opened_at: datetime
    attempt: int | None
    channel: str | None
    payout_status: str | None
    payout_kopecks: int | None
    settled_on: date | None
    outside_id: str | None
    recipient: str | None
    account: str | None


@row
class LedgerRow:
    """A transfer of the ledger of an order, its refunds, disputes and returns."""

    id: int
    recorded_at: datetime
    kind: str
    debit_account: str
    credit_account: str
    amount_kopecks: int


@row
class LetterRow:
    """A letter to the client about a case, and what became of it."""

    created_at: datetime
    template: str
    channel: str
    status: str
    settled_at: datetime | None
    sent_to: str | None
    sent_subject: str | None


@row
class ReturnRow:
    """A line of a return of goods of an order."""

    return_id: str
    ground: str
    status: str
    opened_at: datetime
    line_no: int
    asked: int
    accepted: int
    settlement: str | None
    carriage_kopecks: int
    track: str | None


@row
class ReturnChangeRow:
    """A change of a return of goods, with the reason that was written for it."""

    return_id: str
    to_status: str
    at: datetime
    by: str
    reason: str | None


_ORDER = typed(
    OrderRow,
    text(
        """
SELECT i.number, i.issued_on, i.due_on, i.total_kopecks, i.paid_kopecks, c.kind AS client_kind,
       c.name AS client_name, c.inn, coalesce(c.email, c.billing_email) AS email, c.address
  FROM invoices i JOIN clients c ON c.id = i.client_id
 WHERE i.number = :invoice_number
"""
    ),
)
_LINES = typed(
    LineRow,
    text(
        f"""
SELECT line_no, title, quantity, sum_kopecks, vat_rate, period_start, period_end, delivered_on
  FROM invoice_lines WHERE invoice_number = :invoice_number ORDER BY line_no LIMIT {AT_MOST}
"""  # noqa: S608  a constant of this module
    ),
)
_PAYMENTS = typed(
    PaymentRow,
    text(
        f"""
SELECT p.received_at, p.method, p.amount_kopecks, p.acquirer_payment_id AS outside_id,
       e.counterparty_name AS payer, e.counterparty_inn AS payer_inn,
       e.counterparty_account AS payer_account, e.purpose, v.reversed_at
  FROM payments p
  LEFT JOIN allocations a ON a.payment_id = p.id AND NOT a.is_link
  LEFT JOIN bank_entries e ON e.id = a.entry_id
  LEFT JOIN payment_reversals v ON v.payment_id = p.id
 WHERE p.invoice_number = :invoice_number
 ORDER BY p.received_at, p.id LIMIT {AT_MOST}
"""  # noqa: S608  a constant of this module
    ),
    never_null=("received_at", "method", "amount_kopecks"),
)
_REFUNDS = typed(
    RefundRow,
    text(
        f"""
SELECT r.id AS refund_id, r.status, r.sum_kopecks, r.opened_at, y.attempt, y.channel,
       y.status AS payout_status, y.amount_kopecks AS payout_kopecks, y.settled_on,
       y.external_id AS outside_id, s.recipient_name AS recipient, s.account
  FROM refunds r
  LEFT JOIN payouts y ON y.case_id = r.id
  LEFT JOIN statements s ON s.id = coalesce(y.statement_id, r.statement_id)
 WHERE r.invoice_number = :invoice_number
 ORDER BY r.ordinal, y.attempt LIMIT {AT_MOST}
"""  # noqa: S608  a constant of this module
    ),
    never_null=("refund_id", "status", "opened_at"),
)
_LEDGER = typed(
    LedgerRow,
    text(
        f"""
WITH accounts AS (
    SELECT kind || '/' || :invoice_number AS account
      FROM unnest(ARRAY['invoice', 'surplus', 'taken']) AS kind
    UNION ALL SELECT 'promised/' || id FROM refunds WHERE invoice_number = :invoice_number
    UNION ALL SELECT 'transit/' || y.case_id || '/' || y.attempt
      FROM payouts y JOIN refunds r ON r.id = y.case_id WHERE r.invoice_number = :invoice_number
    UNION ALL SELECT 'compensation/' || id FROM disputes WHERE invoice_number = :invoice_number
    UNION ALL SELECT kind || '/' || id
      FROM goods_returns, unnest(ARRAY['exchange', 'carriage']) AS kind
     WHERE invoice_number = :invoice_number
), moved AS (
    SELECT t.* FROM accounts a JOIN ledger_transfers t ON t.debit_account = a.account
    UNION
    SELECT t.* FROM accounts a JOIN ledger_transfers t ON t.credit_account = a.account
)
SELECT id, recorded_at, kind, debit_account, credit_account, amount_kopecks
  FROM moved ORDER BY id LIMIT {AT_MOST}
"""  # noqa: S608  a constant of this module
    ),
    never_null=("id", "recorded_at", "kind", "debit_account", "credit_account", "amount_kopecks"),
)
_LETTERS = typed(
    LetterRow,
    text(
        f"""
SELECT created_at, template, channel, status, settled_at, sent_to, sent_subject
  FROM notifications WHERE case_id = :case_id AND role = 'client' AND channel = 'mail'
 ORDER BY created_at, id LIMIT {AT_MOST}
"""  # noqa: S608  a constant of this module
    ),
)
_RETURNS = typed(
    ReturnRow,
    text(
        f"""
SELECT g.id AS return_id, g.ground, g.status, g.opened_at, l.line_no, l.asked, l.accepted,
       g.settlement, g.carriage_kopecks, g.track
  FROM goods_returns g JOIN goods_return_lines l ON l.return_id = g.id
 WHERE g.invoice_number = :invoice_number ORDER BY g.ordinal, l.line_no LIMIT {AT_MOST}
"""  # noqa: S608  a constant of this module
    ),
)
_RETURN_CHANGES = typed(
    ReturnChangeRow,
    text(
        f"""
SELECT h.return_id, h.to_status, h.at, h.by, d.reason
  FROM goods_returns g
  JOIN goods_return_history h ON h.return_id = g.id
  LEFT JOIN goods_return_decisions d ON d.id = h.submission_id
 WHERE g.invoice_number = :invoice_number
   AND (h.from_status IS DISTINCT FROM h.to_status
        OR d.reason IS NOT NULL AND d.action <> 'refuse_carriage')
 ORDER BY g.ordinal, h.number LIMIT {AT_MOST}
"""  # noqa: S608  a constant of this module
    ),
    never_null=("return_id", "to_status", "at", "by"),
)


def order(invoice_number: str) -> Query[OrderRow]:
    """An order with its client."""
    return _ORDER(invoice_number=invoice_number)


def lines(invoice_number: str) -> Query[LineRow]:
    """The lines of an order."""
    return _LINES(invoice_number=invoice_number)


def payments(invoice_number: str) -> Query[PaymentRow]:
    """The payments of an order, the first one first."""
    return _PAYMENTS(invoice_number=invoice_number)


def refunds(invoice_number: str) -> Query[RefundRow]:
    """The refunds of an order with their payouts."""
    return _REFUNDS(invoice_number=invoice_number)


def ledger(invoice_number: str) -> Query[LedgerRow]:
    """The transfers of an order and of what came of it, in their order."""
    return _LEDGER(invoice_number=invoice_number)


def letters(case_id: str) -> Query[LetterRow]:
    """The letters to the client about a case."""
    return _LETTERS(case_id=case_id)


def returns(invoice_number: str) -> Query[ReturnRow]:
    """The lines of an order's returns of goods."""
    return _RETURNS(invoice_number=invoice_number)


def return_changes(invoice_number: str) -> Query[ReturnChangeRow]:
    """The changes of an order's returns of goods."""
    return _RETURN_CHANGES(invoice_number=invoice_number)
