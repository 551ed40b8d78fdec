"""Rows for the desk to be measured among: clients, invoices, payments, open and ended cases, bank
entries.
"""

from typing import Final, LiteralString

import psycopg

CLIENTS, INVOICES, OPEN_CASES = 20_000, 200_000, 20_000
REPORTED, ENTRIES = 100_000, 200_000
"""Cases that the report counts, all ended; entries of bank statements."""
NUMBERS: Final = {
    "clients": CLIENTS,
    "invoices": INVOICES,
    "cases": OPEN_CASES,
    "reported": REPORTED,
    "entries": ENTRIES,
}

# Rows that pages read, put beside those of the stack: triggers would make the worker and the books
# look at cases that no process has.
_COUNTERPARTIES: LiteralString = """
INSERT INTO clients (id, kind, name, inn, email)
SELECT 'desk-' || n, 'company', 'ООО «Берёзка ' || n || '»', CAST(7700000000 + n AS text),
       'desk@bench.example'
  FROM generate_series(1, %(clients)s) AS n;
INSERT INTO invoices (number, client_id, client_kind, issued_by, issued_on, total_kopecks)
SELECT '2019-' || (9000000 + n), 'desk-' || (1 + n %% %(clients)s), 'company', 'online',
       DATE '2019-01-01' + n %% 365, CASE WHEN n %% 1000 = 17 THEN 50017 ELSE 1220000 END
  FROM generate_series(1, %(invoices)s) AS n;
INSERT INTO bank_entries (id, statement_id, account, direction, day, number, amount_kopecks,
       counterparty_name, counterparty_inn, purpose, line, status, matched_as, decided_by,
       decided_at, reason, needs_person)
SELECT gen_random_uuid(), gen_random_uuid(), '40702810900000000001', 'in',
       DATE '2019-01-01' + n %% 365, CAST(n AS text), 1220000,
       'ООО «Берёзка ' || n %% %(clients)s || '»', CAST(7700000000 + n %% %(clients)s AS text),
       'Оплата по счёту № 2019-' || (9000000 + n) || ' за доступ к сервису, в том числе НДС 22%%',
       n, CASE n %% 2 WHEN 0 THEN 'matched' ELSE 'ignored' END,
       CASE n %% 2 WHEN 0 THEN 'payment' END, 'desk@bench', now(), 'Для замера', false
  FROM generate_series(1, %(entries)s) AS n;
INSERT INTO bank_entry_words
SELECT id, day, folded(purpose || ' ' || counterparty_name) FROM bank_entries
 WHERE decided_by = 'desk@bench';
"""
_PAID: LiteralString = """
INSERT INTO payments (id, invoice_number, method, acquirer_payment_id, amount_kopecks, received_at)
SELECT 'desk-' || n, '2019-' || (9000000 + n),
       CASE n %% 2 WHEN 0 THEN 'bank_transfer' ELSE 'sbp' END,
       CASE n %% 2 WHEN 1 THEN 'desk-' || n END, 1220000,
       TIMESTAMPTZ '2019-01-01 12:00+03' + n %% 365 * interval '1 day'
  FROM generate_series(1, %(invoices)s) AS n;
INSERT INTO ledger_transfers (kind, debit_account, credit_account, amount_kopecks, reference)
SELECT 'payment_received', 'cash/bank', 'invoice/' || invoice_number, amount_kopecks, id
  FROM payments WHERE id LIKE 'desk-%%';
INSERT INTO allocations (id, entry_id, invoice_number, amount_kopecks, payment_id, is_link, score,
       evidence, allocated_by, allocated_at)
SELECT gen_random_uuid(), e.id, p.invoice_number, p.amount_kopecks, p.id, false, 100, '[]',
       'system', e.decided_at
  FROM bank_entries AS e JOIN payments AS p ON p.id = 'desk-' || e.number
 WHERE e.decided_by = 'desk@bench' AND e.status = 'matched';
INSERT INTO acquirer_operations (kind, id, amount_kopecks, day, read_at)
SELECT 'payment', id, amount_kopecks, (received_at AT TIME ZONE 'Europe/Moscow')::date,
       received_at + interval '1 day'
  FROM payments WHERE method = 'sbp' AND id LIKE 'desk-%%';
"""
_OPEN: LiteralString = """
INSERT INTO refunds (id, invoice_number, ordinal, client_id, status, version, asked, stopped_on,
       policy_version, waiting_for, wait_until, opened_at, changed_at)
SELECT 'refund-2019-' || (9000000 + n) || '-1', '2019-' || (9000000 + n), 1,
       'desk-' || (1 + n %% %(clients)s), 'awaiting_specialist', 1, '[]', DATE '2019-06-01', 1,
       'specialist', now() + n * interval '1 minute', now() - n * interval '1 second', now()
  FROM generate_series(1, %(cases)s) AS n;
"""
_ENDED: LiteralString = """
CREATE TEMPORARY TABLE ended ON COMMIT DROP AS
SELECT n, '2019-' || (9000000 + %(cases)s + n) AS number,
       'refund-2019-' || (9000000 + %(cases)s + n) || '-1' AS id, gen_random_uuid() AS paper,
       TIMESTAMPTZ '2019-07-01 08:00+03' + n * interval '75 seconds' AS at,
       n %% 10 <> 0 AS is_paid
  FROM generate_series(1, %(reported)s) AS n;
INSERT INTO refunds (id, invoice_number, ordinal, client_id, status, version, asked, stopped_on,
       policy_version, sum_kopecks, calculation_id, statement_id, first_paid_on, paid_on, credit_by,
       closed_at, opened_at, changed_at)
SELECT id, number, 1, 'desk-' || (1 + n %% %(clients)s),
       CASE WHEN is_paid THEN 'completed' ELSE 'expired' END, CASE WHEN is_paid THEN 6 ELSE 3 END,
       '[]', DATE '2019-06-01', 1, 969355, paper, CASE WHEN is_paid THEN paper END,
       CASE WHEN is_paid THEN CAST(at AS date) + 5 END,
       CASE WHEN is_paid THEN CAST(at AS date) + 5 END,
       CASE WHEN is_paid THEN CAST(at AS date) + 19 END, at + interval '20 days', at,
       at + interval '20 days'
  FROM ended;
INSERT INTO calculations (id, refund_id, kind, calculated_by, at, inputs, trace, sum_kopecks)
SELECT paper, id, CASE WHEN n %% 4 = 0 THEN 'specialist' ELSE 'automatic' END, 'system', at, '{}',
       '{}', 969355
  FROM ended;
INSERT INTO refund_history (refund_id, number, from_status, to_status, at, by, answer)
SELECT e.id, m.number, m.gone, m.entered, e.at + m.number * (e.n %% 50) * interval '1 minute',
       'system', '{"wait": null, "status": "paying", "attempt": 1, "changes": 4}'
  FROM ended AS e
  JOIN (VALUES (1, NULL, 'calculating', true), (2, 'calculating', 'awaiting_statement', true),
               (3, 'awaiting_statement', 'under_review', false),
               (4, 'under_review', 'paying', false),
               (5, 'paying', 'completed', false), (6, 'completed', 'completed', false),
               (3, 'awaiting_statement', 'expired', NULL))
    AS m (number, gone, entered, by_all)
    ON m.by_all OR e.is_paid = (m.by_all IS NOT NULL);
INSERT INTO payouts (case_id, attempt, channel, status, version, amount_kopecks, channel_reason,
       statement_id, reason, settled_on, prepared_at, changed_at)
SELECT id, attempt, 'bank', CASE WHEN attempt = 1 AND n %% 20 = 1 THEN 'rejected' ELSE 'paid' END,
       2, 969355, 'transferred', paper,
       CASE WHEN attempt = 1 AND n %% 20 = 1 THEN 'account_closed' END, CAST(at AS date) + 5, at, at
  FROM ended, generate_series(1, CASE WHEN n %% 20 = 1 THEN 2 ELSE 1 END) AS attempt
 WHERE is_paid;
INSERT INTO feedback (refund_id, score, at) SELECT id, 1 + n %% 5, at FROM ended WHERE n %% 3 = 0;
INSERT INTO remarks (id, refund_id, author, text, at, fields)
SELECT paper, id, 'desk@bench', 'Проверьте', at, '["bic", "account"]' FROM ended WHERE n %% 12 = 0;
INSERT INTO terms (id, subscription_id, tariff_code, units, starts_on, ends_on, anchored_on,
       invoice_number, created_at)
SELECT paper, 'desk-' || n, CASE n %% 3 WHEN 0 THEN '100' WHEN 1 THEN '200' ELSE '400' END, 1,
       DATE '2019-06-01', DATE '2020-05-31', DATE '2019-06-01', number, at
  FROM ended WHERE n %% 5 <> 0;
"""
FILLED: LiteralString = (
    "clients, invoices, refunds, refund_history, calculations, payouts, feedback, remarks, terms,"
    " bank_entries, bank_entry_words, payments, ledger_transfers, allocations, acquirer_operations"
)


def fill(database_url: str) -> None:
    """Puts the rows down, and has PostgreSQL count them."""
    with psycopg.connect(database_url) as connection:
        connection.execute("SET LOCAL session_replication_role = replica")
        for statement in (_COUNTERPARTIES + _PAID + _OPEN + _ENDED).split(";\n")[:-1]:
            connection.execute(statement.encode(), NUMBERS)
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(f"VACUUM ANALYZE {FILLED}".encode())
