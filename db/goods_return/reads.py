"""Reads of returns: one in full, its history and decisions, lists by deadline and of a client."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, select, tuple_

from db.case.case_list import AfterDeadline, Turn, first_due, turn_of
from db.case.case_store import AnswerRow
from db.goods_return.goods_return import GOODS_RETURN_RESULT
from db.goods_return.submission import DECISION_COLUMNS
from db.query import Query, row, typed
from db.tables import (
    clients,
    disputes,
    goods_exchanges,
    goods_return_carriages,
    goods_return_decisions,
    goods_return_history,
    goods_return_openings,
    goods_returns,
    policies,
    refunds,
)
from domain.goods_return.goods_return import GoodsReturnResult


@row
class GoodsReturnRow:
    """A return with its client's name, what it asked for in words, its refund case, the dispute
    whose decision has begun it, and the carriage that its client paid itself.
    """

    id: str
    invoice_number: str
    client_id: str
    client_name: str
    ground: str
    comment: str | None
    way: str
    status: str
    version: int
    address: str
    money_at: datetime | None
    legal_rule_id: str | None
    money_started_at: datetime | None
    track: str | None
    sent_track: str | None
    carriage_kopecks: int
    settlement: str | None
    cut_kopecks: int | None
    claimed_kopecks: int | None
    carriage_status: str | None
    carriage_reason: str | None
    carriage_paid_on: date | None
    exchanged_kopecks: int | None
    refund_id: str | None
    refund_status: str | None
    dispute_id: str | None
    waiting_for: str | None
    wait_until: datetime | None
    entered_at: datetime
    opened_at: datetime
    changed_at: datetime
    closed_at: datetime | None


@row
class HistoryRow:
    """A change of a return, with the decision that made it, if one did."""

    number: int
    from_status: str | None
    to_status: str
    at: datetime
    by: str
    reason: str | None
    action: str | None


@row
class MadeDecision:
    """A decision that the return has taken."""

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


@dataclass(frozen=True)
class ReturnFilter:
    """The filters of a list; None means any."""

    client_id: str | None = None
    invoice_number: str | None = None
    status: str | None = None
    open_only: bool = False


LONGEST = 100
"""Changes of a return that are read: it has some ten, and more only where deadlines moved."""

RETURNS = typed(
    GoodsReturnRow,
    select(
        *goods_returns.c["id", "invoice_number", "client_id"],
        clients.c.name.label("client_name"),
        goods_returns.c.ground,
        goods_return_openings.c.comment,
        *goods_returns.c["way", "status", "version"],
        policies.c.document["address"].astext.label("address"),
        *goods_returns.c["money_at", "legal_rule_id", "money_started_at", "track", "sent_track"],
        *goods_returns.c["carriage_kopecks", "settlement", "cut_kopecks"],
        goods_return_carriages.c.amount_kopecks.label("claimed_kopecks"),
        goods_return_carriages.c.status.label("carriage_status"),
        goods_return_carriages.c.reason.label("carriage_reason"),
        goods_return_carriages.c.paid_on.label("carriage_paid_on"),
        goods_exchanges.c.amount_kopecks.label("exchanged_kopecks"),
        refunds.c.id.label("refund_id"),
        refunds.c.status.label("refund_status"),
        disputes.c.id.label("dispute_id"),
        *goods_returns.c["waiting_for", "wait_until", "entered_at", "opened_at", "changed_at"],
        goods_returns.c.closed_at,
    )
    .join(clients, clients.c.id == goods_returns.c.client_id)
    .join(goods_return_openings, goods_return_openings.c.id == goods_returns.c.opening_id)
    .join(
        policies,
        (policies.c.kind == goods_returns.c.policy_kind)
        & (policies.c.version == goods_returns.c.policy_version),
    )
    .outerjoin(refunds, refunds.c.goods_return_id == goods_returns.c.id)
    .outerjoin(goods_return_carriages, goods_return_carriages.c.return_id == goods_returns.c.id)
    .outerjoin(goods_exchanges, goods_exchanges.c.return_id == goods_returns.c.id)
    .outerjoin(disputes, disputes.c.return_id == goods_returns.c.id),
    never_null=("address",),
)
_HEAD = RETURNS.narrowed(lambda rows: rows.where(goods_returns.c.id == bindparam("return_id")))
_DECISION = typed(
    AnswerRow,
    select(goods_return_history.c.answer).where(
        goods_return_history.c.return_id == bindparam("return_id"),
        goods_return_history.c.submission_id == bindparam("submission_id"),
    ),
)
_LATEST = typed(
    AnswerRow,
    select(goods_return_history.c.answer)
    .where(goods_return_history.c.return_id == bindparam("return_id"))
    .order_by(goods_return_history.c.number.desc())
    .limit(1),
)
_HISTORY = typed(
    HistoryRow,
    select(
        *goods_return_history.c["number", "from_status", "to_status", "at", "by", "reason"],
        goods_return_decisions.c.action,
    )
    .outerjoin(
        goods_return_decisions,
        goods_return_decisions.c.id == goods_return_history.c.submission_id,
    )
    .where(goods_return_history.c.return_id == bindparam("return_id"))
    .order_by(goods_return_history.c.number.desc())
    .limit(LONGEST),
)
_DECISIONS = typed(
    MadeDecision,
    select(*DECISION_COLUMNS)
    .join(
        goods_return_history,
        goods_return_history.c.submission_id == goods_return_decisions.c.id,
    )
    .where(goods_return_history.c.return_id == bindparam("return_id"))
    .order_by(goods_return_history.c.number)
    .limit(LONGEST),
)

After = tuple[datetime, str]
"""The key (opened, id) of the last return seen of a list by their opening."""


def head(return_id: str) -> Query[GoodsReturnRow]:
    """A return in full."""
    return _HEAD(return_id=return_id)


def decision(return_id: str, submission_id: UUID) -> Query[AnswerRow]:
    """The change that a command made, found by its submission; no row until it is stored."""
    return _DECISION(return_id=return_id, submission_id=submission_id)


def result_in(rows: Sequence[AnswerRow]) -> GoodsReturnResult | None:
    """The result of a command, from the rows of `decision`."""
    return GOODS_RETURN_RESULT.validate_python(rows[0].answer) if rows else None


def latest(return_id: str) -> Query[AnswerRow]:
    """The result of a return's last change."""
    return _LATEST(return_id=return_id)


