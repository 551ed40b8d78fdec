"""Money that waits to be matched: the entries, and the invoices that they may be for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import text

from db.bank_entry import After
from db.database import Database, Query, Row
from domain.calendar import moscow_date
from domain.matching import IncomingEntry, OpenInvoice
from domain.money_in import REJUDGED_WITHIN_DAYS, RecordedTransfer

MAX_FOUND = 5_000
"""Invoices that are looked at for a page of entries; a page with more is looked at in halves."""

_WAITING = text(
    """
SELECT id, day, amount_kopecks, counterparty_name, counterparty_inn, purpose, hold_reason,
       hold_score
  FROM bank_entries
 WHERE status = 'unmatched' AND direction = 'in' AND (day, id) > (:after_day, :after_id)
   AND NOT for_person AND (hold_reason IS NULL OR day >= :rejudged_from)
 ORDER BY day, id LIMIT :at_most
"""
)
_LISTED = "ANY (ARRAY(SELECT jsonb_array_elements_text(CAST(:{} AS jsonb))))"
_NUMBERS = text(
    f"""
WITH named AS (
    SELECT number, client_id FROM invoices
     WHERE matching_key = {_LISTED.format("keys")} AND matching_key <> ''
), payers AS (
    SELECT id AS client_id FROM clients WHERE inn = {_LISTED.format("inns")}
    UNION SELECT client_id FROM orders WHERE payer_inn = {_LISTED.format("inns")}
    UNION SELECT client_id FROM known_payers WHERE inn = {_LISTED.format("inns")}
    UNION SELECT client_id FROM named
)
SELECT number FROM named
UNION
SELECT i.number FROM payers JOIN invoices i ON i.client_id = payers.client_id
 WHERE i.voided_at IS NULL AND i.paid_kopecks < i.total_kopecks
 LIMIT :at_most
"""  # noqa: S608 - our own names
)
_facts = f"""
SELECT i.number, i.client_id, i.matching_key, i.total_kopecks, i.paid_kopecks, i.surplus_kopecks,
       i.issued_on, i.voided_at, c.name AS client_name, c.inn AS client_inn, o.payer_inn,
       ARRAY(SELECT k.inn FROM known_payers k WHERE k.client_id = i.client_id) AS known_inns,
       ARRAY(SELECT DISTINCT other.payer_inn FROM orders other
              WHERE other.client_id = i.client_id AND other.payer_inn IS NOT NULL) AS order_inns
  FROM invoices i
  JOIN clients c ON c.id = i.client_id
  LEFT JOIN issued_invoices own ON own.invoice_number = i.number
  LEFT JOIN orders o ON o.id = own.order_id
 WHERE i.number = {_LISTED.format("numbers")}
 ORDER BY i.number
"""  # noqa: S608 - our own names
_FACTS = text(_facts)
_FACTS_LOCKED = text(f"{_facts} FOR NO KEY UPDATE OF i")
_RECORDED = text(
    f"""
SELECT p.id, p.invoice_number, p.amount_kopecks, p.received_at FROM payments p
 WHERE p.invoice_number = {_LISTED.format("numbers")} AND p.method = 'bank_transfer'
   AND NOT EXISTS (SELECT FROM allocations a WHERE a.payment_id = p.id AND a.undone_at IS NULL)
   AND NOT EXISTS (SELECT FROM payment_reversals r WHERE r.payment_id = p.id)
 ORDER BY p.received_at, p.id
"""  # noqa: S608 - our own names
)
_HOLD = text(
    """
WITH held AS (
    SELECT h.* FROM jsonb_to_recordset(CAST(:held AS jsonb))
        AS h (id uuid, reason text, score integer)
), locked AS (
    SELECT e.id, held.reason, held.score FROM bank_entries e JOIN held ON held.id = e.id
     WHERE e.status = 'unmatched' AND NOT e.for_person
     ORDER BY e.id FOR NO KEY UPDATE OF e
)
UPDATE bank_entries e SET hold_reason = locked.reason, hold_score = locked.score
  FROM locked WHERE e.id = locked.id
