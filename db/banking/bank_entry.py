"""Entries of bank statements: what they may match, and what was decided about them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, bindparam, exists, func, select, text, update

from db.database import Database, Transaction
from db.facts import Reading, only
from db.query import Query, TypedStatement, columns_of, row, typed
from db.tables import bank_entries, own_accounts
from domain.banking.statement_import import (
    EXECUTED_WITHIN_DAYS,
    RETURNED_WITHIN_DAYS,
    EntryStatus,
    MatchedAs,
)
from domain.payout.payout import PayoutRequest

MATCHED_ONCE = "payout_matched_once"
"""The constraint that one entry settles a payout, and one returns it."""
STAYS_MATCHED = "bank_entry_matched_once"
"""The rule that a matched entry never changes."""

# Both start from the orders: those that nothing is matched with yet are few, entries are many. The
# earliest entry of an order counts; another one like it stays unmatched, for a person.
_ORDERED = """
  FROM payment_orders AS o
  JOIN payouts AS p ON p.case_id = o.case_id AND p.attempt = o.attempt
  JOIN payment_runs AS r ON r.id = o.run_id
  JOIN statements AS s ON s.id = p.statement_id
  JOIN bank_entries AS e ON e.account = r.own_account AND e.amount_kopecks = o.amount_kopecks
 WHERE e.status = 'unmatched' AND e.repeats IS NULL
   AND e.day >= o.day
"""
_AFTER = "(o.case_id, o.attempt) > (:after_case, :after_attempt)"
_MATCHED = """
EXISTS (SELECT FROM bank_entries AS m WHERE m.status = 'matched'
           AND m.matched_case = o.case_id AND m.matched_attempt = o.attempt AND m.matched_as = {})
"""
_SETTLED, _RETURNED = _MATCHED.format("'payout'"), _MATCHED.format("'return'")


@row
class CandidateRow:
    """An entry, and the payout that it may settle or return."""

    id: UUID
    day: date
    purpose: str
    case_id: str
    attempt: int


@row
class EntryRow:
    """An entry of a statement; `is_own`: the counterparty is an account of ours; `is_postponed`:
    its decision is postponed, and the day until which has not come.
    """

    id: UUID
    statement_id: UUID
    account: str
    direction: str
    day: date
    number: str
    amount_kopecks: int
    counterparty_name: str
    counterparty_inn: str | None
    counterparty_account: str | None
    counterparty_bic: str | None
    purpose: str
    line: int
    status: str
    matched_case: str | None
    matched_attempt: int | None
    matched_as: str | None
    decided_by: str | None
    decided_at: datetime | None
    reason: str | None
    hold_reason: str | None
    hold_score: int | None
    needs_person: bool
    repeats: UUID | None
    postponed_by: str | None
    postponed_at: datetime | None
    postponed_until: date | None
    postponed_why: str | None
    is_own: bool
    is_postponed: bool


@row
class EntryId:
    """The id of an entry."""

    id: UUID


_DEBITS = typed(
    CandidateRow,
    text(
        f"""
SELECT DISTINCT ON (o.case_id, o.attempt) e.id, e.day, e.purpose, o.case_id, o.attempt
{_ORDERED}
   AND p.status IN ('prepared', 'sent', 'unknown', 'paid')
   AND e.direction = 'out' AND e.day <= o.day + CAST(:within_days AS integer)
   AND ltrim(e.number, '0') = CAST(o.number AS text) AND e.counterparty_account = s.account
   AND NOT {_SETTLED} AND {_AFTER}
 ORDER BY o.case_id, o.attempt, e.day, e.id LIMIT :at_most
"""
    ),
)
# A purpose also has dates, sums and invoice numbers ("от 30.11.2026", "12 200,00",
# "KP-2026-000030"), and their digits are no order's number. What still fits two orders is left to a
# person: the case of each would hear that its money is back.
_DATE = "[0-9]{1,2}[.][0-9]{2}[.]([0-9]{4}|[0-9]{2})"
_SUM = "[0-9]{1,3}( ?[0-9]{3})*[.,-][0-9]{2}(?![0-9])"
_RETURNS = typed(
    CandidateRow,
    text(
        f"""
WITH fitting AS (
SELECT e.id, e.day, e.purpose, o.case_id, o.attempt, count(*) OVER (PARTITION BY e.id) AS orders
{_ORDERED}
   AND e.direction = 'in' AND e.purpose ~ '[Вв][Оо][Зз][Вв][Рр]'
   AND e.day <= o.day + CAST(:within_days AS integer)
   AND regexp_replace(e.purpose, '{_DATE}|{_SUM}', ' ', 'g')
       ~ ('(^|[^0-9.,-]|[^0-9][.,])0*' || o.number || '([^0-9.,-]|[.,-]([^0-9]|$)|$)')
   AND (strpos(e.purpose, to_char(o.day, 'DD.MM.YYYY')) > 0
        OR strpos(e.purpose, to_char(o.day, 'DD.MM.YY')) > 0
        OR e.purpose !~ '[0-9][0-9][.][0-9][0-9][.][0-9][0-9]')
   AND (e.counterparty_account = s.account OR e.counterparty_bic IN (s.bic, r.payer ->> 'bic'))
   AND (p.status IN ('paid', 'returned') OR {_SETTLED})
   AND NOT {_RETURNED}
)
SELECT DISTINCT ON (o.case_id, o.attempt) o.id, o.day, o.purpose, o.case_id, o.attempt
  FROM fitting AS o
 WHERE o.orders = 1 AND {_AFTER}
 ORDER BY o.case_id, o.attempt, o.day, o.id LIMIT :at_most
