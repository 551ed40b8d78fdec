"""The carriage of a return that its client paid itself: what is claimed, and what becomes of it."""

from sqlalchemy import bindparam, update
from sqlalchemy.dialects.postgresql import insert

from db.case.case_store import uuid_of
from db.database import Transaction
from db.tables import goods_return_carriages
from domain.goods_return.carriage import CarriageStatus
from domain.goods_return.case import ClaimCarriage, MoveCarriage
from domain.goods_return.goods_return import GoodsReturnChange

_put = insert(goods_return_carriages)
_CLAIM = _put.on_conflict_do_update(
    index_elements=["return_id"],
    set_={
        name: _put.excluded[name]
        for name in ("claim_id", "amount_kopecks", "policy_version", "status", "changed_at")
    }
    | {"reason": None},
)
_MOVE = update(goods_return_carriages).where(
    goods_return_carriages.c.return_id == bindparam("of_return")
)


def claim(transaction: Transaction, change: GoodsReturnChange, made: ClaimCarriage) -> None:
    """Stores the client's claim, in place of one that was refused; its receipt and its sum are the
    submission's.
    """
    transaction.write(
        _CLAIM,
        return_id=change.return_id,
        ground=made.ground,
        way=made.way,
        claim_id=uuid_of(change.submission_id),
        amount_kopecks=made.amount_kopecks,
        policy_version=made.policy_version,
        status=CarriageStatus.CLAIMED,
        changed_at=change.at,
    )


def move(transaction: Transaction, change: GoodsReturnChange, made: MoveCarriage) -> None:
    """Stores what becomes of it; a trigger writes its transfer."""
    transaction.write(
        _MOVE,
        of_return=change.return_id,
        status=made.status,
        reason=made.reason,
        paid_on=made.paid_on,
        changed_at=change.at,
    )