"""
)


@dataclass(frozen=True)
class Found:
    """The invoices that some entries may be for, as they were at one moment."""

    rows: Sequence[Row]
    recorded: Sequence[RecordedTransfer]
    is_whole: bool = True

    def numbers_for(self, inn: str | None, keys: Iterable[str]) -> list[str]:
        """Those named by their keys, and the open ones of the same clients and of the payer."""
        wanted = frozenset(keys) - {""}
        named = {row.number for row in self.rows if row.matching_key in wanted}
        clients = {row.client_id for row in self.rows if row.number in named}
        clients |= {row.client_id for row in self.rows if inn is not None and inn in _inns(row)}
        of_clients = {row.number for row in self.rows if row.client_id in clients and _is_open(row)}
        return sorted(named | of_clients)

    def invoices(self, numbers: Iterable[str], day: date) -> list[OpenInvoice]:
        """The invoices as an entry of this day may find them."""
        wanted = frozenset(numbers)
        return [self._open_invoice(row, day) for row in self.rows if row.number in wanted]

    def _open_invoice(self, row: Row, day: date) -> OpenInvoice:
        """What billing wrote about this day may be this very money: it is not counted as paid."""
        of_it = (one for one in self.recorded if one.invoice_number == row.number)
        recorded = sum(one.amount_kopecks for one in of_it if one.is_about(day))
        due = row.total_kopecks if row.voided_at is None else 0
        return OpenInvoice(
            number=row.number,
            client_id=row.client_id,
            client_name=row.client_name,
            payer_inns=frozenset({row.client_inn, row.payer_inn} - {None}),
            known_payer_inns=frozenset(row.known_inns),
            balance_kopecks=max(0, due - row.paid_kopecks + recorded),
            total_kopecks=row.total_kopecks,
            issued_on=row.issued_on,
            is_void=row.voided_at is not None,
        )


async def waiting(database: Database, after: After, today: date, at_most: int) -> list[Row]:
    """Incoming entries that nobody has decided about, oldest first; long held ones stay held."""
    return await database.rows(
        _WAITING,
        after_day=after[0],
        after_id=after[1],
        rejudged_from=today - timedelta(days=REJUDGED_WITHIN_DAYS),
        at_most=at_most,
    )


def entry_from(row: Row) -> IncomingEntry:
    """An entry's row as facts for judging it."""
    return IncomingEntry(
        row.amount_kopecks, row.counterparty_inn, row.counterparty_name, row.purpose, row.day
    )


async def find(database: Database, keys: Iterable[str], inns: Iterable[str]) -> Found:
    """The invoices that these keys or payers may mean, at most `MAX_FOUND` of them."""
    rows = await database.rows(
        _NUMBERS, keys=sorted(set(keys)), inns=sorted(set(inns)), at_most=MAX_FOUND + 1
    )
    numbers = [row.number for row in rows]
    is_whole = len(numbers) <= MAX_FOUND
    heads, transfers = await database.read(*facts(numbers[:MAX_FOUND], locked=False))
    return found_from(heads, transfers, is_whole=is_whole)


def facts(numbers: Sequence[str], *, locked: bool) -> tuple[Query, Query]:
    """The two queries behind `found_from`; `locked` keeps other money of the invoices waiting."""
    named = {"numbers": list(numbers)}
    return (_FACTS_LOCKED if locked else _FACTS, named), (_RECORDED, named)


def found_from(heads: Sequence[Row], transfers: Sequence[Row], *, is_whole: bool = True) -> Found:
    """What the two queries of `facts` answered."""
    recorded = [
        RecordedTransfer(
            row.id, row.invoice_number, row.amount_kopecks, moscow_date(row.received_at)
        )
        for row in transfers
    ]
    return Found(heads, recorded, is_whole)


async def hold(database: Database, held: Sequence[tuple[UUID, str, int]]) -> None:
    """Keeps why entries are a person's (id, reason, score), where nobody has decided meanwhile."""
    rows = [{"id": str(entry_id), "reason": why, "score": score} for entry_id, why, score in held]
    async with database.transaction() as transaction:
        transaction.write(_HOLD, held=rows)


def _inns(row: Row) -> frozenset[str]:
    return frozenset({row.client_inn, *row.known_inns, *row.order_inns})


def _is_open(row: Row) -> bool:
    return row.voided_at is None and row.paid_kopecks < row.total_kopecks
