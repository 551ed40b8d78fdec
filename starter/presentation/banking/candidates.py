"""Invoices that the money of an entry may be for, the likeliest first."""

from datetime import date
from uuid import UUID

from pydantic import Field

from db.banking import bank_entry
from db.banking import incoming_money as money_in
from db.database import Database
from domain.banking.candidates import judged
from domain.banking.matching import Candidate, OpenInvoice, keys_in
from starter.commands.banking.allocate import incoming
from starter.presentation.banking.entry import EvidenceShown, evidence_shown, hold_text
from starter.presentation.models import Roubles, Shown
from texts import Language


class CandidateShown(Shown):
    """An invoice that the money may be for, and the evidence for it."""

    invoice_number: str
    client_id: str
    client_name: str
    issued_on: date
    total: Roubles
    balance: Roubles
    is_void: bool
    score: int = Field(description="From 0 to 100.")
    evidence: list[EvidenceShown]


class Candidates(Shown):
    """The likeliest first; `hold` is why the money was not allocated automatically."""

    hold_code: str | None
    hold: str | None
    items: list[CandidateShown]


async def candidates_for(database: Database, entry_id: UUID, language: Language) -> Candidates:
    """Computed at this moment, by the invoices as they are; raises `Refusal` for a debit."""
    (entries,) = await database.read(bank_entry.one(entry_id))
    entry = incoming(entries)
    keys, inn = keys_in(entry.purpose), entry.counterparty_inn
    found = await money_in.find(database, keys, [inn] if inn else [])
    numbers = found.numbers_for(inn, keys)
    now = judged(money_in.entry_from(entry), found, numbers, keys)
    invoices = {one.number: one for one in found.invoices(numbers, entry.day)}
    hold = entry.hold_reason if entry.needs_person else now.hold
    return Candidates(
        hold_code=hold,
        hold=hold_text(hold, language),
        items=[
            _shown(one, invoices[one.invoice_number], language) for one in now.verdict.candidates
        ],
    )


def _shown(one: Candidate, found: OpenInvoice, language: Language) -> CandidateShown:
    return CandidateShown(
        invoice_number=one.invoice_number,
        client_id=found.client_id,
        client_name=found.client_name,
        issued_on=found.issued_on,
        total=found.total_kopecks,
        balance=found.balance_kopecks,
        is_void=found.is_void,
        score=one.score,
        evidence=[evidence_shown(code, language) for code in one.evidence],
    )
