"""What an invariant is: a name and a query for the rows that break it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import text

from db.query import Query, row, typed

MAX_SHOWN = 100
"""The most rows shown of one broken invariant."""
LONGEST_IN_QUEUE = timedelta(days=3)
"""Delivery gives a letter up after about two days: one that is queued longer was forgotten."""


@row
class Broken:
    """A row that breaks an invariant: `name=value` of each column, with commas between."""

    found: str


@dataclass(frozen=True)
class Invariant:
    """A name, and the query for at most `MAX_SHOWN` rows that break it."""

    name: str
    query: Query[Broken]


_SHOWN = f"""
SELECT (SELECT string_agg(one.key || '=' || coalesce(one.value, 'None'), ', ' ORDER BY one.place)
          FROM json_each_text(row_to_json(broken)) WITH ORDINALITY AS one (key, value, place)
       ) AS found
  FROM ({{}}) AS broken LIMIT {MAX_SHOWN}
"""  # noqa: S608  what is put into it are constants of these modules


def invariant(name: str, sql: str, **params: Any) -> Invariant:
    """An invariant; `sql` returns a row of named values for every violation."""
    statement = typed(Broken, text(_SHOWN.format(sql)), never_null=("found",))
    return Invariant(name, statement(**params))


INVARIANTS = (
    invariant(
        "an invoice's lines add up to its total",
        """
        SELECT i.number AS invoice, i.total_kopecks, sum(l.sum_kopecks) AS lines_kopecks
        FROM invoices i LEFT JOIN invoice_lines l ON l.invoice_number = i.number
        GROUP BY i.number HAVING i.total_kopecks IS DISTINCT FROM sum(l.sum_kopecks)
        """,
    ),
    invariant(
        "an invoice is paid by its payments",
        """
        SELECT i.number AS invoice, i.paid_kopecks, sum(p.amount_kopecks) AS payments_kopecks
        FROM invoices i LEFT JOIN payments p ON p.invoice_number = i.number
            AND NOT EXISTS (SELECT FROM payment_reversals r WHERE r.payment_id = p.id)
        GROUP BY i.number HAVING i.paid_kopecks <> coalesce(sum(p.amount_kopecks), 0)
        """,
    ),
    invariant(
        "an invoice was last paid by the newest payment that stands",
        """
        SELECT number AS invoice, last_paid_at, last_payment_of(number) AS newest
        FROM invoices WHERE last_paid_at IS DISTINCT FROM last_payment_of(number)
        """,
    ),
    invariant(
        "what is promised of an invoice is the sum of its cases",
        """
        SELECT i.number AS invoice, i.promised_kopecks, i.taken_back_kopecks,
               sum(r.sum_kopecks) AS cases_kopecks
        FROM invoices i LEFT JOIN refunds r
            ON r.invoice_number = i.number AND r.status NOT IN ('declined', 'cancelled', 'expired')
        GROUP BY i.number
        HAVING i.promised_kopecks - i.taken_back_kopecks <> coalesce(sum(r.sum_kopecks), 0)
        """,
    ),
    invariant(
        "no more is promised than was paid",
        """
        SELECT number AS invoice, paid_kopecks, promised_kopecks FROM invoices
        WHERE promised_kopecks > paid_kopecks
        """,
    ),
    invariant(
        "no more is promised of a line than it cost",
        """
        SELECT l.invoice_number AS invoice, l.line_no, l.sum_kopecks,
               sum(c.sum_kopecks) AS promised_kopecks
        FROM invoice_lines l
        JOIN refunds r ON r.invoice_number = l.invoice_number
            AND r.status NOT IN ('declined', 'cancelled', 'expired')
        JOIN calculation_lines c
            ON c.calculation_id = r.calculation_id AND c.line_no = l.line_no
        GROUP BY l.invoice_number, l.line_no HAVING sum(c.sum_kopecks) > l.sum_kopecks
        """,
    ),
    invariant(
        "a case pays out its sum once it is completed, and never more",
        """
        SELECT r.id AS refund, r.status, r.sum_kopecks,
               coalesce(sum(p.amount_kopecks), 0) AS paid_kopecks
        FROM refunds r LEFT JOIN payouts p ON p.case_id = r.id AND p.status = 'paid'
        GROUP BY r.id
        HAVING coalesce(sum(p.amount_kopecks), 0) > r.sum_kopecks
            OR (r.status IN ('completed', 'inquiry')
                AND coalesce(sum(p.amount_kopecks), 0) <> r.sum_kopecks)
        """,
    ),
    invariant(
        "no case is closed over an open inquiry",
        """
        SELECT r.id AS refund, r.status, r.closed_at, r.inquiry_id, opened.submission_id AS asked
        FROM refunds r
        LEFT JOIN LATERAL (
            SELECT h.submission_id FROM refund_history h
            WHERE h.refund_id = r.id AND h.from_status = 'completed' AND h.to_status = 'inquiry'
            ORDER BY h.number DESC LIMIT 1
        ) AS opened ON r.status = 'inquiry'
        WHERE (r.status = 'inquiry' OR r.inquiry_id IS NOT NULL)
            AND (r.closed_at IS NOT NULL OR r.status <> 'inquiry'
                 OR opened.submission_id IS DISTINCT FROM r.inquiry_id)
        """,
    ),
    invariant(
        "an inquiry is about a payout that was paid",
        """
        SELECT i.refund_id AS refund, i.id AS inquiry, i.attempt, p.status
        FROM inquiries i
        JOIN refund_history h ON h.submission_id = i.id AND h.refund_id = i.refund_id
        JOIN payouts p ON p.case_id = i.refund_id AND p.attempt = i.attempt
        LEFT JOIN refunds r ON r.id = i.refund_id AND r.inquiry_id = i.id
        WHERE p.status NOT IN ('paid', 'returned') OR (r.id IS NOT NULL AND p.status <> 'paid')
        """,
    ),
    invariant(
        "a payment gives back no more than it brought",
        """
        SELECT p.id AS payment, p.amount_kopecks, sum(o.amount_kopecks) AS given_back_kopecks
        FROM payments p JOIN payouts o
            ON o.payment_id = p.id AND o.status NOT IN ('rejected', 'returned')
        GROUP BY p.id HAVING sum(o.amount_kopecks) > p.amount_kopecks
        """,
    ),
    invariant(
        "a case's history is whole and ends in its status",
        """
        SELECT r.id AS refund, r.version, count(h.number) AS changes, r.status
        FROM refunds r LEFT JOIN refund_history h ON h.refund_id = r.id
        GROUP BY r.id
        HAVING count(h.number) <> r.version OR max(h.number) IS DISTINCT FROM r.version
            OR count(*) FILTER (WHERE h.number = r.version AND h.to_status = r.status) <> 1
        """,
    ),
    invariant(
        "every change of a case starts where the one before it ended",
        """
        SELECT chained.refund_id AS refund, chained.number, chained.from_status, chained.before
        FROM (
            SELECT refund_id, number, from_status,
                   lag(to_status) OVER (PARTITION BY refund_id ORDER BY number) AS before
            FROM refund_history
        ) AS chained
        WHERE chained.from_status IS DISTINCT FROM chained.before
        """,
    ),
    invariant(
        "a payout's history is whole and ends in its status",
        """
        SELECT p.case_id AS refund, p.attempt, p.version, count(h.number) AS changes, p.status
        FROM payouts p
        LEFT JOIN payout_history h ON h.case_id = p.case_id AND h.attempt = p.attempt
        GROUP BY p.case_id, p.attempt
        HAVING count(h.number) <> p.version OR max(h.number) IS DISTINCT FROM p.version
            OR count(*) FILTER (WHERE h.number = p.version AND h.to_status = p.status) <> 1
        """,
    ),
    invariant(
        "whoever calculated did not approve",
        """
        SELECT h.refund_id AS refund, h.number, h.by
        FROM refund_history h
        CROSS JOIN LATERAL (
            SELECT c.calculated_by
            FROM refund_history d JOIN calculations c ON c.id = d.submission_id
            WHERE d.refund_id = h.refund_id AND d.number < h.number
            ORDER BY d.number DESC LIMIT 1
        ) AS calculation
        WHERE h.from_status IN ('awaiting_approval', 'payout_held')
            AND h.to_status IN ('paying', 'completed')
            AND compared(h.by) = compared(calculation.calculated_by)
        """,
    ),
    invariant(
        "money leaves only by a signed statement",
        """
        SELECT p.case_id AS refund, p.attempt
        FROM payouts p LEFT JOIN signatures s ON s.statement_id = p.statement_id
        WHERE s.id IS NULL
        """,
    ),
    invariant(
        "no mail is forgotten in the queue",
        """
        SELECT id AS notification, template, attempts, due_at FROM notifications
        WHERE status = 'queued' AND created_at < now() - make_interval(secs => :longest_seconds)
        """,
        longest_seconds=LONGEST_IN_QUEUE.total_seconds(),
    ),
)
"""Those of single statements; each reads one snapshot, so unfinished transactions break none."""
