"""Decisions about entries that matched no payout: append-only submissions, and which of them were
carried out.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert

from db.banking import bank_entry
from db.banking.bank_entry import EntryRow
from db.database import Transaction
from db.facts import Reading, every, first, known, only
from db.query import Query, row, typed
from db.tables import carried_out_decisions, entry_decisions, payouts
from domain.banking.bank_statement import EntryDirection
from domain.banking.entry_decision import (
    SETTLING,
    DecidedAs,
    DecidedEntry,
    EntryFacts,
    PayoutFacts,
    WrittenDecision,
)
from domain.banking.statement_import import EntryStatus
from domain.payout.payout import Channel, PayoutRequest, PayoutStatus


@row
class DecisionRow:
    """A person's decision about an entry, as it was written."""

    id: UUID
    entry_id: UUID
    decided_as: str
    case_id: str | None
    attempt: int | None
    reason: str
    written_by: str
    written_at: datetime
    until: date | None


@row
class CarriedOut:
    """The id of a decision that was carried out."""

    decision_id: UUID


@row
class DecidedPayout:
    """The payout that a decision names."""

    channel: str
    status: str
    amount_kopecks: int


_PUT = insert(entry_decisions).on_conflict_do_nothing()
_ONE = typed(
    DecisionRow, select(entry_decisions).where(entry_decisions.c.id == bindparam("decision_id"))
)
_CARRY_OUT = insert(carried_out_decisions)
_CARRIED_OUT = typed(
    CarriedOut,
    select(carried_out_decisions).where(
        carried_out_decisions.c.decision_id == bindparam("decision_id")
    ),
)
_OF_ENTRY = typed(
    DecisionRow,
    select(entry_decisions)
    .join(carried_out_decisions, carried_out_decisions.c.decision_id == entry_decisions.c.id)
    .where(entry_decisions.c.entry_id == bindparam("of_entry"))
    .order_by(entry_decisions.c.written_at.desc(), entry_decisions.c.id.desc())
    .limit(bindparam("at_most")),
)
_PAYOUT_COLUMNS = (payouts.c.channel, payouts.c.status, payouts.c.amount_kopecks)
_PAYOUT = typed(
    DecidedPayout,
    select(*_PAYOUT_COLUMNS).where(
        payouts.c.case_id == bindparam("case_id"), payouts.c.attempt == bindparam("attempt")
    ),
)
_PAYOUT_OF_DECISION = typed(
    DecidedPayout,
    select(*_PAYOUT_COLUMNS)
    .join(
        entry_decisions,
        (entry_decisions.c.case_id == payouts.c.case_id)
        & (entry_decisions.c.attempt == payouts.c.attempt),
    )
    .where(entry_decisions.c.id == bindparam("decision_id")),
)


def put(
    transaction: Transaction,
    decision_id: UUID,
    entry_id: UUID,
    decided_as: DecidedAs,
    payout: PayoutRequest | None,
    *,
    reason: str,
    by: str,
    at: datetime,
    until: date | None = None,
) -> None:
    """Stores a person's decision; a repeat changes nothing."""
    transaction.write(
        _PUT,
        id=decision_id,
        entry_id=entry_id,
        decided_as=decided_as,
        case_id=None if payout is None else payout.case_id,
        attempt=None if payout is None else payout.attempt,
        reason=reason,
        written_by=by,
        written_at=at,
        until=until,
    )


def is_carried_out(decision_id: UUID) -> Reading[bool]:
    """Whether a decision was carried out; a repeat of it is nothing new."""
    return every(_CARRIED_OUT(decision_id=decision_id)).to(bool)


def of_entry(entry_id: UUID, at_most: int) -> Query[DecisionRow]:
    """The decisions about an entry that were carried out, the latest first."""
    return _OF_ENTRY(of_entry=entry_id, at_most=at_most)


def one(decision_id: UUID) -> Reading[WrittenDecision]:
    """A person's decision."""
    return only(_ONE(decision_id=decision_id)).to(_written_from)


def entry(entry_id: UUID) -> Reading[EntryFacts]:
    """An entry, locked, with the facts that a decision is judged by."""
    return only(bank_entry.one(entry_id, locked=True)).to(entry_facts)


def payout(named: PayoutRequest | None) -> Reading[PayoutFacts | None]:
    """The payout that a decision names; None when it names none, or one that does not exist."""
    if named is None:
        return known(None)
    key = {"case_id": named.case_id, "attempt": named.attempt}
    return first(_PAYOUT(**key)).to(_payout_facts)


def payout_of(decision_id: UUID) -> Reading[PayoutFacts | None]:
    """The payout that a stored decision names; None for one that names none."""
    return first(_PAYOUT_OF_DECISION(decision_id=decision_id)).to(_payout_facts)


def store(transaction: Transaction, decision_id: UUID, decided: DecidedEntry) -> None:
    """Applies a decision to its entry; the database refuses to change a matched entry."""
    written = decided.written
    columns = _settled(decided) if written.decided_as in SETTLING else _postponed(written)
    bank_entry.decide(transaction, written.entry_id, {**bank_entry.NOT_POSTPONED, **columns})
    transaction.write(_CARRY_OUT, decision_id=decision_id)


def _settled(decided: DecidedEntry) -> dict[str, Any]:
    written = decided.written
    matched: dict[str, Any] = {}
    if written.payout is not None:
        matched = {
            "matched_case": written.payout.case_id,
            "matched_attempt": written.payout.attempt,
            "matched_as": decided.matched_as,
        }
    return {
        "status": decided.status,
        **matched,
        "decided_by": written.by,
        "decided_at": written.at,
        "reason": written.reason,
    }


def _postponed(written: WrittenDecision) -> dict[str, Any]:
    if written.decided_as is DecidedAs.RESUMED:
        return {}
    return {
        "postponed_by": written.by,
        "postponed_at": written.at,
        "postponed_until": written.until,
        "postponed_why": written.reason,
    }


def entry_facts(entry: EntryRow) -> EntryFacts:
    """The facts of an entry that a decision is judged by."""
    return EntryFacts(
        EntryStatus(entry.status),
        EntryDirection(entry.direction),
        entry.amount_kopecks,
        entry.postponed_at is not None,
    )


def _payout_facts(row: DecidedPayout | None) -> PayoutFacts | None:
    if row is None:
        return None
    return PayoutFacts(Channel(row.channel), PayoutStatus(row.status), row.amount_kopecks)


def _written_from(row: DecisionRow) -> WrittenDecision:
    named = None
    if row.case_id is not None and row.attempt is not None:
        named = PayoutRequest(row.case_id, row.attempt)
    return WrittenDecision(
        row.entry_id,
        DecidedAs(row.decided_as),
        named,
        row.written_by,
        row.written_at,
        row.reason,
        row.until,
    )
