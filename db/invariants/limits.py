"""Invariants of refunds counted by invoice and client against the policy's limits.

The ledger numbers promises and payouts in the order in which they were counted: a step that checks
a limit holds the locks of the invoice and its client until its own row is stored.
"""

from db.invariants.invariant import Invariant, invariant

_TOTALS = """
totals AS (
    SELECT r.client_id, sum(c.sum_kopecks) AS kopecks
    FROM calculations c JOIN refunds r ON r.id = c.refund_id GROUP BY r.client_id
)
"""
"""An upper bound of what a client was ever promised: whoever is within the limits by it breaks
none.
"""

_COUNTED = """
SELECT judged.refund, sum(promise.kopecks) FILTER (
           WHERE beside.invoice_number = judged.invoice_number) AS invoice_kopecks,
       judged.of_invoice AS invoice_limit, sum(promise.kopecks) FILTER (
           WHERE beside.id = judged.refund OR beside.first_paid_on IS NULL
               OR beside.first_paid_on > judged.day - judged.days) AS client_kopecks,
       judged.of_client AS client_limit
FROM judged
JOIN totals ON totals.client_id = judged.client_id
    AND totals.kopecks > least(judged.of_invoice, judged.of_client)
JOIN refunds beside ON beside.client_id = judged.client_id
CROSS JOIN LATERAL (
    SELECT coalesce(sum(CASE l.kind WHEN 'promised' THEN l.amount_kopecks
                        ELSE -l.amount_kopecks END), 0) AS kopecks
    FROM ledger_transfers l
    WHERE l.id <= judged.transfer
        AND (l.kind = 'promised' AND l.credit_account = 'promised/' || beside.id
            OR l.kind = 'promise_freed' AND l.debit_account = 'promised/' || beside.id)
) AS promise
GROUP BY judged.refund, judged.transfer, judged.invoice_number, judged.of_invoice, judged.day,
    judged.days, judged.of_client
HAVING sum(promise.kopecks) FILTER (WHERE beside.invoice_number = judged.invoice_number)
        > judged.of_invoice
    OR sum(promise.kopecks) FILTER (
        WHERE beside.id = judged.refund OR beside.first_paid_on IS NULL
            OR beside.first_paid_on > judged.day - judged.days) > judged.of_client
"""

_OF_POLICY = """
    r.invoice_number, r.client_id, CAST(p.document ->> '{limit}' AS bigint) AS of_invoice,
    CAST(p.document #>> '{{client_limits,{of_client}}}' AS bigint) AS of_client,
    CAST(p.document #>> '{{client_limits,days}}' AS integer) AS days
"""

_AUTOMATIC = f"""
WITH {_TOTALS}, judged AS (
    SELECT r.id AS refund, t.id AS transfer,
           CAST(r.opened_at AT TIME ZONE 'Europe/Moscow' AS date) AS day,
           {_OF_POLICY.format(limit="automatic_limit_kopecks", of_client="automatic_kopecks")}
    FROM refunds r
    JOIN policies p ON p.kind = 'refund' AND p.version = r.policy_version
    JOIN ledger_transfers t ON t.kind = 'promised' AND t.reference = r.id || '@2'
)
{_COUNTED}
"""  # noqa: S608  only constants of this module are put into it

_PAID = f"""
WITH {_TOTALS}, judged AS (
    SELECT r.id AS refund, t.id AS transfer,
           CAST(h.at AT TIME ZONE 'Europe/Moscow' AS date) AS day,
           {_OF_POLICY.format(limit="approval_limit_kopecks", of_client="approval_kopecks")}
    FROM refund_history h
    JOIN refunds r ON r.id = h.refund_id
    JOIN policies p ON p.kind = 'refund' AND p.version = r.policy_version
    JOIN ledger_transfers t ON t.kind = 'payout_begun'
        AND t.reference = h.refund_id || '/' || (h.answer ->> 'attempt')
    WHERE h.to_status = 'paying'
        AND h.from_status NOT IN ('awaiting_approval', 'paying', 'payout_held')
)
{_COUNTED}
"""  # noqa: S608  only constants of this module are put into it

LIMIT_INVARIANTS: tuple[Invariant, ...] = (
    invariant("above the limit no sum is automatic", _AUTOMATIC),
    invariant("above the limit nothing is paid without an approval", _PAID),
    invariant(
        "VAT of what goes back of a line adds up to the line's",
        """
        SELECT l.invoice_number AS invoice, l.line_no, sum(c.sum_kopecks) AS promised_kopecks,
               sum(c.vat_kopecks) AS vat_kopecks,
               vat_inside(l.sum_kopecks, min(c.vat_rate)) AS line_vat_kopecks
        FROM invoice_lines l
        JOIN refunds r ON r.invoice_number = l.invoice_number
            AND r.status NOT IN ('declined', 'cancelled', 'expired')
        JOIN calculation_lines c
            ON c.calculation_id = r.calculation_id AND c.line_no = l.line_no
        GROUP BY l.invoice_number, l.line_no
        HAVING count(DISTINCT c.vat_rate) = 1
            AND (sum(c.vat_kopecks) > vat_inside(l.sum_kopecks, min(c.vat_rate))
                OR sum(c.sum_kopecks) = l.sum_kopecks
                    AND sum(c.vat_kopecks) <> vat_inside(l.sum_kopecks, min(c.vat_rate)))
        """,
    ),
)
"""An opening's promise is stored by its second change, and only for an automatic sum."""
