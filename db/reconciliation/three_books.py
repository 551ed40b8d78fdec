"""The three books side by side: a movement of money a line, found from each of the books."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import text

from db.query import Query, row, typed
from domain.reconciliation.three_books import DIFFERING, Agreement, BooksPeriod, MovementKind

ACQUIRER = "acquirer"
"""Stands for the acquirer where an own account is meant."""


@row
class BookLine:
    """A movement by its day at the bank or the acquirer, or where neither has it in the ledger.

    Sums are kopecks, below zero for what went out; None: the book does not have it. `number` is the
    bank's. `difference_id` is the difference that the daily comparison found, `decided` what was
    decided about it.
    """

    id: str
    day: date
    kind: str
    agreement: str
    ledger_kopecks: int | None
    bank_kopecks: int | None
    acquirer_kopecks: int | None
    account: str
    invoices: list[str]
    case_id: str | None
    entry_id: UUID | None
    number: str | None
    counterparty_name: str | None
    acquirer_id: str | None
    difference_id: UUID | None
    decided: str | None


@row
class BookDay:
    """The sums of a day's lines, and how many of them somebody has to look at."""

    day: date
    lines: int
    differing: int
    ledger_in: int
    ledger_out: int
    bank_in: int
    bank_out: int
    acquirer_in: int
    acquirer_out: int


@dataclass(frozen=True)
class BooksFilter:
    """What is shown of the books; None means any. `account` is an own account, or `ACQUIRER`."""

    period: BooksPeriod
    kind: MovementKind | None = None
    account: str | None = None
    invoice_number: str | None = None
    amount_kopecks: int | None = None
    agreement: Agreement | None = None
    differing: bool = False


After = tuple[date, str]
"""The key (day, id) of the last line seen."""

_STATED = """
EXISTS (SELECT FROM bank_statements AS s
         WHERE s.status = 'imported' AND {day} BETWEEN s.first_day AND s.last_day)
"""
_READ = """
EXISTS (SELECT FROM acquirer_readings AS r WHERE {at} >= r.since AND {at} < r.read_at)
"""
_RECEIVED = "(p.received_at AT TIME ZONE 'Europe/Moscow')::date"
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
_CAPTURED = """
SELECT 'payment-' || o.id, o.day, 'payment', NULL,
       CASE WHEN v.payment_id IS NULL THEN t.amount_kopecks END, NULL::bigint, o.amount_kopecks,
       'acquirer', CASE WHEN p.id IS NULL THEN '{}' ELSE ARRAY[p.invoice_number] END,
       NULL, NULL::uuid, NULL, NULL, o.id, NULL
  FROM acquirer_operations AS o
  LEFT JOIN payments AS p ON p.acquirer_payment_id = o.id
  LEFT JOIN payment_reversals AS v ON v.payment_id = p.id
  LEFT JOIN ledger_transfers AS t ON t.kind = 'payment_received' AND t.reference = p.id
 WHERE o.kind = 'payment' AND o.day BETWEEN :first AND :last
"""
_REFUNDED = """
SELECT 'refund-' || o.id, o.day, 'payout', NULL, -t.amount_kopecks, NULL::bigint,
       -o.amount_kopecks, 'acquirer',
       CASE WHEN f.id IS NULL THEN '{}' ELSE ARRAY[f.invoice_number] END,
       f.id, NULL::uuid, NULL, NULL, o.id, k.reference
  FROM acquirer_operations AS o
 CROSS JOIN LATERAL (
       SELECT coalesce((SELECT p.case_id || '/' || p.attempt FROM payouts AS p
                         WHERE p.external_id = o.id AND p.channel = 'acquirer'
                         ORDER BY p.status IN ('paid', 'returned') DESC, p.attempt DESC LIMIT 1),
                       o.key) AS reference) AS k
  LEFT JOIN ledger_transfers AS t ON t.kind = 'payout_paid' AND t.reference = k.reference
  LEFT JOIN refunds AS f ON f.id = split_part(k.reference, '/', 1)
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
 WHERE p.received_at >= CAST(:first AS date)::timestamp AT TIME ZONE 'Europe/Moscow'
   AND p.received_at < (CAST(:last AS date) + 1)::timestamp AT TIME ZONE 'Europe/Moscow'
   AND NOT EXISTS (SELECT FROM payment_reversals AS v WHERE v.payment_id = p.id)
   AND NOT EXISTS (SELECT FROM allocations AS a
                    WHERE a.payment_id = p.id AND a.undone_at IS NULL)
   AND NOT EXISTS (SELECT FROM acquirer_operations AS o
                    WHERE o.kind = 'payment' AND o.id = p.acquirer_payment_id)
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
_UNION = " UNION ALL ".join(
    (_OF_BANK, _CAPTURED, _REFUNDED, _ONLY_RECEIVED, _ONLY_PAID, _ONLY_RETURNED)
)
_LINES = f"""
WITH movements AS ({_UNION}), judged AS (
    SELECT m.*,
           CASE WHEN m.known IS NOT NULL THEN m.known
                WHEN m.ledger IS NULL THEN 'not_in_ledger'
                WHEN m.ledger <> coalesce(m.bank, m.acquirer) THEN 'sums_differ'
                ELSE 'agrees' END AS agreement
      FROM movements AS m
), lines AS (
    SELECT * FROM judged
     WHERE (CAST(:kind AS text) IS NULL OR kind = :kind)
       AND (CAST(:account AS text) IS NULL OR account = :account)
       AND (CAST(:invoice AS text) IS NULL OR :invoice = ANY (invoices))
       AND (CAST(:amount AS bigint) IS NULL
            OR :amount IN (abs(ledger), abs(bank), abs(acquirer)))
       AND (CAST(:agreements AS text) IS NULL
            OR agreement = ANY (string_to_array(:agreements, ' ')))
)
"""  # noqa: S608  made of constants of this module
_PAGE = typed(
    BookLine,
    text(
        f"""
{_LINES}, page AS (
    SELECT * FROM lines WHERE (day, id) < (CAST(:after_day AS date), CAST(:after_id AS text))
     ORDER BY day DESC, id DESC LIMIT :how_many
)
SELECT p.id, p.day, p.kind, p.agreement, p.ledger AS ledger_kopecks, p.bank AS bank_kopecks,
       p.acquirer AS acquirer_kopecks, p.account, p.invoices, p.case_id, p.entry_id, p.number,
       p.counterparty_name, p.acquirer_id, d.id AS difference_id, d.reason AS decided
  FROM page AS p
  LEFT JOIN LATERAL (
       SELECT a.id, c.reason FROM acquirer_differences AS a
         LEFT JOIN acquirer_difference_decisions AS c ON c.difference_id = a.id
        WHERE a.subject IN (p.acquirer_id, p.reference, p.reference || ' ' || p.acquirer_id)
        ORDER BY c.reason IS NULL DESC, a.found_at DESC LIMIT 1) AS d
    ON p.agreement IN ('sums_differ', 'not_in_ledger', 'not_at_acquirer')
 ORDER BY p.day DESC, p.id DESC
