"""The return or the refund that a dispute waits for while what was decided is done."""

from sqlalchemy import and_, case, func, or_

from db.tables import disputes, goods_returns, refunds
from domain.dispute.dispute import DisputeStatus

MONEY = refunds.alias("money")
"""The refund that a dispute has begun, or its return has."""
_owes_compensation = and_(disputes.c.compensation_kopecks > 0, disputes.c.compensated_on.is_(None))
_owes_only_correction = and_(
    disputes.c.awarded_kopecks == 0,
    disputes.c.correction.is_not(None),
    disputes.c.corrected_at.is_(None),
)
_follows = and_(
    disputes.c.status == DisputeStatus.PERFORMING.value,
    ~or_(_owes_compensation, _owes_only_correction),
)
OPEN_RETURN = and_(
    _follows, goods_returns.c.id == disputes.c.return_id, goods_returns.c.closed_at.is_(None)
)
OPEN_MONEY = and_(
    _follows,
    or_(MONEY.c.id == disputes.c.refund_id, MONEY.c.goods_return_id == disputes.c.return_id),
    MONEY.c.paid_on.is_(None),
    MONEY.c.closed_at.is_(None),
)
_case = func.coalesce(goods_returns.c.id, MONEY.c.id)
FOLLOWED = (
    case(
        (_case.is_not(None), func.coalesce(goods_returns.c.waiting_for, MONEY.c.waiting_for)),
        else_=disputes.c.waiting_for,
    ).label("waiting_for"),
    _case.label("followed"),
    func.coalesce(goods_returns.c.wait_until, MONEY.c.wait_until).label("followed_until"),
)
"""Whom a dispute really waits for, the case that it follows, and until when that one waits. An open
return comes before the money that the law has had begin meanwhile.
"""
