"""The three books side by side: a movement of money a line, found from each of the books."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from sqlalchemy import text

from db.query import Query, planned_anew, row, typed
from db.reconciliation.book_movements import MOVEMENTS
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

_LINES = f"""
WITH movements AS ({MOVEMENTS}), judged AS (
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
    planned_anew(
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
    ON p.agreement IN ('sums_differ', 'not_in_ledger', 'not_at_acquirer') OR p.kind = 'taken_back'
 ORDER BY p.day DESC, p.id DESC
"""  # noqa: S608  made of constants of this module
        )
    ),
    never_null=("id", "day", "kind", "agreement", "account", "invoices"),
)
_DAYS = typed(
    BookDay,
    planned_anew(
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
        )
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


def page(
    narrowed: BooksFilter, known: Sequence[BookDay], how_many: int, after: After | None = None
) -> Query[BookLine]:
    """The same as `lines`, looked for in no more days than have so many: `known` are the days of
    the filter, as `days` gives them.
    """
    period, left = narrowed.period, how_many
    seen = period.last_day if after is None else after[0]
    first = last = min(max(seen, period.first_day), period.last_day)
    for one in (day for day in known if day.day <= last):
        first = one.day
        # of the day that was shown in part nobody knows how many are left
        left -= one.lines if after is None or one.day < last else 0
        if left <= 0:
            break
    return lines(replace(narrowed, period=BooksPeriod(first, last)), how_many, after)


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
