"""Allocations of bank entries to invoices, and undoing them."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID, uuid5

from sqlalchemy import bindparam, func, insert, select, text, update

from db.banking import bank_entry, known_payer
from db.banking.bank_entry import EntryRow
from db.database import Transaction
from db.facts import Reading, every, only, together
from db.query import Query, row, typed
from db.tables import (
    allocations,
    bank_entries,
    payment_reversals,
    payments,
    renewals,
    terms,
)
from domain.banking.incoming_money import EntryHold, PlannedAllocation, received_at
from domain.banking.statement_import import EntryStatus, MatchedAs
from domain.banking.transitions import (
    ActiveAllocation,
    Allocated,
    IncomingMoney,
    PaidTerm,
    Undone,
)
from domain.billing.invoice import PaymentMethod
from domain.renewal.renewal import RenewalStatus
from domain.subscription.term import StopReason


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
class BankPayment:
    """A payment of an invoice that came with an entry of a bank statement, and the entry's day."""

    payment_id: str
    amount_kopecks: int
    day: date


_of_entry = allocations.c.entry_id == bindparam("of_entry")
_EARLIER = typed(Count, select(func.count().label("count")).where(_of_entry), never_null=("count",))
_ACTIVE = typed(
    ActiveAllocation,
    select(*allocations.c["id", "invoice_number", "amount_kopecks", "payment_id", "is_link"]).where(
        _of_entry, allocations.c.undone_at.is_(None)
    ),
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
    select(*terms.c["id", "invoice_number", "starts_on", "ends_on"]).where(
        terms.c.invoice_number.in_(
            select(allocations.c.invoice_number).where(_of_entry, allocations.c.undone_at.is_(None))
        ),
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


def entry_locked(entry_id: UUID) -> Reading[IncomingMoney]:
    """An incoming entry, locked, with the number of allocations it has had."""
    return together(
        _money_from,
        only(bank_entry.one(entry_id, locked=True)),
        only(_EARLIER(of_entry=entry_id)),
    )


def active(entry_id: UUID) -> Reading[Sequence[ActiveAllocation]]:
    """The present allocations of an entry."""
    return every(_ACTIVE(of_entry=entry_id))


def of_entries(entry_ids: Sequence[UUID]) -> Query[AllocationRow]:
    """The present allocations of several entries, entry by entry."""
    return _OF_ENTRIES(entry_ids=list(entry_ids))


def from_bank(invoice_number: str) -> Query[BankPayment]:
    """Payments of an invoice that entries of bank statements stand for, each with its day."""
    return _FROM_BANK(invoice_number=invoice_number)


def allocate(transaction: Transaction, entry: IncomingMoney, made: Allocated, at: datetime) -> None:
    """Stores an allocation: payments, allocations, the entry's status, its known payer."""
    for one in made.planned:
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
            score=made.score,
            evidence=[code.value for code in made.evidence],
            allocated_by=made.by,
            instruction_id=made.instruction_id,
            reason=made.reason,
            allocated_at=at,
        )
    transaction.write(
        _SETTLE,
        of_entry=entry.id,
        status=EntryStatus.MATCHED,
        matched_as=MatchedAs.PAYMENT,
        hold_reason=None,
        hold_score=None,
        **bank_entry.NOT_POSTPONED,
        decided_by=made.by,
        decided_at=at,
        reason=made.reason,
    )
    for client_id in made.known_to:
        known_payer.remember(transaction, client_id, entry, made.by, at)


def undo(transaction: Transaction, entry: IncomingMoney, made: Undone, at: datetime) -> None:
    """Undoes an entry's allocations: payments that came with it are reversed, those that billing
    wrote stay.

    Stops the terms that they paid for, and has the cases that watch these terms recheck.
    """
    asked = made.instruction
    for one in made.allocations:
        transaction.write(_UNDO, allocation_id=one.id, undoing_id=asked.id, undone_at=at)
        if not one.is_link:
            transaction.write(
                _PUT_REVERSAL,
                payment_id=one.payment_id,
                reversed_by=asked.by,
                reason=asked.reason,
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
    for term in made.stopped:
        transaction.write(
            _STOP_TERM,
            term_id=term.id,
            stopped_on=term.first_day_off,
            stop_reason=StopReason.UNPAID,
        )
        transaction.write(_TELL_WATCHERS, term_id=term.id)


def terms_of(entry_id: UUID) -> Reading[Sequence[PaidTerm]]:
    """The terms that an entry's invoices paid for, except those that their own case withdraws
    because they have not begun.
    """
    return every(_TERMS(of_entry=entry_id))


def _put_payment(transaction: Transaction, entry: IncomingMoney, made: PlannedAllocation) -> None:
    transaction.write(
        _PUT_PAYMENT,
        id=made.payment_id,
        invoice_number=made.share.invoice_number,
        method=PaymentMethod.BANK_TRANSFER,
        amount_kopecks=made.share.amount_kopecks,
        received_at=received_at(entry.day),
    )


def _money_from(row: EntryRow, earlier: Count) -> IncomingMoney:
    return IncomingMoney(
        id=row.id,
        day=row.day,
        payer_inn=row.counterparty_inn,
        payer_name=row.counterparty_name,
        status=EntryStatus(row.status),
        matched_as=None if row.matched_as is None else MatchedAs(row.matched_as),
        needs_person=row.needs_person,
        earlier=earlier.count,
    )
