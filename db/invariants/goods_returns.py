"""Invariants of returns of goods."""

from db.invariants.invariant import Invariant, invariant

GOODS_RETURN_INVARIANTS: tuple[Invariant, ...] = (
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
    invariant(
        "no more pieces come back than were bought",
        """
        SELECT l.invoice_number AS invoice, l.line_no, l.quantity AS bought,
               coalesce(counted.held, 0) AS counted, kept.pieces
        FROM (SELECT invoice_number, line_no, sum(held) AS pieces
              FROM goods_return_lines GROUP BY invoice_number, line_no) AS kept
        JOIN invoice_lines l USING (invoice_number, line_no)
        LEFT JOIN returned_pieces counted USING (invoice_number, line_no)
        WHERE kept.pieces > l.quantity OR kept.pieces <> coalesce(counted.held, 0)
        """,
    ),
    invariant(
        "pieces are kept by open returns and by those that were paid back",
        """
        SELECT r.id AS goods_return, r.status, r.settlement, l.line_no, l.held, l.accepted
        FROM goods_returns r JOIN goods_return_lines l ON l.return_id = r.id
        WHERE l.held <> CASE
            WHEN r.settled_at IS NOT NULL AND r.settlement = 'refund' THEN l.accepted
            WHEN r.settled_at IS NOT NULL OR r.closed_at IS NOT NULL THEN 0
            ELSE l.asked END
        """,
    ),
    invariant(
        "the money of a return goes back once, and never more than its goods cost",
        """
        SELECT r.id AS goods_return, r.status, r.settlement, f.id AS refund, f.sum_kopecks,
               worth.kopecks AS worth_kopecks
        FROM goods_returns r
        LEFT JOIN refunds f ON f.goods_return_id = r.id
            AND f.status NOT IN ('declined', 'cancelled', 'expired')
        CROSS JOIN LATERAL (
            SELECT sum(ceil(l.sum_kopecks * g.asked / CAST(l.quantity AS numeric))) AS kopecks
            FROM goods_return_lines g JOIN invoice_lines l USING (invoice_number, line_no)
            WHERE g.return_id = r.id
        ) AS worth
        WHERE f.sum_kopecks > worth.kopecks
            OR f.invoice_number <> r.invoice_number
            OR (f.id IS NOT NULL AND EXISTS (
                SELECT FROM goods_exchanges e WHERE e.return_id = r.id))
            OR (f.id IS NOT NULL AND r.settlement = 'repair')
            OR (r.money_started_at IS NOT NULL AND NOT EXISTS (
                SELECT FROM refunds any_case WHERE any_case.goods_return_id = r.id))
        """,
    ),
    invariant(
        "an exchange gives goods for the sum of those that came back",
        """
        SELECT e.return_id AS goods_return, e.amount_kopecks,
               coalesce(b.balance_kopecks, 0) AS left_kopecks,
               count(t.id) AS transfers
        FROM goods_exchanges e
        LEFT JOIN ledger_balances b ON b.account = 'exchange/' || e.return_id
        LEFT JOIN ledger_transfers t ON t.reference = e.return_id
            AND t.kind IN ('goods_returned', 'goods_given') AND t.amount_kopecks = e.amount_kopecks
        GROUP BY e.return_id, b.balance_kopecks
        HAVING coalesce(b.balance_kopecks, 0) <> 0 OR count(t.id) <> 2
        """,
    ),
)
