"""What a merge of two tickets is judged by; both are locked, always in the same order."""

from datetime import datetime

from sqlalchemy import bindparam, func, or_, select

from db.case.case_store import LoadedCase, uuid_of
from db.facts import Reading, only
from db.query import row, typed
from db.tables import ticket_decisions, tickets
from db.ticket import ticket
from domain.ticket.case import MergeFacts, TicketCase
from domain.ticket.ticket import TicketChange, TicketStatus, TicketTransitionResult


@row
class LockedPair:
    """One of the two."""

    id: str


@row
class MergeRow:
    """The ticket that a decision merges into, and how many are merged into the other one."""

    id: str
    status: str
    wait_until: datetime | None
    holds: int


_into = (
    select(ticket_decisions.c.into_ticket)
    .where(ticket_decisions.c.id == bindparam("decision_id"))
    .scalar_subquery()
)
_held = tickets.alias()
_holds = (
    select(func.count())
    .select_from(_held)
    .where(_held.c.merged_into == bindparam("ticket_id"))
    .scalar_subquery()
)
_LOCKED = typed(
    LockedPair,
    select(tickets.c.id)
    .where(or_(tickets.c.id == bindparam("ticket_id"), tickets.c.id == _into))
    .order_by(tickets.c.id)
    .with_for_update(),
)
_FACTS = typed(
    MergeRow,
    select(tickets.c.id, tickets.c.status, tickets.c.wait_until, _holds.label("holds")).where(
        tickets.c.id == _into
    ),
    never_null=("holds",),
)


def load(change: TicketChange) -> Reading[LoadedCase[TicketCase, TicketTransitionResult]]:
    """A ticket with the check for a repeat, after both tickets are locked by the order of ids, so
    that two merges that cross wait for one another.
    """
    lock = _LOCKED(ticket_id=change.ticket_id, decision_id=uuid_of(change.submission_id))
    return ticket.load(change).behind(lock)


def facts(change: TicketChange) -> Reading[MergeFacts]:
    """The other ticket as it is."""
    decision_id = uuid_of(change.submission_id)
    return only(_FACTS(ticket_id=change.ticket_id, decision_id=decision_id)).to(
        lambda row: MergeFacts(row.id, TicketStatus(row.status), row.wait_until, row.holds)
    )
