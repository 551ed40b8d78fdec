"""Invariants of unpaid orders."""

from db.invariants.invariant import Invariant, invariant

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
