"""Invariants of the entries of all bank statements and the bank's balances."""

from db.invariants.invariant import Invariant, invariant
from domain.banking.incoming_money import RECORDED_WITHIN_DAYS

# Sections of imported statements; an entry suspected of repeating a stored one counts once a person
# has decided that it does not.
_SECTIONS = """
    WITH declared AS (
        SELECT s.id, one.* FROM bank_statements s
        CROSS JOIN jsonb_to_recordset(s.accounts) AS one (
            account text, first_day date, last_day date, opening_kopecks bigint,
            credited_kopecks bigint, debited_kopecks bigint)
        WHERE s.status = 'imported'
    ), counted AS (
        SELECT id, statement_id, account, day,
               CASE direction WHEN 'in' THEN amount_kopecks ELSE 0 END AS credited,
               CASE direction WHEN 'out' THEN amount_kopecks ELSE 0 END AS debited
        FROM bank_entries WHERE repeats IS NULL OR status = 'matched'
    )
"""

STATEMENT_INVARIANTS: tuple[Invariant, ...] = (
    invariant(
        "no bank entry is of a day to come",
        """
        SELECT e.id AS entry, e.day, s.read_on FROM bank_entries e
        JOIN bank_statements s ON s.id = e.statement_id WHERE e.day > s.read_on
        """,
    ),
    invariant(
        "entries of an account lead from one opening balance of the bank to the next",
        f"""
        {_SECTIONS}, openings AS (
            SELECT account, first_day, min(opening_kopecks) AS opening,
                   max(opening_kopecks) AS other_opening, max(last_day) AS last_day
            FROM declared GROUP BY account, first_day
        ), steps AS (
            SELECT account, first_day, opening, other_opening,
                   max(last_day) OVER (PARTITION BY account ORDER BY first_day) AS covered_to,
                   lead(first_day) OVER following AS next_day,
                   lead(opening) OVER following AS next_opening
            FROM openings WINDOW following AS (PARTITION BY account ORDER BY first_day)
        )
        SELECT account, first_day, next_day, opening, other_opening, next_opening,
               moved.kopecks AS entries_kopecks
        FROM steps CROSS JOIN LATERAL (
            SELECT coalesce(sum(credited - debited), 0) AS kopecks FROM counted
            WHERE counted.account = steps.account
                AND day >= steps.first_day AND day < steps.next_day
        ) AS moved
        WHERE opening <> other_opening
            OR covered_to >= next_day - 1 AND next_opening - opening <> moved.kopecks
        """,  # noqa: S608 - our own names
    ),
    invariant(
        "entries that files of one period brought are what the fullest of them says",
        f"""
        {_SECTIONS}, periods AS (
            SELECT account, first_day, last_day, array_agg(id) AS statements,
                   max(credited_kopecks) AS credited, max(debited_kopecks) AS debited
            FROM declared GROUP BY account, first_day, last_day
        )
        SELECT periods.account, first_day, last_day, periods.credited, periods.debited,
               came.credited AS entries_credited, came.debited AS entries_debited
        FROM periods CROSS JOIN LATERAL (
            SELECT coalesce(sum(counted.credited), 0) AS credited,
                   coalesce(sum(counted.debited), 0) AS debited,
                   coalesce(bool_and(statement_id = ANY (statements)), false) AS is_all
            FROM counted WHERE counted.account = periods.account
                AND day BETWEEN first_day AND last_day
        ) AS came
        WHERE came.is_all
            AND (came.credited, came.debited) <> (periods.credited, periods.debited)
        """,  # noqa: S608 - our own names
    ),
    invariant(
        "what may be another spelling of stored money pays nothing by itself",
        """
        SELECT id AS entry, repeats, status, matched_as, decided_by FROM bank_entries
        WHERE repeats IS NOT NULL
            AND (NOT needs_person OR (status <> 'unmatched' AND decided_by = 'system'))
        """,
    ),
    invariant(
        "money pays no invoice issued after it unless a person says so",
        """
        SELECT a.id AS allocation, e.day, i.number AS invoice, i.issued_on FROM allocations a
        JOIN bank_entries e ON e.id = a.entry_id JOIN invoices i ON i.number = a.invoice_number
        WHERE a.undone_at IS NULL AND a.instruction_id IS NULL AND e.day < i.issued_on
        """,
    ),
    invariant(
        "billing writes no transfer beside the bank's own of these days unless it says so",
        """
        SELECT p.id AS payment, p.amount_kopecks, a.payment_id AS bank_payment, e.day
        FROM payments p
        JOIN allocations a ON a.invoice_number = p.invoice_number AND a.undone_at IS NULL
            AND a.payment_id <> p.id AND a.instruction_id IS NULL
        JOIN bank_entries e ON e.id = a.entry_id
        WHERE p.method = 'bank_transfer' AND p.id NOT LIKE 'entry-%'
            AND NOT jsonb_exists(p.besides, a.payment_id)
            AND NOT EXISTS (SELECT FROM allocations l
                            WHERE l.payment_id = p.id AND l.undone_at IS NULL)
            AND NOT EXISTS (SELECT FROM payment_reversals r WHERE r.payment_id = p.id)
            AND abs(e.day - CAST(p.received_at AT TIME ZONE 'Europe/Moscow' AS date))
                <= CAST(:within_days AS integer)
        """,
        within_days=RECORDED_WITHIN_DAYS,
    ),
)
"""Each compares entries of different files, and what they pay, with what the bank says."""
