"""Accountants' decisions about payment runs: append-only submissions."""

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert

from db.banking.payment_run_rows import OrderRow
from db.banking.returned_requisites import ReturnablePayout, returned_in
from db.database import Database
from db.facts import Reading, only
from db.query import row, typed
from db.tables import run_decisions
from domain.banking.bank_reason import RequisitesFault
from domain.banking.run_decision import OrderFacts, RunDecisionKind, RunRefusal, WaitingFacts
from domain.payout.payout import Channel, PayoutRequest, PayoutStatus


@row
class DecisionRow:
    """A decision about a payment run, as it was written."""

    id: UUID
    kind: str
    own_account: str | None
    run_id: UUID | None
    order_id: UUID | None
    case_id: str | None
    attempt: int | None
    reason: str | None
    note: str | None
    written_by: str
    written_at: datetime


_PUT = insert(run_decisions).on_conflict_do_nothing()
_ONE = typed(
    DecisionRow, select(run_decisions).where(run_decisions.c.id == bindparam("decision_id"))
)


@dataclass(frozen=True)
class DecisionOn:
    """What a decision is about, by its kind: the account of a new run, a run, an order, or a
    payout; with a reason, and of a return with a note.
    """

    kind: RunDecisionKind
    own_account: str | None = None
    run_id: UUID | None = None
    order_id: UUID | None = None
    case_id: str | None = None
    attempt: int | None = None
    reason: str | None = None
    note: str | None = None


async def put(
    database: Database, decision_id: UUID, decided: DecisionOn, *, by: str, at: datetime
) -> None:
    """Stores a decision; a repeat changes nothing."""
    await database.write(_PUT, id=decision_id, written_by=by, written_at=at, **asdict(decided))


@dataclass(frozen=True)
class CreateRun:
    """A run of all payouts that wait for one, paid from this own account."""

    own_account: str


@dataclass(frozen=True)
class DissolveRun:
    """A run whose file will not be sent to the bank."""

    run_id: UUID
    reason: str


@dataclass(frozen=True)
class RejectOrder:
    """An order that the bank rejected before the debit."""

    order_id: UUID
    reason: str


@dataclass(frozen=True)
class ReturnPayout:
    """A payout that is returned to its client for other requisites."""

    payout: PayoutRequest
    reason: RequisitesFault
    note: str


Decided = CreateRun | DissolveRun | RejectOrder | ReturnPayout


@dataclass(frozen=True)
class WrittenDecision:
    """A stored decision: what was decided, by whom and when."""

    id: UUID
    decided: Decided
    by: str
    at: datetime


def one(decision_id: UUID) -> Reading[WrittenDecision]:
    """A stored decision."""
    return only(_ONE(decision_id=decision_id)).to(
        lambda row: WrittenDecision(row.id, _decided_in(row), row.written_by, row.written_at)
    )


def _decided_in(row: DecisionRow) -> Decided:
    """Raises `ValueError` for a row without the columns of its kind, which the database refuses."""
    if row.own_account is not None:
        return CreateRun(row.own_account)
    if row.reason is None:
        raise ValueError("a decision about what is there already has a reason")
    if row.run_id is not None:
        return DissolveRun(row.run_id, row.reason)
    if row.order_id is not None:
        return RejectOrder(row.order_id, row.reason)
    if row.case_id is None or row.attempt is None or row.note is None:
        raise ValueError("a return names its payout and has a note")
    payout = PayoutRequest(row.case_id, row.attempt)
    return ReturnPayout(payout, RequisitesFault(row.reason), row.note)


def order_facts(order: OrderRow) -> OrderFacts:
    """The facts of an order that its rejection is judged by."""
    by, reason = order.rejected_by, order.rejection
    return OrderFacts(
        order.handed_over_at is not None,
        PayoutStatus(order.payout_status),
        None if by is None or reason is None else (by, reason),
    )


def waiting_facts(payout: ReturnablePayout, held: RunRefusal | None) -> WaitingFacts:
    """The facts of a payout that its return is judged by."""
    returned = returned_in(payout)
    return WaitingFacts(
        Channel(payout.channel),
        PayoutStatus(payout.status),
        payout.cleared_at is not None,
        payout.is_ordered,
        None if returned is None else (returned.by, returned.reason, returned.note),
        held,
    )
