"""What people hand in for a return: what a client asks for, and decisions."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, select
from sqlalchemy.dialects.postgresql import insert

from db.case.case_store import uuid_of
from db.case.policy import PolicyRow, in_force
from db.database import Transaction
from db.facts import Reading, only, together
from db.query import Query, row, typed
from db.tables import goods_return_decisions, goods_return_openings, goods_returns, invoices
from domain.goods_return.case import CarriageLimit, DecisionFacts, Findings
from domain.goods_return.goods_return import Settlement
from domain.goods_return.policy import GoodsReturnPolicy


@row
class OpenedRow:
    """What a client has asked for, and the number of its return among those of the invoice."""

    id: UUID
    invoice_number: str
    ordinal: int
    client_id: str


@row
class LockedInvoice:
    """A locked invoice."""

    number: str


@row
class LastOrdinal:
    """The number of the last return of an invoice; 0 before the first."""

    ordinal: int


@row
class DecisionRow:
    """A decision as it was handed in."""

    action: str
    reason: str | None
    track: str | None
    packing: bool | None
    labels: bool | None
    unused: bool | None
    serial: bool | None
    pieces: dict[str, int] | None
    carriage_kopecks: int | None
    settlement: str | None
    cut_kopecks: int | None
    claimed_kopecks: int | None
    paid_on: date | None
    decided_by: str
    decided_at: datetime


@row
class HeldMoney:
    """What the account of an order has."""

    kopecks: int


POLICY = "goods_return"
_PUT_OPENING = insert(goods_return_openings).on_conflict_do_nothing(index_elements=["id"])
_PUT_DECISION = insert(goods_return_decisions).on_conflict_do_nothing(index_elements=["id"])
_OPENED = typed(
    OpenedRow,
    select(*goods_return_openings.c["id", "invoice_number", "ordinal", "client_id"]).where(
        goods_return_openings.c.id == bindparam("opening_id")
    ),
)
_LOCK_INVOICE = typed(
    LockedInvoice,
    select(invoices.c.number)
    .where(invoices.c.number == bindparam("invoice_number"))
    .with_for_update(key_share=True),
)
_LAST = typed(
    LastOrdinal,
    select(func.coalesce(func.max(goods_return_openings.c.ordinal), 0).label("ordinal")).where(
        goods_return_openings.c.invoice_number == bindparam("invoice_number")
    ),
    never_null=("ordinal",),
)
DECISION_COLUMNS = (
    *goods_return_decisions.c["action", "reason", "track", "packing", "labels", "unused"],
    *goods_return_decisions.c["serial", "pieces", "carriage_kopecks", "settlement"],
    *goods_return_decisions.c["cut_kopecks", "claimed_kopecks", "paid_on"],
    *goods_return_decisions.c["decided_by", "decided_at"],
)
_DECISION = typed(
    DecisionRow,
    select(*DECISION_COLUMNS).where(goods_return_decisions.c.id == bindparam("decision_id")),
)
_HELD = typed(
    HeldMoney,
    select(func.balance_of("invoice/" + goods_returns.c.invoice_number).label("kopecks")).where(
        goods_returns.c.id == bindparam("return_id")
    ),
    never_null=("kopecks",),
)


def opened(opening_id: UUID) -> Query[OpenedRow]:
    """What a client has asked for."""
    return _OPENED(opening_id=opening_id)


def next_ordinal(invoice_number: str) -> Reading[int]:
    """The number of an invoice's next return, with the invoice locked: another one waits."""
    last = only(_LAST(invoice_number=invoice_number)).to(lambda row: row.ordinal + 1)
    return last.behind(_LOCK_INVOICE(invoice_number=invoice_number))


def put_opening(transaction: Transaction, opening_id: UUID, **columns: Any) -> None:
    """Stores what a client asks for, once."""
    transaction.write(_PUT_OPENING, id=opening_id, **columns)


def put_decision(transaction: Transaction, decision_id: UUID, **columns: Any) -> None:
    """Stores a decision, once; its return takes it or refuses it."""
    transaction.write(_PUT_DECISION, id=decision_id, **columns)


def decision(decision_id: str | None) -> Reading[DecisionFacts]:
    """A decision as a change is judged by it."""
    return only(_DECISION(decision_id=uuid_of(decision_id))).to(_facts_from)


def acceptance(return_id: str, decision_id: str | None) -> Reading[DecisionFacts]:
    """The same with what the order's account has: goods are exchanged for their price."""
    return together(_with_held, decision(decision_id), only(_HELD(return_id=return_id)))


def claim(decision_id: str | None, at: datetime) -> Reading[DecisionFacts]:
    """The same with the limit of a carriage by the policy that is valid at an instant, whichever
    the return was opened by.
    """
    return together(_with_limit, decision(decision_id), carriage_limit(at))


def carriage_limit(at: datetime) -> Reading[CarriageLimit]:
    """What is paid back at most of a carrier's receipt, by the policy valid at an instant."""
    return only(in_force(POLICY, at)).to(_limit_from)


def _with_limit(facts: DecisionFacts, limit: CarriageLimit) -> DecisionFacts:
    return replace(facts, limit=limit)


def _limit_from(row: PolicyRow) -> CarriageLimit:
    policy = GoodsReturnPolicy.from_document(row.version, row.document)
    return CarriageLimit(policy.carriage_at_most_kopecks, policy.version)


def _with_held(facts: DecisionFacts, held: HeldMoney) -> DecisionFacts:
    return replace(facts, held_kopecks=held.kopecks)


def _facts_from(row: DecisionRow) -> DecisionFacts:
    return DecisionFacts(
        reason=row.reason,
        track=row.track,
        findings=_findings_from(row.pieces, row.carriage_kopecks),
        settlement=None if row.settlement is None else Settlement(row.settlement),
        cut_kopecks=row.cut_kopecks,
        claimed_kopecks=row.claimed_kopecks or 0,
        paid_on=row.paid_on,
    )


def _findings_from(pieces: Mapping[str, int] | None, carriage: int | None) -> Findings | None:
    if pieces is None or carriage is None:
        return None
    return Findings({int(line_no): count for line_no, count in pieces.items()}, carriage)
