"""Invariants of disputes; those of their money stand among the ledger's."""

from db.invariants.invariant import Invariant, invariant

DISPUTE_INVARIANTS: tuple[Invariant, ...] = (
    invariant(
        "a dispute's history is whole and ends in its status",
        """
        SELECT d.id AS dispute, d.version, count(h.number) AS changes, d.status
        FROM disputes d LEFT JOIN dispute_history h ON h.dispute_id = d.id
        GROUP BY d.id
        HAVING count(h.number) <> d.version OR max(h.number) IS DISTINCT FROM d.version
            OR count(*) FILTER (WHERE h.number = d.version AND h.to_status = d.status) <> 1
        """,
    ),
)
