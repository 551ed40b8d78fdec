"""Incoming entries that wait to be matched, and their candidate invoices."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import text

from db.banking.bank_entry import After, EntryRow
from db.database import Database
from db.facts import Reading, every, load, together
from db.query import row, typed
from domain.banking.candidates import EntryToMatch, InvoiceCandidates, InvoiceFacts
from domain.banking.incoming_money import RecordedTransfer
from domain.banking.matching import IncomingEntry
from domain.calendar.bank_calendar import moscow_date

MAX_FOUND = 5_000
"""Invoices that are looked at for a page of entries; a page with more is looked at in halves."""


@row
class WaitingEntry:
    """An entry that waits to be matched; `is_own`: it is from an account of ours."""

    id: UUID
    day: date
    amount_kopecks: int
    counterparty_name: str
    counterparty_inn: str | None
    purpose: str
    is_own: bool


@row
class NewInvoice:
    """An invoice for which held entries have not been matched again yet."""

    number: str
    matching_key: str


@row
class InvoiceNumber:
    """The number of an invoice."""

    number: str


@row
class CandidateInvoice:
    """An invoice that an entry may be for, with the INNs of everybody who pays for its client."""

    number: str
    client_id: str
    matching_key: str
    total_kopecks: int
    paid_kopecks: int
    surplus_kopecks: int
    issued_on: date
    voided_at: datetime | None
    client_name: str
    client_inn: str | None
    payer_inn: str | None
    known_inns: list[str]
    order_inns: list[str]


@row
class RecordedPayment:
    """A bank transfer that billing wrote and that no entry is linked with."""

    id: str
    invoice_number: str
    amount_kopecks: int
    received_at: datetime


_LISTED = "ANY (ARRAY(SELECT jsonb_array_elements_text(CAST(:{} AS jsonb))))"
_WAITING = typed(
    WaitingEntry,
    text(
        """
SELECT id, day, amount_kopecks, counterparty_name, counterparty_inn, purpose,
       EXISTS (SELECT FROM own_accounts o WHERE o.account = counterparty_account) AS is_own
  FROM bank_entries
 WHERE status = 'unmatched' AND direction = 'in' AND hold_reason IS NULL AND NOT needs_person
   AND (day, id) > (:after_day, :after_id)
 ORDER BY day, id LIMIT :at_most
"""
    ),
    never_null=("is_own",),
)
_NAMING = typed(
    WaitingEntry,
    text(
        """
SELECT id, day, amount_kopecks, counterparty_name, counterparty_inn, purpose,
       EXISTS (SELECT FROM own_accounts o WHERE o.account = counterparty_account) AS is_own
  FROM bank_entries
 WHERE status = 'unmatched' AND direction = 'in' AND NOT needs_person
   AND hold_keys && ARRAY(SELECT jsonb_array_elements_text(CAST(:keys AS jsonb)))
   AND (day, id) > (:after_day, :after_id)
 ORDER BY day, id LIMIT :at_most
"""
    ),
    never_null=("is_own",),
)
_NOT_REMATCHED = typed(
    NewInvoice,
    text(
        """
SELECT number, matching_key FROM invoices WHERE NOT rematched ORDER BY number LIMIT :at_most
"""
    ),
)
_MARK_REMATCHED = text(
    f"""
