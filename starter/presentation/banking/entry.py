"""Entries of bank statements: what each role may see of them."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from db.banking import allocation, bank_entry
from db.banking.allocation import AllocationRow
from db.banking.bank_entry import EntryRow
from db.database import Database
from domain.access.requisites_read import ShownAs
from domain.access.roles import Role
from domain.banking.bank_statement import EntryDirection, masked_account
from domain.banking.matching import Evidence
from domain.banking.statement_import import EntryStatus, MatchedAs
from domain.case.sought import sought_in
from starter.caller import Caller
from starter.commands.refusal import FieldError, invalid, not_found
from starter.presentation.models import Roubles, Shown
from starter.presentation.requisites import record_read
from texts import Language, translate

HIDDEN = "•••"


class EvidenceShown(Shown):
    """A reason why an entry may be for an invoice."""

    code: Evidence
    title: str


class AllocationShown(Shown):
    """An invoice that the entry pays. `is_link`: the payment was written by the billing system."""

    invoice_number: str
    amount: Roubles
    payment_id: str
    is_link: bool
    score: int
    evidence: list[EvidenceShown]
    allocated_by: str
    allocated_at: datetime


class PostponedShown(Shown):
    """A decision about an entry that a person has postponed. `is_over`: its day has come, and the
    entry waits for a person again.
    """

    by: str
    at: datetime
    until: date | None = Field(description="The day in Moscow; null: until it is resumed.")
    reason: str
    is_over: bool


class EntryShown(Shown):
    """A debit or credit of our account; roles that do not need the other side's account see its
    last digits.
    """

    id: UUID
    statement_id: UUID
    account: str
    direction: EntryDirection
    day: date
    number: str
    amount: Roubles
    counterparty_name: str
    counterparty_inn: str | None
    counterparty_account: str | None
    counterparty_bic: str | None
    purpose: str
    line: int = Field(description="Of the file that brought it first, counted from 1.")
    status: EntryStatus
    matched_as: MatchedAs | None
    refund_id: str | None = Field(description="The case that the entry is matched with.")
    attempt: int | None
    decided_by: str | None
    decided_at: datetime | None
    reason: str | None
    hold_code: str | None = Field(description="Why the money was not allocated automatically.")
    hold: str | None = Field(description="The same as text.")
    hold_score: int | None = Field(description="The likeliest candidate's, from 0 to 100.")
    repeats: UUID | None = Field(description="An entry of another file that may be the same money.")
    allocations: list[AllocationShown]
    postponed: PostponedShown | None

    @property
    def waits(self) -> bool:
        """Whether the entry waits for a person today."""
        is_postponed = self.postponed is not None and not self.postponed.is_over
        return self.status is EntryStatus.UNMATCHED and not is_postponed


async def entry_in_full(
    database: Database, caller: Caller, entry_id: UUID, language: Language
) -> EntryShown:
    """An entry with the decision about it; raises `Refusal` `not_found`."""
    rows, allocations = await database.read(
        bank_entry.one(entry_id), allocation.of_entries([entry_id])
    )
    if not rows:
        raise not_found()
    await record_read(database, caller, rows[0].matched_case or entry_id, ShownAs.BANK_ENTRY)
    (shown,) = entries_shown(rows, allocations, caller.role, language)
    return shown


async def with_allocations(
    database: Database, rows: Sequence[EntryRow], role: Role, language: Language
) -> list[EntryShown]:
    """Entries of a list, each with the invoices that it pays."""
    paid = [row.id for row in rows if row.matched_as == MatchedAs.PAYMENT]
    allocations = (await database.read(allocation.of_entries(paid)))[0] if paid else []
    return entries_shown(rows, allocations, role, language)


def entries_shown(
    rows: Sequence[EntryRow],
    allocations: Sequence[AllocationRow],
    role: Role,
    language: Language,
) -> list[EntryShown]:
    """Entries as this role may see them, each with its own of these allocations."""
    of_entry: defaultdict[UUID, list[AllocationShown]] = defaultdict(list)
    for one in allocations:
        of_entry[one.entry_id].append(_allocation_shown(one, language))
    return [_entry_shown(row, role, language, of_entry[row.id]) for row in rows]


def evidence_shown(code: Evidence, language: Language) -> EvidenceShown:
    """A code of evidence with its text."""
    return EvidenceShown(code=code, title=translate(f"evidence.{code}", language))


def payer_in(text: str) -> tuple[str | None, tuple[str, ...]]:
    """An INN, or the words that a name has, out of what somebody looks for; neither in no text.

    Raises `Refusal` `search_too_short` beside the field `payer`.
    """
    sought = sought_in(text)
    if sought.text and sought.inn is None and not sought.words:
        raise invalid(FieldError("search_too_short", field="payer"))
    return sought.inn, () if sought.inn is not None else sought.words


def hold_text(code: str | None, language: Language) -> str | None:
    """The text of the reason why an entry waits for a person."""
    return None if code is None else translate(f"hold.{code}", language)


def _allocation_shown(row: AllocationRow, language: Language) -> AllocationShown:
    return AllocationShown(
        invoice_number=row.invoice_number,
        amount=row.amount_kopecks,
        payment_id=row.payment_id,
        is_link=row.is_link,
        score=row.score,
        evidence=[evidence_shown(Evidence(code), language) for code in row.evidence],
        allocated_by=row.allocated_by,
        allocated_at=row.allocated_at,
    )


def _entry_shown(
    row: EntryRow, role: Role, language: Language, allocations: list[AllocationShown]
) -> EntryShown:
    whole = role is Role.ACCOUNTANT
    other = row.counterparty_account
    return EntryShown(
        id=row.id,
        statement_id=row.statement_id,
        account=row.account,
        direction=EntryDirection(row.direction),
        day=row.day,
        number=row.number,
        amount=row.amount_kopecks,
        counterparty_name=row.counterparty_name if whole else HIDDEN,
        counterparty_inn=row.counterparty_inn if whole else None,
        counterparty_account=other if whole or not other else masked_account(other),
        counterparty_bic=row.counterparty_bic,
        purpose=row.purpose if whole else HIDDEN,
        line=row.line,
        status=EntryStatus(row.status),
        matched_as=None if row.matched_as is None else MatchedAs(row.matched_as),
        refund_id=row.matched_case,
        attempt=row.matched_attempt,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        reason=row.reason,
        hold_code=row.hold_reason,
        hold=hold_text(row.hold_reason, language),
        hold_score=row.hold_score,
        repeats=row.repeats,
        allocations=allocations,
        postponed=_postponed_shown(row),
    )


def _postponed_shown(row: EntryRow) -> PostponedShown | None:
    if row.postponed_by is None or row.postponed_at is None or row.postponed_why is None:
        return None
    return PostponedShown(
        by=row.postponed_by,
        at=row.postponed_at,
        until=row.postponed_until,
        reason=row.postponed_why,
        is_over=not row.is_postponed,
    )
