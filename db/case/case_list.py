"""Filters, order and counts of lists of cases of every kind."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Select,
    Table,
    bindparam,
    func,
    literal,
    select,
    tuple_,
)
from sqlalchemy import literal_column as as_written

from db.billing.client import matches_words
from db.query import Query, RowT, TypedStatement, row
from db.tables import clients

COUNTED = ("cases", "overdue")
"""The columns of `counted` that are never null."""
NEVER: ColumnElement[Any] = as_written("'infinity'::timestamptz")
"""The deadline of a case without one: after all others."""


@row
class CaseCount:
    """Open cases of a status that wait for somebody."""

    status: str
    waiting_for: str | None
    cases: int
    overdue: int


class CaseWithDeadline(Protocol):
    """A case in a list by deadlines."""

    @property
    def id(self) -> str: ...
    @property
    def wait_until(self) -> datetime | None: ...


@dataclass(frozen=True)
class Turn:
    """Whose turn it is, and of which clients; None means any.

    `overdue`: whether the deadline is before `now`. `sought` are words of a client's name or
    number: see `db.billing.client.matches_words`.
    """

    now: datetime
    waiting_for: str | None = None
    overdue: bool | None = None
    sought: str | None = None


@dataclass(frozen=True)
class AfterDeadline:
    """The last case seen of a list by deadlines."""

    deadline: datetime | None
    id: str


def turn_of(cases: Table, turn: Turn) -> Iterator[ColumnElement[bool]]:
    """The conditions of a turn."""
    if turn.waiting_for is not None:
        yield cases.c.waiting_for == turn.waiting_for
    if turn.overdue is not None:
        is_over = _deadline_of(cases) < turn.now
        yield is_over if turn.overdue else ~is_over
    if turn.sought is not None:
        yield cases.c.client_id.in_(select(clients.c.id).where(*matches_words(turn.sought)))


def first_due(
    listed: TypedStatement[RowT], cases: Table, limit: int, after: AfterDeadline | None
) -> Query[RowT]:
    """Cases of a list, the earliest deadline first."""

    def by_deadline(wanted: Select[Any]) -> Select[Any]:
        key = (_deadline_of(cases), cases.c.id)
        wanted = wanted.order_by(*key).limit(limit)
        if after is None:
            return wanted
        reached = NEVER if after.deadline is None else literal(after.deadline)
        return wanted.where(tuple_(*key) > tuple_(reached, literal(after.id)))

    return listed.narrowed(by_deadline)()


def counted(cases: Table) -> Select[Any]:
    """How many cases are open by status and whose turn it is, and how many of them are overdue at
    `now`; `COUNTED` are its own columns.
    """
    key = (cases.c.status, cases.c.waiting_for)
    is_over = cases.c.wait_until < bindparam("now", type_=DateTime(timezone=True))
    wanted = select(
        *key,
        func.count().label("cases"),
        func.count().filter(is_over).label("overdue"),
    )
    return wanted.where(cases.c.closed_at.is_(None)).group_by(*key).order_by(*key)


def counts_of(
    counts: TypedStatement[CaseCount], cases: Table, client_id: str | None
) -> TypedStatement[CaseCount]:
    """The counts of `counted`, of one client or of all."""
    if client_id is None:
        return counts
    return counts.narrowed(lambda wanted: wanted.where(cases.c.client_id == client_id))


def _deadline_of(cases: Table) -> ColumnElement[Any]:
    """The moment that a case waits until, as the indexes have it."""
    return func.coalesce(cases.c.wait_until, NEVER)
