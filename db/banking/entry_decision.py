"""What people decide about entries that found no payout: submissions that are put down once."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert

from db.banking import bank_entry
from db.banking.bank_entry import EntryRow
from db.database import Transaction
from db.query import Query, row, typed
from db.tables import entry_decisions, payouts
from domain.banking.bank_statement import EntryDirection
from domain.banking.entry_decision import DecidedAs, EntryFacts, PayoutFacts
from domain.banking.statement_import import EntryStatus, MatchedAs
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
) -> None:
    """Keeps what a person decided; a repeat keeps the first."""
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
    )


def one(decision_id: UUID) -> Query[DecisionRow]:
    """What a person decided."""
    return _ONE(decision_id=decision_id)


def payout(named: PayoutRequest) -> Query[DecidedPayout]:
    """The payout that a decision names."""
    return _PAYOUT(case_id=named.case_id, attempt=named.attempt)


def payout_of(decision_id: UUID) -> Query[DecidedPayout]:
    """The payout that a stored decision names; no row for one that names none."""
    return _PAYOUT_OF_DECISION(decision_id=decision_id)


def is_stored(entry: EntryRow, written: DecisionRow) -> bool:
    """Whether the entry is what this decision says, by this decision."""
    by = (entry.decided_by, entry.decided_at, entry.reason)
    return by == (written.written_by, written.written_at, written.reason)


def store(transaction: Transaction, written: DecisionRow) -> None:
    """Makes the entry what the decision says; the database refuses to change a matched entry."""
    by, at, reason = written.written_by, written.written_at, written.reason
    if written.decided_as == DecidedAs.IGNORED:
        columns = bank_entry.ignored_columns(by, at, reason)
    else:
        named, matched_as = payout_named(written), MatchedAs(written.decided_as)
        columns = bank_entry.matched_columns(named, matched_as, by, at, reason)
    bank_entry.decide(transaction, written.entry_id, columns)


def payout_named(written: DecisionRow) -> PayoutRequest:
    """The attempt that a decision names. Raises `ValueError` for an ignored entry: it has none."""
    if written.case_id is None or written.attempt is None:
        raise ValueError("an ignored entry names no payout")
    return PayoutRequest(written.case_id, written.attempt)


def entry_facts(entry: EntryRow) -> EntryFacts:
    """What of an entry a decision is judged by."""
    return EntryFacts(
        EntryStatus(entry.status), EntryDirection(entry.direction), entry.amount_kopecks
    )


def payout_facts(payouts: Sequence[DecidedPayout]) -> PayoutFacts | None:
    """The same of a payout, from the rows of `payout` or `payout_of`."""
    if not payouts:
        return None
    (named,) = payouts
    return PayoutFacts(Channel(named.channel), PayoutStatus(named.status), named.amount_kopecks)
