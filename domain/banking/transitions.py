"""Decides what happens to an incoming entry: allocated automatically, allocated by a person,
undone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from domain.access.roles import SYSTEM
from domain.banking.candidates import InvoiceCandidates, InvoiceFacts, JudgedEntry
from domain.banking.incoming_money import (
    EntryRefusal,
    EntrySettled,
    InstructionKind,
    PlannedAllocation,
    planned_allocations,
    transfers_beside,
)
from domain.banking.matching import Evidence, Share
from domain.banking.statement_import import EntryStatus, MatchedAs
from domain.calendar.bank_calendar import moscow_date


@dataclass(frozen=True, repr=False)
class IncomingMoney:
    """A locked incoming entry; `earlier` is how many allocations it has had, undone ones
    included.
    """

    id: UUID
    day: date
    payer_inn: str | None
    payer_name: str
    status: EntryStatus
    matched_as: MatchedAs | None
    needs_person: bool
    earlier: int

    def __repr__(self) -> str:
        """Without the payer: an entry may be logged."""
        return f"IncomingMoney(id={self.id}, status={self.status})"


@dataclass(frozen=True)
class Instruction:
    """What a person wants done with an entry. `besides` are the transfers recorded by billing that
    the person confirms to be other money.
    """

    id: UUID
    kind: InstructionKind
    shares: tuple[Share, ...]
    remembers_payer: bool
    besides: frozenset[str]
    by: str
    reason: str


@dataclass(frozen=True)
class ActiveAllocation:
    """A present allocation of an entry; `is_link`: billing had recorded the payment before."""

    id: UUID
    invoice_number: str
    amount_kopecks: int
    payment_id: str
    is_link: bool


@dataclass(frozen=True)
class PaidTerm:
    """A term that an invoice has paid for and that is being served."""

    id: UUID
    invoice_number: str
    starts_on: date
    ends_on: date


@dataclass(frozen=True)
class Allocated:
    """An entry's money is allocated to these invoices. `known_to` are the clients for whom its
    payer becomes a known payer.
    """

    planned: tuple[PlannedAllocation, ...]
    score: int = 0
    evidence: tuple[Evidence, ...] = ()
    by: str = SYSTEM
    reason: str | None = None
    instruction_id: UUID | None = None
    known_to: tuple[str, ...] = ()


@dataclass(frozen=True)
class StoppedTerm:
    """A term that ends because its payment is undone; `first_day_off` is the first day without
    service.
    """

    id: UUID
    first_day_off: date


@dataclass(frozen=True)
class Undone:
    """An entry's allocations are undone, and the terms that they paid for end."""

    allocations: tuple[ActiveAllocation, ...]
    instruction: Instruction
    stopped: tuple[StoppedTerm, ...]


def take(entry: IncomingMoney, one: JudgedEntry, found: InvoiceCandidates) -> Allocated | None:
    """The automatic allocation of an entry; None when a person has to decide."""
    if one.hold is not None:
        return None
    shares, verdict = one.verdict.shares, one.verdict
    planned = planned_allocations(entry.id, entry.day, shares, found.recorded, entry.earlier)
    return Allocated(planned, verdict.score, verdict.evidence)


def is_decided(entry: IncomingMoney) -> bool:
    """Whether a person has decided about an entry or has to, so that it is not allocated
    automatically.
    """
    return entry.status is not EntryStatus.UNMATCHED or entry.needs_person


def allocate(
    entry: IncomingMoney, asked: Instruction, found: InvoiceCandidates
) -> Allocated | EntrySettled:
    """Allocates an entry as a person instructs, or refuses: it is matched, or billing recorded a
    transfer of that time which the person did not see.
    """
    if entry.status is EntryStatus.MATCHED:
        return EntrySettled(EntryRefusal.MATCHED)
    if set(transfers_beside(entry.day, asked.shares, found.recorded)) - asked.besides:
        return EntrySettled(EntryRefusal.BESIDE_BILLING)
    clients = {one.client_id for one in found.facts} if asked.remembers_payer else ()
    return Allocated(
        planned_allocations(entry.id, entry.day, asked.shares, found.recorded, entry.earlier),
        by=asked.by,
        reason=asked.reason,
        instruction_id=asked.id,
        known_to=tuple(sorted(clients)),
    )


def undo(
    entry: IncomingMoney,
    asked: Instruction,
    active: Sequence[ActiveAllocation],
    invoices: Iterable[InvoiceFacts],
    terms: Iterable[PaidTerm],
    at: datetime,
) -> Undone | EntrySettled:
    """Undoes an entry's allocations, or refuses: there are none, or a term that they paid for has
    been served to its end. A term whose invoice is still paid in full goes on.
    """
    if entry.matched_as is not MatchedAs.PAYMENT:
        return EntrySettled(EntryRefusal.NOT_ALLOCATED)
    today = moscow_date(at)
    unpaid = _unpaid_without(active, invoices)
    ended = [one for one in terms if one.invoice_number in unpaid]
    if any(one.ends_on < today for one in ended):
        return EntrySettled(EntryRefusal.TERM_SERVED)
    stopped = (StoppedTerm(one.id, max(one.starts_on, today)) for one in ended)
    return Undone(tuple(active), asked, tuple(stopped))


def _unpaid_without(
    active: Sequence[ActiveAllocation], invoices: Iterable[InvoiceFacts]
) -> frozenset[str]:
    """The invoices that are no longer paid in full without these allocations."""
    return frozenset(
        one.number
        for one in invoices
        if one.paid_kopecks - _brought(active, one.number) < one.total_kopecks
    )


def _brought(active: Sequence[ActiveAllocation], number: str) -> int:
    brought = (one for one in active if not one.is_link and one.invoice_number == number)
    return sum(one.amount_kopecks for one in brought)
