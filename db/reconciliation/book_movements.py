"""Movements of money as each of the three books has them, as SQL: a part for each way they come."""

_STATED = """
EXISTS (SELECT FROM bank_statements AS s
         WHERE s.status = 'imported' AND {day} BETWEEN s.first_day AND s.last_day)
"""
_READ = """
EXISTS (SELECT FROM acquirer_readings AS r WHERE {at} >= r.since AND {at} < r.read_at)
"""
_RECEIVED = "(p.received_at AT TIME ZONE 'Europe/Moscow')::date"
# What belongs together has mostly one day, so it is looked for in the period first, which one scan
# reads, and only what is left by itself: `coalesce` asks further only where nothing was found.
_IN_PERIOD = """
p.received_at >= CAST(:first AS date)::timestamp AT TIME ZONE 'Europe/Moscow'
AND p.received_at < (CAST(:last AS date) + 1)::timestamp AT TIME ZONE 'Europe/Moscow'
"""
_OF_BANK = """
SELECT 'entry-' || e.id AS id, e.day,
       CASE WHEN e.matched_as IS NULL THEN 'other' ELSE e.matched_as END AS kind,
       CASE e.status WHEN 'unmatched' THEN 'undecided'
                     WHEN 'ignored' THEN 'left_aside' END AS known,
       CASE e.matched_as
           WHEN 'payment' THEN (
               SELECT sum(t.amount_kopecks)::bigint FROM allocations AS a
                 JOIN ledger_transfers AS t
                   ON t.kind = 'payment_received' AND t.reference = a.payment_id
                WHERE a.entry_id = e.id AND a.undone_at IS NULL)
           ELSE (SELECT CASE t.kind WHEN 'payout_paid' THEN -t.amount_kopecks
                                    ELSE t.amount_kopecks END
                   FROM ledger_transfers AS t
                  WHERE t.kind = CASE e.matched_as WHEN 'payout' THEN 'payout_paid'
                                                   ELSE 'payout_returned' END
                    AND t.reference = e.matched_case || '/' || e.matched_attempt)
       END AS ledger,
       CASE e.direction WHEN 'in' THEN e.amount_kopecks ELSE -e.amount_kopecks END AS bank,
       NULL::bigint AS acquirer, e.account,
       CASE WHEN e.matched_as = 'payment' THEN
                ARRAY(SELECT a.invoice_number FROM allocations AS a
                       WHERE a.entry_id = e.id AND a.undone_at IS NULL ORDER BY a.invoice_number)
            WHEN e.matched_case IS NOT NULL THEN
                ARRAY(SELECT f.invoice_number FROM refunds AS f WHERE f.id = e.matched_case)
            ELSE '{}'::text[] END AS invoices,
       e.matched_case AS case_id, e.id AS entry_id, e.number, e.counterparty_name,
       NULL::text AS acquirer_id, NULL::text AS reference
  FROM bank_entries AS e
 WHERE e.day BETWEEN :first AND :last
"""
_CAPTURED = f"""
SELECT 'payment-' || o.id, o.day, 'payment', NULL,
       CASE WHEN v.payment_id IS NULL
            THEN (SELECT t.amount_kopecks FROM ledger_transfers AS t
                   WHERE t.kind = 'payment_received' AND t.reference = k.payment_id) END,
       NULL::bigint, o.amount_kopecks, 'acquirer',
       ARRAY(SELECT f.invoice_number FROM payments AS f WHERE f.acquirer_payment_id = o.id),
       NULL, NULL::uuid, NULL, NULL, o.id, NULL
  FROM acquirer_operations AS o
  LEFT JOIN payments AS p ON p.acquirer_payment_id = o.id AND {_IN_PERIOD}
 CROSS JOIN LATERAL (
       SELECT coalesce(p.id, (SELECT f.id FROM payments AS f
                               WHERE f.acquirer_payment_id = o.id)) AS payment_id) AS k
  LEFT JOIN payment_reversals AS v ON v.payment_id = k.payment_id
 WHERE o.kind = 'payment' AND o.day BETWEEN :first AND :last
"""  # noqa: S608  made of constants of this module
# What the acquirer took back without us is in our ledger as such, unless a payout took it over.
_REFUNDED = """
SELECT 'refund-' || o.id, o.day,
       CASE WHEN t.reference IS NULL AND b.id IS NOT NULL THEN 'taken_back' ELSE 'payout' END,
       NULL, -coalesce(t.amount_kopecks, b.amount_kopecks), NULL::bigint,
       -o.amount_kopecks, 'acquirer',
       CASE WHEN coalesce(f.invoice_number, b.invoice_number) IS NULL THEN '{}'
            ELSE ARRAY[coalesce(f.invoice_number, b.invoice_number)] END,
       f.id, NULL::uuid, NULL, NULL, o.id, k.reference
  FROM acquirer_operations AS o
 CROSS JOIN LATERAL (
       SELECT coalesce((SELECT p.case_id || '/' || p.attempt FROM payouts AS p
                         WHERE p.external_id = o.id AND p.channel = 'acquirer'
                         ORDER BY p.status IN ('paid', 'returned') DESC, p.attempt DESC LIMIT 1),
                       o.key) AS reference) AS k
  LEFT JOIN ledger_transfers AS t ON t.kind = 'payout_paid' AND t.reference = k.reference
  LEFT JOIN refunds AS f ON f.id = split_part(k.reference, '/', 1)
  LEFT JOIN taken_backs AS b ON b.id = o.id
 WHERE o.kind = 'refund' AND o.day BETWEEN :first AND :last
"""
_ONLY_RECEIVED = f"""
SELECT 'ours-' || p.id, {_RECEIVED}, 'payment',
       CASE WHEN p.acquirer_payment_id IS NULL
            THEN CASE WHEN {_STATED.format(day=_RECEIVED)} THEN 'not_in_bank' ELSE 'not_read' END
            ELSE CASE WHEN {_READ.format(at="p.received_at")} THEN 'not_at_acquirer'
                      ELSE 'not_read' END END,
       t.amount_kopecks, NULL::bigint, NULL::bigint,
       CASE WHEN p.acquirer_payment_id IS NULL THEN 'bank' ELSE 'acquirer' END,
       ARRAY[p.invoice_number], NULL, NULL::uuid, NULL, NULL, p.acquirer_payment_id, NULL
  FROM payments AS p
  JOIN ledger_transfers AS t ON t.kind = 'payment_received' AND t.reference = p.id
  LEFT JOIN acquirer_operations AS n ON n.kind = 'payment' AND n.id = p.acquirer_payment_id
                                    AND n.day BETWEEN :first AND :last
 WHERE {_IN_PERIOD}
   AND coalesce(n.id,
                (SELECT o.id FROM acquirer_operations AS o
                  WHERE o.kind = 'payment' AND o.id = p.acquirer_payment_id),
                (SELECT a.payment_id FROM allocations AS a
                  WHERE a.payment_id = p.id AND a.undone_at IS NULL),
                (SELECT v.payment_id FROM payment_reversals AS v
                  WHERE v.payment_id = p.id)) IS NULL
"""  # noqa: S608  made of constants of this module
_PAID_AT = "(p.settled_on::timestamp AT TIME ZONE 'Europe/Moscow')"
_ONLY_PAID = f"""
SELECT 'ours-' || t.reference, p.settled_on, 'payout',
       CASE WHEN p.channel = 'bank'
            THEN CASE WHEN {_STATED.format(day="p.settled_on")} THEN 'not_in_bank'
                      ELSE 'not_read' END
            ELSE CASE WHEN {_READ.format(at=_PAID_AT)} THEN 'not_at_acquirer'
                      ELSE 'not_read' END END,
       -t.amount_kopecks, NULL::bigint, NULL::bigint, p.channel,
       ARRAY[f.invoice_number], f.id, NULL::uuid, NULL, NULL, p.external_id, t.reference
  FROM payouts AS p
  JOIN ledger_transfers AS t
    ON t.kind = 'payout_paid' AND t.reference = p.case_id || '/' || p.attempt
  JOIN refunds AS f ON f.id = p.case_id
 WHERE p.settled_on BETWEEN :first AND :last
   AND NOT EXISTS (SELECT FROM bank_entries AS e
                    WHERE e.matched_case = p.case_id AND e.matched_attempt = p.attempt
                      AND e.matched_as = 'payout')
   AND NOT EXISTS (SELECT FROM acquirer_operations AS o
                    WHERE o.kind = 'refund' AND o.id = p.external_id)
   AND NOT EXISTS (SELECT FROM acquirer_operations AS o
                    WHERE o.kind = 'refund' AND o.key = t.reference)
   AND NOT EXISTS (SELECT FROM taken_backs AS b
                    WHERE b.id = p.external_id AND p.channel_reason = 'given_back_there')
"""  # noqa: S608  made of constants of this module
_BACK = "(t.recorded_at AT TIME ZONE 'Europe/Moscow')::date"
_ONLY_RETURNED = f"""
SELECT 'back-' || t.reference, {_BACK}, 'return',
       CASE WHEN p.channel = 'acquirer' THEN 'by_hand'
            WHEN {_STATED.format(day=_BACK)} THEN 'not_in_bank' ELSE 'not_read' END,
       t.amount_kopecks, NULL::bigint, NULL::bigint, p.channel,
       ARRAY[f.invoice_number], f.id, NULL::uuid, NULL, NULL, NULL, t.reference
  FROM ledger_transfers AS t
  JOIN payouts AS p ON p.case_id = split_part(t.reference, '/', 1)
                   AND p.attempt = split_part(t.reference, '/', 2)::integer
  JOIN refunds AS f ON f.id = p.case_id
 WHERE t.kind = 'payout_returned' AND {_BACK} BETWEEN :first AND :last
   AND NOT EXISTS (SELECT FROM bank_entries AS e
                    WHERE e.matched_case = p.case_id AND e.matched_attempt = p.attempt
                      AND e.matched_as = 'return')
"""  # noqa: S608  made of constants of this module
_AFTER_IT = "((b.happened_on + 1)::timestamp AT TIME ZONE 'Europe/Moscow')"
_ONLY_TAKEN_BACK = f"""
SELECT 'taken-' || b.id, b.happened_on, 'taken_back',
       CASE WHEN {_READ.format(at=_AFTER_IT)} THEN 'not_at_acquirer' ELSE 'not_read' END,
       -b.amount_kopecks, NULL::bigint, NULL::bigint, 'acquirer', ARRAY[b.invoice_number],
       NULL, NULL::uuid, NULL, NULL, b.id, NULL
  FROM taken_backs AS b
 WHERE b.happened_on BETWEEN :first AND :last
   AND NOT EXISTS (SELECT FROM acquirer_operations AS o WHERE o.kind = 'refund' AND o.id = b.id)
"""  # noqa: S608  made of constants of this module
_GIVEN_BACK = """
SELECT 'won-' || b.id, r.returned_on, 'taken_back', 'by_hand', b.amount_kopecks, NULL::bigint,
       NULL::bigint, 'acquirer', ARRAY[b.invoice_number], NULL, NULL::uuid, NULL, NULL, b.id, NULL
  FROM taken_back_returns AS r JOIN taken_backs AS b ON b.id = r.taken_back_id
 WHERE r.returned_on BETWEEN :first AND :last
"""
_COMPENSATED = """
SELECT 'compensation-' || d.id, d.compensated_on, 'compensation', 'by_hand',
       -d.compensation_kopecks, NULL::bigint, NULL::bigint, 'bank', ARRAY[d.invoice_number],
       NULL, NULL::uuid, NULL, NULL, NULL, NULL
  FROM disputes AS d
 WHERE d.compensated_on BETWEEN :first AND :last
"""
_CARRIED = """
SELECT 'carriage-' || c.return_id, c.paid_on, 'carriage', 'by_hand', -c.amount_kopecks,
       NULL::bigint, NULL::bigint, 'bank', ARRAY[r.invoice_number],
       NULL, NULL::uuid, NULL, NULL, NULL, NULL
  FROM goods_return_carriages AS c JOIN goods_returns AS r ON r.id = c.return_id
 WHERE c.paid_on BETWEEN :first AND :last
"""
MOVEMENTS = " UNION ALL ".join(
    (
        *(_OF_BANK, _CAPTURED, _REFUNDED, _ONLY_RECEIVED, _ONLY_PAID, _ONLY_RETURNED),
        *(_ONLY_TAKEN_BACK, _GIVEN_BACK, _COMPENSATED, _CARRIED),
    )
)
"""SQL of all movements of a period; parameters: `first` and `last`, days in Moscow."""