WITH locked AS (
    SELECT number FROM invoices WHERE number = {_LISTED.format("numbers")}
     ORDER BY number FOR NO KEY UPDATE
)
UPDATE invoices SET rematched = true FROM locked WHERE invoices.number = locked.number
"""  # noqa: S608 - our own names
)
_NUMBERS = typed(
    InvoiceNumber,
    text(
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
    ),
    never_null=("number",),
)
_NAMED = _LISTED.format("numbers")
_OF_INSTRUCTION = """ANY (ARRAY(
    SELECT share->>'invoice_number'
      FROM entry_instructions x, jsonb_array_elements(x.shares) AS share
     WHERE x.id = :instruction_id
    UNION
    SELECT invoice_number FROM allocations WHERE entry_id = :of_entry AND undone_at IS NULL))"""
"""What an instruction is about: the shares that it names, and what its entry is allocated to."""
_facts = """
SELECT i.number, i.client_id, i.matching_key, i.total_kopecks, i.paid_kopecks, i.surplus_kopecks,
       i.issued_on, i.voided_at, c.name AS client_name, c.inn AS client_inn, o.payer_inn,
       ARRAY(SELECT k.inn FROM known_payers k WHERE k.client_id = i.client_id) AS known_inns,
       ARRAY(SELECT DISTINCT other.payer_inn FROM orders other
              WHERE other.client_id = i.client_id AND other.payer_inn IS NOT NULL) AS order_inns
  FROM invoices i
  JOIN clients c ON c.id = i.client_id
  LEFT JOIN issued_invoices own ON own.invoice_number = i.number
  LEFT JOIN orders o ON o.id = own.order_id
 WHERE i.number = {}
 ORDER BY i.number
"""
_recorded = """
SELECT p.id, p.invoice_number, p.amount_kopecks, p.received_at FROM payments p
 WHERE p.invoice_number = {} AND p.method = 'bank_transfer'
   AND NOT EXISTS (SELECT FROM allocations a WHERE a.payment_id = p.id AND a.undone_at IS NULL)
   AND NOT EXISTS (SELECT FROM payment_reversals r WHERE r.payment_id = p.id)
 ORDER BY p.received_at, p.id
"""
_LOCKING = f"{_facts} FOR NO KEY UPDATE OF i"
_KNOWN = (
    "number",
    "client_id",
    "matching_key",
    "total_kopecks",
    "paid_kopecks",
    "surplus_kopecks",
    "issued_on",
    "client_name",
    "known_inns",
    "order_inns",
)
_FACTS = typed(CandidateInvoice, text(_facts.format(_NAMED)), never_null=_KNOWN)
_FACTS_LOCKED = typed(CandidateInvoice, text(_LOCKING.format(_NAMED)), never_null=_KNOWN)
_FACTS_OF_INSTRUCTION = typed(
    CandidateInvoice, text(_LOCKING.format(_OF_INSTRUCTION)), never_null=_KNOWN
)
_RECORDED = typed(RecordedPayment, text(_recorded.format(_NAMED)))
_RECORDED_OF_INSTRUCTION = typed(RecordedPayment, text(_recorded.format(_OF_INSTRUCTION)))
_HOLD = text(
    """
WITH held AS (
    SELECT h.* FROM jsonb_to_recordset(CAST(:held AS jsonb))
        AS h (id uuid, reason text, score integer, keys jsonb)
), locked AS (
    SELECT e.id, held.reason, held.score, held.keys FROM bank_entries e JOIN held ON held.id = e.id
     WHERE e.status = 'unmatched' AND NOT e.needs_person
     ORDER BY e.id FOR NO KEY UPDATE OF e
)
UPDATE bank_entries e SET hold_reason = locked.reason, hold_score = locked.score,
       hold_keys = ARRAY(SELECT jsonb_array_elements_text(locked.keys))
  FROM locked WHERE e.id = locked.id