"""  # noqa: S608  made of constants of this module
    ),
)
_of_id = bank_entries.c.id == bindparam("entry_id")
_is_own = exists().where(own_accounts.c.account == bank_entries.c.counterparty_account)
IS_POSTPONED = func.is_postponed(
    bank_entries.c.postponed_at, bank_entries.c.postponed_until, type_=Boolean
)
"""Whether the decision about an entry is postponed today."""
_reckoned = (_is_own.label("is_own"), IS_POSTPONED.label("is_postponed"))
_names = {one.name for one in _reckoned}
_columns = (bank_entries.c[name] for name in columns_of(EntryRow) if name not in _names)
ENTRIES = typed(EntryRow, select(*_columns, *_reckoned), never_null=("is_own", "is_postponed"))
"""Entries; a list narrows them."""
_ONE = ENTRIES.narrowed(lambda rows: rows.where(_of_id))
_ONE_LOCKED = _ONE.narrowed(lambda rows: rows.with_for_update())
_DECIDE = update(bank_entries).where(_of_id)
_MATCH = typed(
    EntryId,
    update(bank_entries)
    .where(_of_id, bank_entries.c.status == EntryStatus.UNMATCHED.value)
    .values(status=EntryStatus.MATCHED.value)
    .returning(bank_entries.c.id),
)

NOT_POSTPONED: Mapping[str, None] = MappingProxyType(
    dict.fromkeys(("postponed_by", "postponed_at", "postponed_until", "postponed_why"))
)
"""The columns of an entry whose decision is not postponed, or not any more."""

After = tuple[date, UUID]
"""The key (day, id) of the last entry seen."""


@dataclass(frozen=True)
class Candidate:
    """An entry, and the payout that it settles or returns."""

    entry_id: UUID
    day: date
    purpose: str
    payout: PayoutRequest


@dataclass(frozen=True)
class EntryWords:
    """An entry's day and purpose, which payouts and their cases are signalled by."""

    day: date
    purpose: str


async def debits(database: Database, after: PayoutRequest, at_most: int) -> list[Candidate]:
    """Debits that settle a payout: same order number, sum and recipient's account."""
    return await _candidates(database, _DEBITS, after, at_most, EXECUTED_WITHIN_DAYS)


async def returns(database: Database, after: PayoutRequest, at_most: int) -> list[Candidate]:
    """Credits that return a payout: the purpose names our order, the sum is the same, and the
    sender is the recipient, its bank or our bank.
    """
    return await _candidates(database, _RETURNS, after, at_most, RETURNED_WITHIN_DAYS)


async def match(
    database: Database,
    entry_id: UUID,
    payout: PayoutRequest,
    matched_as: MatchedAs,
    by: str,
    at: datetime,
) -> bool:
    """Stores the match of an unmatched entry; False when somebody decided about it before.

    Raises `ConstraintBroken` with `MATCHED_ONCE` when another entry has the same match.
    """
    values = _matched(payout, matched_as, by, at)
    return await database.row(_MATCH(entry_id=entry_id, **values)) is not None


def decide(transaction: Transaction, entry_id: UUID, columns: Mapping[str, Any]) -> None:
    """Stores a person's decision; the database refuses to change a matched entry."""
    transaction.write(_DECIDE, entry_id=entry_id, **columns)


def one(entry_id: UUID, *, locked: bool = False) -> Query[EntryRow]:
    """An entry; `is_own`: the counterparty is an account of ours."""
    return (_ONE_LOCKED if locked else _ONE)(entry_id=entry_id)


def said(entry_id: UUID) -> Reading[EntryWords]:
    """What the bank said of an entry."""
    return only(one(entry_id)).to(lambda row: EntryWords(row.day, row.purpose))


async def _candidates(
    database: Database,
    statement: TypedStatement[CandidateRow],
    after: PayoutRequest,
    at_most: int,
    within_days: int,
) -> list[Candidate]:
    rows = await database.rows(
        statement(
            after_case=after.case_id,
            after_attempt=after.attempt,
            at_most=at_most,
            within_days=within_days,
        )
    )
    return [
        Candidate(row.id, row.day, row.purpose, PayoutRequest(row.case_id, row.attempt))
        for row in rows
    ]


def _matched(payout: PayoutRequest, matched_as: MatchedAs, by: str, at: datetime) -> dict[str, Any]:
    return {
        "status": EntryStatus.MATCHED,
        "matched_case": payout.case_id,
        "matched_attempt": payout.attempt,
        "matched_as": matched_as,
        "decided_by": by,
        "decided_at": at,
        **NOT_POSTPONED,
    }
