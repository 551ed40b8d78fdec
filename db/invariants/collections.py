"""Invariants of unpaid orders."""

from db.invariants.invariant import Invariant, invariant
from db.invariants.money import SIGNALLED_WITHIN

COLLECTION_INVARIANTS: tuple[Invariant, ...] = (
    invariant(
        "no letter asks for what is paid",
        """
        SELECT n.id AS notification, l.id AS letter, l.client_id AS client
        FROM collection_letters l
        JOIN notifications n ON n.case_id = l.collection_id AND n.role = 'client'
            AND n.occasion = 'letter-' || l.number
        WHERE n.status = 'queued' AND NOT EXISTS (
            SELECT FROM collection_letter_lines line
            JOIN collections c ON c.id = line.collection_id
            WHERE line.letter_id = l.id AND c.closed_at IS NULL)
        """,
    ),
    invariant(
        "a letter that has not left asks for what is owed",
        """
        SELECT n.id AS notification, i.number AS invoice, i.client_id AS client,
            (said ->> 'debt_kopecks')::bigint AS asked_for, i.total_kopecks - i.paid_kopecks AS owed
        FROM notifications n
        CROSS JOIN LATERAL jsonb_array_elements(n.params -> 'debts') AS one (said)
        JOIN invoices i ON i.number = said ->> 'invoice_number'
        WHERE n.status = 'queued' AND n.role = 'client' AND n.occasion LIKE 'letter-%'
            AND (i.voided_at IS NOT NULL
                 OR i.total_kopecks - i.paid_kopecks <> (said ->> 'debt_kopecks')::bigint)
        """,
    ),
    invariant(
        "nobody collects a paid order, and one that was closed as paid has its money",
        """
        SELECT c.id AS collection, c.status, i.paid_kopecks, i.total_kopecks
        FROM collections c JOIN invoices i ON i.number = c.invoice_number
        WHERE i.voided_at IS NULL
            AND (c.closed_at IS NULL AND i.paid_kopecks >= i.total_kopecks
                 OR c.status = 'paid' AND i.paid_kopecks < i.total_kopecks)
            AND NOT EXISTS (
                SELECT FROM payments p JOIN ledger_transfers t ON t.reference = p.id
                    AND t.kind IN ('payment_received', 'payment_reversed')
                WHERE p.invoice_number = i.number
                    AND t.recorded_at > now() - make_interval(secs => :notified_within))
        """,
        notified_within=SIGNALLED_WITHIN.total_seconds(),
    ),
    invariant(
        "an unpaid order's history is whole and ends in its status",
        """
        SELECT c.id AS collection, c.version, count(h.number) AS changes, c.status
        FROM collections c LEFT JOIN collection_history h ON h.collection_id = c.id
        GROUP BY c.id
        HAVING count(h.number) <> c.version OR max(h.number) IS DISTINCT FROM c.version
            OR count(*) FILTER (WHERE h.number = c.version AND h.to_status = c.status) <> 1
        """,
    ),
    invariant(
        "a debt is written off by two people",
        """
        SELECT c.id AS collection, c.write_off_by, c.written_off_by, h.by
        FROM collections c
        JOIN collection_history h ON h.collection_id = c.id AND h.to_status = 'written_off'
        WHERE compared(h.by) = compared(c.write_off_by)
            OR h.by IS DISTINCT FROM c.written_off_by
        """,
    ),
)
