"""What accountants decide about payment runs: submissions that are put down once."""

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert

from db.database import Database, Query, Row
from db.tables import run_decisions
from domain.banking.run_decision import OrderFacts, RunDecisionKind, RunRefusal, WaitingFacts
from domain.payout.payout import Channel, PayoutRequest, PayoutStatus

_PUT = insert(run_decisions).on_conflict_do_nothing().returning(run_decisions.c.id)
_ONE = select(run_decisions).where(run_decisions.c.id == bindparam("decision_id"))


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
    await database.rows(_PUT, id=decision_id, written_by=by, written_at=at, **asdict(decided))


def one(decision_id: UUID) -> Query:
    """What a person decided."""
    return _ONE, {"decision_id": decision_id}


def payout_named(written: Row) -> PayoutRequest:
    """The payout that a return names."""
    return PayoutRequest(written.case_id, written.attempt)


def order_facts(order: Row) -> OrderFacts:
    """What of a row of `payment_run.order` its rejection is judged by."""
    rejected = order.rejected_at is not None
    return OrderFacts(
        order.handed_over_at is not None,
        PayoutStatus(order.payout_status),
        (order.rejected_by, order.rejection) if rejected else None,
    )


def waiting_facts(payout: Row, held: RunRefusal | None) -> WaitingFacts:
    """What of a row of `returned_requisites.payout` its return is judged by."""
    returned = payout.returned_at is not None
    return WaitingFacts(
        Channel(payout.channel),
        PayoutStatus(payout.status),
        payout.cleared_at is not None,
        payout.is_ordered,
        (payout.returned_by, payout.return_reason, payout.note) if returned else None,
        held,
    )
