"""Incoming entries that wait to be matched, and their candidate invoices."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from db.banking.bank_entry import After, EntryRow
from db.banking.incoming_money_queries import (
    FACTS,
    FACTS_LOCKED,
    FACTS_OF_INSTRUCTION,
    HOLD,
    KEYS_OF,
    MARK_REMATCHED,
    NAMING,
    NOT_REMATCHED,
    NUMBERS,
    RECORDED,
    RECORDED_OF_INSTRUCTION,
    WAITING,
    CandidateInvoice,
    NewInvoice,
    RecordedPayment,
    WaitingEntry,
)
from db.database import Database
from db.facts import Reading, every, load, together
from domain.banking.candidates import EntryToMatch, InvoiceCandidates, InvoiceFacts
from domain.banking.incoming_money import RecordedTransfer
from domain.banking.matching import IncomingEntry
from domain.calendar.bank_calendar import moscow_date

MAX_FOUND = 5_000
"""The most invoices read for a page of entries; a page with more is processed in halves."""


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
    rows = await database.rows(WAITING(after_day=after[0], after_id=after[1], at_most=at_most))
    return [entry_from(row) for row in rows]


async def held_entries_by_key(
    database: Database, keys: Iterable[str], after: After, at_most: int
) -> list[EntryToMatch]:
    """Held entries whose purpose may name invoices of these keys, oldest first."""
    rows = await database.rows(
        NAMING(keys=sorted(set(keys)), after_day=after[0], after_id=after[1], at_most=at_most)
    )
    return [entry_from(row) for row in rows]


async def not_rematched(database: Database, at_most: int) -> list[NewInvoice]:
    """Invoices for which held entries have not been matched again yet."""
    return await database.rows(NOT_REMATCHED(at_most=at_most))


async def keys_of(database: Database, invoice_number: str) -> set[str]:
    """The matching key of an invoice; none where its number gives none."""
    found = await database.rows(KEYS_OF(invoice_number=invoice_number))
    return {row.matching_key for row in found}


async def mark_rematched(database: Database, numbers: Sequence[str]) -> None:
    """Marks invoices for which held entries have been matched again."""
    async with database.transaction() as transaction:
        transaction.write(MARK_REMATCHED, numbers=list(numbers))


def entry_from(row: WaitingEntry | EntryRow) -> EntryToMatch:
    """An entry's row as it is matched."""
    said = IncomingEntry(
        row.amount_kopecks, row.counterparty_inn, row.counterparty_name, row.purpose, row.day
    )
    return EntryToMatch(row.id, said, row.is_own)


async def find(database: Database, keys: Iterable[str], inns: Iterable[str]) -> InvoiceCandidates:
    """The invoices that these keys name or these payers pay for, at most `MAX_FOUND` of them."""
    rows = await database.rows(
        NUMBERS(keys=sorted(set(keys)), inns=sorted(set(inns)), at_most=MAX_FOUND + 1)
    )
    numbers = [row.number for row in rows]
    found = await load(database, candidates(numbers[:MAX_FOUND]))
    return replace(found, is_whole=len(numbers) <= MAX_FOUND)


def candidates(numbers: Sequence[str], *, locked: bool = False) -> Reading[InvoiceCandidates]:
    """Invoices as candidates; `locked` makes other money of them wait."""
    named = {"numbers": list(numbers)}
    return together(
        _candidates_from,
        every((FACTS_LOCKED if locked else FACTS)(**named)),
        every(RECORDED(**named)),
    )


def candidates_of(instruction_id: UUID, entry_id: UUID) -> Reading[InvoiceCandidates]:
    """The invoices that an instruction about an entry is for, locked. Read behind the entry's lock:
    from then on nobody changes what the entry is allocated to.
    """
    named = {"instruction_id": instruction_id, "of_entry": entry_id}
    return together(
        _candidates_from,
        every(FACTS_OF_INSTRUCTION(**named)),
        every(RECORDED_OF_INSTRUCTION(**named)),
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
        transaction.write(HOLD, held=rows)


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