"""  # noqa: S608  made of constants of this module
    ),
    never_null=("id", "day", "kind", "agreement", "account", "invoices"),
)
_DAYS = typed(
    BookDay,
    text(
        f"""
{_LINES}
SELECT day, count(*) AS lines,
       count(*) FILTER (WHERE agreement = ANY (string_to_array(:differing, ' '))) AS differing,
       coalesce(sum(ledger) FILTER (WHERE ledger > 0), 0)::bigint AS ledger_in,
       coalesce(-sum(ledger) FILTER (WHERE ledger < 0), 0)::bigint AS ledger_out,
       coalesce(sum(bank) FILTER (WHERE bank > 0), 0)::bigint AS bank_in,
       coalesce(-sum(bank) FILTER (WHERE bank < 0), 0)::bigint AS bank_out,
       coalesce(sum(acquirer) FILTER (WHERE acquirer > 0), 0)::bigint AS acquirer_in,
       coalesce(-sum(acquirer) FILTER (WHERE acquirer < 0), 0)::bigint AS acquirer_out
  FROM lines GROUP BY day ORDER BY day DESC
"""  # noqa: S608  made of constants of this module
    ),
    never_null=(
        "day",
        "lines",
        "differing",
        "ledger_in",
        "ledger_out",
        "bank_in",
        "bank_out",
        "acquirer_in",
        "acquirer_out",
    ),
)
_BEYOND = (date.max, "")
_DIFFERING = " ".join(DIFFERING)


def lines(narrowed: BooksFilter, how_many: int, after: After | None = None) -> Query[BookLine]:
    """Movements of money, the latest day first."""
    day, line_id = after or _BEYOND
    return _PAGE(**_asked(narrowed), after_day=day, after_id=line_id, how_many=how_many)


def days(narrowed: BooksFilter) -> Query[BookDay]:
    """The days that have lines, the latest first."""
    return _DAYS(**_asked(narrowed), differing=_DIFFERING)


def _asked(narrowed: BooksFilter) -> dict[str, object]:
    agreements = _DIFFERING if narrowed.differing else None
    return {
        "first": narrowed.period.first_day,
        "last": narrowed.period.last_day,
        "kind": narrowed.kind,
        "account": narrowed.account,
        "invoice": narrowed.invoice_number,
        "amount": narrowed.amount_kopecks,
        "agreements": narrowed.agreement or agreements,
    }
