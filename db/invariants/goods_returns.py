"""Invariants of goods that come back."""

from db.invariants.invariant import Invariant, invariant

GOODS_RETURN_INVARIANTS: tuple[Invariant, ...] = (
    invariant(
        "the pieces that returns keep of a line are counted, and no more than were bought",
        """
        SELECT l.invoice_number AS invoice, l.line_no, l.quantity, coalesce(p.held, 0) AS counted,
               coalesce(kept.held, 0) AS held
        FROM returned_pieces p
        FULL JOIN (
            SELECT invoice_number, line_no, sum(held) AS held
            FROM goods_return_lines GROUP BY invoice_number, line_no
        ) AS kept USING (invoice_number, line_no)
        JOIN invoice_lines l USING (invoice_number, line_no)
        WHERE coalesce(p.held, 0) <> coalesce(kept.held, 0) OR kept.held > l.quantity
        """,
    ),
    invariant(
        "a return that has ended keeps no pieces but those that were paid back",
        """
        SELECT r.id AS goods_return, r.status, r.settlement, l.line_no, l.held, l.accepted
        FROM goods_returns r JOIN goods_return_lines l ON l.return_id = r.id
        WHERE r.closed_at IS NOT NULL
            AND l.held <> CASE WHEN r.settlement = 'refund' THEN l.accepted ELSE 0 END
        """,
    ),
    invariant(
        "the money of a return leaves by its own refund, and is no more than was decided",
        """
        SELECT r.id AS goods_return, r.settlement, f.id AS refund, f.status, paid.kopecks,
               paid.others, decided.kopecks AS decided_kopecks
        FROM goods_returns r
        LEFT JOIN refunds f ON f.goods_return_id = r.id
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(c.sum_kopecks), 0) AS kopecks,
                   count(*) FILTER (WHERE NOT EXISTS (
                       SELECT FROM goods_return_lines l
                       WHERE l.return_id = r.id AND l.line_no = c.line_no)) AS others
            FROM calculation_lines c
            WHERE c.calculation_id = f.calculation_id
                AND f.status NOT IN ('declined', 'cancelled', 'expired')
        ) AS paid
        CROSS JOIN LATERAL (
            SELECT CASE r.settlement WHEN 'price_cut' THEN r.cut_kopecks
                   ELSE greatest(0, sum(l.price_kopecks) - r.carriage_kopecks) END AS kopecks
            FROM goods_return_lines l WHERE l.return_id = r.id
        ) AS decided
        WHERE (r.money_started_at IS NOT NULL) > (f.id IS NOT NULL) OR paid.others > 0
            OR r.money_started_at = r.settled_at AND paid.kopecks > decided.kopecks
        """,
    ),
    invariant(
        "an exchange is goods that came back and goods that went out for one sum, and no money",
        """
        SELECT coalesce(r.id, e.return_id) AS goods_return, e.amount_kopecks, booked.returned,
               booked.given, booked.balance, f.id AS refund
        FROM goods_exchanges e
        FULL JOIN (
            SELECT id FROM goods_returns WHERE settlement = 'exchange' AND settled_at IS NOT NULL
        ) AS r ON r.id = e.return_id
        LEFT JOIN refunds f ON f.goods_return_id = e.return_id
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(t.amount_kopecks) FILTER (WHERE t.kind = 'goods_returned'), 0)
                       AS returned,
                   coalesce(sum(t.amount_kopecks) FILTER (WHERE t.kind = 'goods_given'), 0)
                       AS given,
                   balance_of('exchange/' || e.return_id) AS balance
            FROM ledger_transfers t
            WHERE t.reference = e.return_id AND t.kind IN ('goods_returned', 'goods_given')
        ) AS booked
        WHERE r.id IS NULL OR e.return_id IS NULL OR f.id IS NOT NULL OR booked.balance <> 0
            OR booked.returned <> e.amount_kopecks OR booked.given <> e.amount_kopecks
        """,
    ),
    invariant(
        "the carriage of goods that come back is borne by whoever the ground says",
        """
        SELECT r.id AS goods_return, r.ground, r.carriage_kopecks, d.carriage_kopecks AS found
        FROM goods_returns r
        JOIN goods_return_history h ON h.return_id = r.id
        JOIN goods_return_decisions d ON d.id = h.submission_id AND d.action = 'inspect'
        WHERE r.carriage_kopecks
            <> CASE r.ground WHEN 'change_of_mind' THEN d.carriage_kopecks ELSE 0 END
        """,
    ),
    invariant(
        "what a client paid a carrier is owed if confirmed, paid once, and over before its return",
        """
        SELECT r.id AS goods_return, c.status, c.amount_kopecks, r.closed_at, booked.owed,
               booked.paid
        FROM goods_returns r
        LEFT JOIN goods_return_carriages c ON c.return_id = r.id
        CROSS JOIN LATERAL (
            SELECT balance_of('carriage/' || r.id) AS owed,
                   coalesce(sum(t.amount_kopecks), 0) AS paid
            FROM ledger_transfers t
            WHERE t.debit_account = 'carriage/' || r.id AND t.kind = 'carriage_paid'
        ) AS booked
        WHERE booked.owed <> CASE c.status WHEN 'confirmed' THEN c.amount_kopecks ELSE 0 END
            OR booked.paid <> CASE c.status WHEN 'paid' THEN c.amount_kopecks ELSE 0 END
            OR (c.status IN ('claimed', 'confirmed') AND r.closed_at IS NOT NULL)
        """,
    ),
    invariant(
        "a return's history is whole and ends in its status",
        """
        SELECT r.id AS goods_return, r.version, count(h.number) AS changes, r.status
        FROM goods_returns r LEFT JOIN goods_return_history h ON h.return_id = r.id
        GROUP BY r.id
        HAVING count(h.number) <> r.version OR max(h.number) IS DISTINCT FROM r.version
            OR count(*) FILTER (WHERE h.number = r.version AND h.to_status = r.status) <> 1
        """,
    ),
)
"""Money that the day of the law has started is of all that was asked for: what is decided later is
compared by a person, whom a letter tells.
"""
