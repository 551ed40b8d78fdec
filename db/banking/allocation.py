"""What entries of bank statements are allocated to, and what undoing that takes back."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID, uuid5

from sqlalchemy import bindparam, func, insert, select, text, update

from db.banking.bank_entry import EntryRow
from db.banking.entry_instruction import InstructionRow
from db.banking.incoming_money import WaitingEntry
from db.database import Transaction
from db.query import Query, row, typed
from db.tables import (
    allocations,
    bank_entries,
    payment_reversals,
    payments,
    renewals,
    terms,
)
from domain.access.roles import SYSTEM
from domain.banking.incoming_money import EntryHold, PlannedAllocation, received_at
from domain.banking.matching import Evidence
from domain.banking.statement_import import EntryStatus, MatchedAs
from domain.billing.invoice import PaymentMethod
from domain.renewal.renewal import RenewalStatus
from domain.subscription.term import StopReason


@row
class BankPayment:
    """A payment of an invoice that an entry of a bank statement was allocated to."""

    payment_id: str
    amount_kopecks: int
    day: date


@row
class Count:
    """A number of allocations."""

    count: int


@row
class AllocationRow:
    """An allocation of an entry to an invoice."""

    id: UUID
    entry_id: UUID
    invoice_number: str
    amount_kopecks: int
    payment_id: str
    is_link: bool
    score: int
    evidence: list[str]
    allocated_by: str
    instruction_id: UUID | None
    reason: str | None
    allocated_at: datetime
    undoing_id: UUID | None
    undone_at: datetime | None


@row
class PaidTerm:
    """A term that an invoice paid for."""

    id: UUID
    starts_on: date
    ends_on: date
    invoice_number: str


_of_entry = allocations.c.entry_id == bindparam("of_entry")
_EARLIER = typed(Count, select(func.count().label("count")).where(_of_entry), never_null=("count",))
_ACTIVE = typed(
    AllocationRow, select(allocations).where(_of_entry, allocations.c.undone_at.is_(None))
)
_OF_ENTRIES = typed(
    AllocationRow,
    select(allocations)
    .where(
        allocations.c.entry_id.in_(bindparam("entry_ids", expanding=True)),
        allocations.c.undone_at.is_(None),
    )
    .order_by(allocations.c.entry_id, allocations.c.allocated_at, allocations.c.id),
)
_FROM_BANK = typed(
    BankPayment,
    select(allocations.c.payment_id, allocations.c.amount_kopecks, bank_entries.c.day)
    .join(bank_entries, bank_entries.c.id == allocations.c.entry_id)
    .where(
        allocations.c.invoice_number == bindparam("invoice_number"),
        allocations.c.undone_at.is_(None),
    )
    .order_by(bank_entries.c.day, allocations.c.payment_id),
)
_PUT_PAYMENT = insert(payments)
_PUT_ALLOCATION = insert(allocations)
_PUT_REVERSAL = insert(payment_reversals)
_UNDO = update(allocations).where(allocations.c.id == bindparam("allocation_id"))
_SETTLE = update(bank_entries).where(bank_entries.c.id == bindparam("of_entry"))

_TERMS = typed(
    PaidTerm,
    select(*terms.c["id", "starts_on", "ends_on", "invoice_number"]).where(
        terms.c.invoice_number.in_(bindparam("numbers", expanding=True)),
        terms.c.withdrawn_at.is_(None),
        terms.c.stopped_on.is_(None),
        ~select(renewals.c.id)
        .where(renewals.c.next_term_id == terms.c.id, renewals.c.status == RenewalStatus.PAID.value)
        .exists(),
    ),
    never_null=("invoice_number",),
)
_STOP_TERM = update(terms).where(terms.c.id == bindparam("term_id"))
_TELL_WATCHERS = text(
    """
