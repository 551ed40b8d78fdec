"""What accountants decide about payment runs: submissions that are put down once."""

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert

from db.banking.payment_run import OrderRow
from db.banking.returned_requisites import ReturnablePayout, returned_in
from db.database import Database
from db.query import Query, row, typed
from db.tables import run_decisions
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
    """Keeps what a person decided; a repeat keeps the first."""
    await database.write(_PUT, id=decision_id, written_by=by, written_at=at, **asdict(decided))


def one(decision_id: UUID) -> Query[DecisionRow]:
    """What a person decided."""
    return _ONE(decision_id=decision_id)


def payout_named(written: DecisionRow) -> PayoutRequest:
    """The payout that a return names. Raises `ValueError` for another decision: it names none."""
    if written.case_id is None or written.attempt is None:
        raise ValueError("only a return names a payout")
    return PayoutRequest(written.case_id, written.attempt)


def order_facts(order: OrderRow) -> OrderFacts:
    """What of a row of `payment_run.order` its rejection is judged by."""
    by, reason = order.rejected_by, order.rejection
    return OrderFacts(
        order.handed_over_at is not None,
        PayoutStatus(order.payout_status),
        None if by is None or reason is None else (by, reason),
    )


def waiting_facts(payout: ReturnablePayout, held: RunRefusal | None) -> WaitingFacts:
    """What of a row of `returned_requisites.payout` its return is judged by."""
    returned = returned_in(payout)
    return WaitingFacts(
        Channel(payout.channel),
        PayoutStatus(payout.status),
        payout.cleared_at is not None,
        payout.is_ordered,
        None if returned is None else (returned.by, returned.reason, returned.note),
        held,
    )