"""
)


@dataclass(frozen=True)
class Held:
    """Why an entry waits for a person, and the matching keys of the invoices its purpose may
    name.
    """

    entry_id: UUID
    reason: str
    score: int
    keys: frozenset[str]


async def waiting(database: Database, after: After, at_most: int) -> list[EntryToMatch]:
    """Incoming entries that were never matched, oldest first."""
    rows = await database.rows(_WAITING(after_day=after[0], after_id=after[1], at_most=at_most))
    return [entry_from(row) for row in rows]


async def held_entries_by_key(
    database: Database, keys: Iterable[str], after: After, at_most: int
) -> list[EntryToMatch]:
    """Held entries whose purpose may name invoices of these keys, oldest first."""
    rows = await database.rows(
        _NAMING(keys=sorted(set(keys)), after_day=after[0], after_id=after[1], at_most=at_most)
    )
    return [entry_from(row) for row in rows]


async def not_rematched(database: Database, at_most: int) -> list[NewInvoice]:
    """Invoices for which held entries have not been matched again yet."""
    return await database.rows(_NOT_REMATCHED(at_most=at_most))


async def mark_rematched(database: Database, numbers: Sequence[str]) -> None:
    """Marks invoices for which held entries have been matched again."""
    async with database.transaction() as transaction:
        transaction.write(_MARK_REMATCHED, numbers=list(numbers))


def entry_from(row: WaitingEntry | EntryRow) -> EntryToMatch:
    """An entry's row as it is matched."""
    said = IncomingEntry(
        row.amount_kopecks, row.counterparty_inn, row.counterparty_name, row.purpose, row.day
    )
    return EntryToMatch(row.id, said, row.is_own)


async def find(database: Database, keys: Iterable[str], inns: Iterable[str]) -> InvoiceCandidates:
    """The invoices that these keys name or these payers pay for, at most `MAX_FOUND` of them."""
    rows = await database.rows(
        _NUMBERS(keys=sorted(set(keys)), inns=sorted(set(inns)), at_most=MAX_FOUND + 1)
    )
    numbers = [row.number for row in rows]
    found = await load(database, candidates(numbers[:MAX_FOUND]))
    return replace(found, is_whole=len(numbers) <= MAX_FOUND)


def candidates(numbers: Sequence[str], *, locked: bool = False) -> Reading[InvoiceCandidates]:
    """Invoices as candidates; `locked` makes other money of them wait."""
    named = {"numbers": list(numbers)}
    return together(
        _candidates_from,
        every((_FACTS_LOCKED if locked else _FACTS)(**named)),
        every(_RECORDED(**named)),
    )


def candidates_of(instruction_id: UUID, entry_id: UUID) -> Reading[InvoiceCandidates]:
    """The invoices that an instruction about an entry is for, locked. Read behind the entry's lock:
    from then on nobody changes what the entry is allocated to.
    """
    named = {"instruction_id": instruction_id, "of_entry": entry_id}
    return together(
        _candidates_from,
        every(_FACTS_OF_INSTRUCTION(**named)),
        every(_RECORDED_OF_INSTRUCTION(**named)),
    )


async def hold(database: Database, held: Sequence[Held]) -> None:
    """Stores why entries wait for a person, unless somebody has decided about them meanwhile."""
    rows = [
        {
            "id": str(one.entry_id),
            "reason": one.reason,
            "score": one.score,
            "keys": sorted(one.keys),
        }
        for one in held
    ]
    async with database.transaction() as transaction:
        transaction.write(_HOLD, held=rows)


def _candidates_from(
    heads: Sequence[CandidateInvoice], transfers: Sequence[RecordedPayment]
) -> InvoiceCandidates:
    recorded = [
        RecordedTransfer(
            row.id, row.invoice_number, row.amount_kopecks, moscow_date(row.received_at)
        )
        for row in transfers
    ]
    return InvoiceCandidates([_facts_from(row) for row in heads], recorded)


def _facts_from(row: CandidateInvoice) -> InvoiceFacts:
    return InvoiceFacts(
        number=row.number,
        client_id=row.client_id,
        client_name=row.client_name,
        matching_key=row.matching_key,
        total_kopecks=row.total_kopecks,
        paid_kopecks=row.paid_kopecks,
        issued_on=row.issued_on,
        is_void=row.voided_at is not None,
        payer_inns=frozenset(inn for inn in (row.client_inn, row.payer_inn) if inn is not None),
        known_payer_inns=frozenset(row.known_inns),
        order_inns=frozenset(row.order_inns),
    )
