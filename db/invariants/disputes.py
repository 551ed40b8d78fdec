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
    invariant(
        "what a closed dispute has decided is done",
        """
        SELECT d.id AS dispute, d.awarded_kopecks, d.refund_id AS refund, f.status AS refund_status,
               d.return_id AS goods_return, g.status AS return_status, m.id AS returns_refund
        FROM disputes d
        JOIN dispute_history h ON h.dispute_id = d.id AND h.number = d.version
        LEFT JOIN refunds f ON f.id = d.refund_id
        LEFT JOIN dispute_decisions c ON c.id = d.decision_id
        LEFT JOIN goods_returns g ON g.id = d.return_id
        LEFT JOIN refunds m ON m.goods_return_id = g.id
        WHERE d.status = 'closed'
            AND (d.awarded_kopecks > 0 AND f.id IS NULL
                 OR h.from_status = 'performing'
                    AND (d.awarded_kopecks > (
                             SELECT coalesce(max(p.amount_kopecks), 0) FROM payouts p
                             WHERE p.case_id = f.id AND p.status IN ('paid', 'returned'))
                         OR c.returned IS NOT NULL AND g.settled_at IS NULL
                         OR m.id IS NOT NULL AND m.first_paid_on IS NULL))
        """,
    ),
)
"""What a dispute owes by itself is a constraint, `closed_owes_nothing`. A refund that was begun
before somebody outside decided goes on after that; money that comes back later is the refund's.
"""
