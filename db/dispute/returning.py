"""The return of goods that a dispute's decision leads to."""

from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select

from db.query import Query, row, typed
from db.tables import dispute_decisions, disputes, goods_returns


@row
class DecidedReturn:
    """The decision that a dispute stands on, where goods come back by it."""

    decision_id: UUID
    returned: list[Any]
    ground: str
    decided_by: str


@row
class OpenedReturn:
    """A return that is stored."""

    id: str


_DECIDED = typed(
    DecidedReturn,
    select(
        dispute_decisions.c.id.label("decision_id"),
        *dispute_decisions.c["returned", "ground", "decided_by"],
    )
    .join(disputes, disputes.c.decision_id == dispute_decisions.c.id)
    .where(
        disputes.c.id == bindparam("dispute_id"),
        dispute_decisions.c.returned.is_not(None),
    ),
    never_null=("returned", "ground"),
)
_OPENED = typed(
    OpenedReturn, select(goods_returns.c.id).where(goods_returns.c.id == bindparam("return_id"))
)


def decided(dispute_id: str) -> Query[DecidedReturn]:
    """What comes back by the decision of a dispute; no row where nothing does."""
    return _DECIDED(dispute_id=dispute_id)


def opened(return_id: str) -> Query[OpenedReturn]:
    """A return, once it is stored."""
    return _OPENED(return_id=return_id)