def history(return_id: str) -> Query[HistoryRow]:
    """The changes of a return, the latest first."""
    return _HISTORY(return_id=return_id)


def decisions(return_id: str) -> Query[MadeDecision]:
    """What people decided about a return, in order."""
    return _DECISIONS(return_id=return_id)


def listed(narrowed: ReturnFilter, limit: int, after: After | None = None) -> Query[GoodsReturnRow]:
    """Returns, the newest first."""
    key = (goods_returns.c.opened_at, goods_returns.c.id)
    wanted = _conditions(narrowed)
    if after is not None:
        wanted.append(tuple_(*key) < after)
    newest = (goods_returns.c.opened_at.desc(), goods_returns.c.id.desc())
    return RETURNS.narrowed(lambda rows: rows.where(*wanted).order_by(*newest).limit(limit))()


def queue(
    turn: Turn, narrowed: ReturnFilter, limit: int, after: AfterDeadline | None = None
) -> Query[GoodsReturnRow]:
    """Open returns, the earliest deadline first."""
    wanted = [*_conditions(narrowed), *turn_of(goods_returns, turn)]
    open_ones = RETURNS.narrowed(
        lambda rows: rows.where(goods_returns.c.closed_at.is_(None), *wanted)
    )
    return first_due(open_ones, goods_returns, limit, after)


def _conditions(narrowed: ReturnFilter) -> list[ColumnElement[bool]]:
    asked = [
        (narrowed.client_id, goods_returns.c.client_id),
        (narrowed.invoice_number, goods_returns.c.invoice_number),
        (narrowed.status, goods_returns.c.status),
    ]
    wanted = [column == value for value, column in asked if value is not None]
    if narrowed.open_only:
        wanted.append(goods_returns.c.closed_at.is_(None))
    return wanted