INSERT INTO recheck_outbox (renewal_id) SELECT id FROM renewals WHERE term_id = :term_id
ON CONFLICT (renewal_id) DO UPDATE SET at = now()
"""
)


def earlier(entry_id: UUID) -> Query[Count]:
    """How many allocations an entry has had, undone ones too, as `count`."""
    return _EARLIER(of_entry=entry_id)


def active(entry_id: UUID) -> Query[AllocationRow]:
    """What an entry is allocated to now."""
    return _ACTIVE(of_entry=entry_id)


def of_entries(entry_ids: Sequence[UUID]) -> Query[AllocationRow]:
    """What entries are allocated to now, entry by entry."""
    return _OF_ENTRIES(entry_ids=list(entry_ids))


def from_bank(invoice_number: str) -> Query[BankPayment]:
    """Payments of an invoice behind which an entry of a bank statement stands, with its day."""
    return _FROM_BANK(invoice_number=invoice_number)


def allocate(
    transaction: Transaction,
    entry: WaitingEntry | EntryRow,
    made: Sequence[PlannedAllocation],
    *,
    score: int,
    evidence: Sequence[Evidence],
    at: datetime,
    instruction: InstructionRow | None = None,
) -> None:
    """Stores what an entry is for: payments, allocations, the entry's end; nobody: the system."""
    by = SYSTEM if instruction is None else instruction.written_by
    for one in made:
        if not one.is_link:
            _put_payment(transaction, entry, one)
        transaction.write(
            _PUT_ALLOCATION,
            id=uuid5(entry.id, f"{one.payment_id}/{at.isoformat()}"),
            entry_id=entry.id,
            invoice_number=one.share.invoice_number,
            amount_kopecks=one.share.amount_kopecks,
            payment_id=one.payment_id,
            is_link=one.is_link,
            score=score,
            evidence=[code.value for code in evidence],
            allocated_by=by,
            instruction_id=None if instruction is None else instruction.id,
            reason=None if instruction is None else instruction.reason,
            allocated_at=at,
        )
    transaction.write(
        _SETTLE,
        of_entry=entry.id,
        status=EntryStatus.MATCHED,
        matched_as=MatchedAs.PAYMENT,
        hold_reason=None,
        hold_score=None,
        decided_by=by,
        decided_at=at,
        reason=None if instruction is None else instruction.reason,
    )


def undo(
    transaction: Transaction,
    entry: EntryRow,
    allocated: Sequence[AllocationRow],
    instruction: InstructionRow,
    at: datetime,
) -> None:
    """Takes an entry's allocations back; what it brought is reversed, what billing wrote stays."""
    for one in allocated:
        transaction.write(_UNDO, allocation_id=one.id, undoing_id=instruction.id, undone_at=at)
        if not one.is_link:
            transaction.write(
                _PUT_REVERSAL,
                payment_id=one.payment_id,
                reversed_by=instruction.written_by,
                reason=instruction.reason,
                reversed_at=at,
            )
    transaction.write(
        _SETTLE,
        of_entry=entry.id,
        status=EntryStatus.UNMATCHED,
        matched_as=None,
        hold_reason=EntryHold.UNDONE,
        hold_score=None,
        needs_person=True,
        decided_by=None,
        decided_at=None,
        reason=None,
    )


def terms_of(numbers: Sequence[str]) -> Query[PaidTerm]:
    """The terms that these invoices paid for, without those that a case takes back by itself
    because they have not begun.
    """
    return _TERMS(numbers=list(numbers))


def stop_term(transaction: Transaction, term_id: UUID, first_day_off: date) -> None:
    """Ends a term whose money was taken back, and has the case that watches it look."""
    transaction.write(
        _STOP_TERM, term_id=term_id, stopped_on=first_day_off, stop_reason=StopReason.UNPAID
    )
    transaction.write(_TELL_WATCHERS, term_id=term_id)


def _put_payment(
    transaction: Transaction, entry: WaitingEntry | EntryRow, made: PlannedAllocation
) -> None:
    transaction.write(
        _PUT_PAYMENT,
        id=made.payment_id,
        invoice_number=made.share.invoice_number,
        method=PaymentMethod.BANK_TRANSFER,
        amount_kopecks=made.share.amount_kopecks,
        received_at=received_at(entry.day),
    )
