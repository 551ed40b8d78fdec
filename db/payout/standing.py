"""The last payout attempt of a case, and the payment order that it stands in."""

from datetime import datetime

from sqlalchemy import bindparam, select

from db.query import Query, row, typed
from db.tables import payment_orders, payment_runs, payouts
from domain.payout.payout import Channel, PayoutStatus
from domain.payout.waiting_reason import StandingPayout


@row
class StandingPayoutRow:
    """A payout attempt with its order and that order's run, if it stands in one."""

    channel: str
    status: str
    changed_at: datetime
    cleared_at: datetime | None
    order_number: int | None
    run_number: int | None
    ordered_at: datetime | None
    handed_over_at: datetime | None


_LAST = typed(
    StandingPayoutRow,
    select(
        payouts.c.channel,
        payouts.c.status,
        payouts.c.changed_at,
        payouts.c.cleared_at,
        payment_orders.c.number.label("order_number"),
        payment_runs.c.number.label("run_number"),
        payment_runs.c.created_at.label("ordered_at"),
        payment_runs.c.handed_over_at,
    )
    .outerjoin(
        payment_orders,
        (payment_orders.c.case_id == payouts.c.case_id)
        & (payment_orders.c.attempt == payouts.c.attempt)
        & payment_orders.c.dissolved_at.is_(None),
    )
    .outerjoin(payment_runs, payment_runs.c.id == payment_orders.c.run_id)
    .where(payouts.c.case_id == bindparam("case_id"))
    .order_by(payouts.c.attempt.desc())
    .limit(1),
)


def last_of(case_id: str) -> Query[StandingPayoutRow]:
    """The last attempt of a case; no row before the first."""
    return _LAST(case_id=case_id)


def payout_from(row: StandingPayoutRow, left_out: str | None) -> StandingPayout:
    """The facts out of a row; `left_out`: why no run can include it."""
    return StandingPayout(
        Channel(row.channel),
        PayoutStatus(row.status),
        row.changed_at,
        is_cleared=row.cleared_at is not None,
        order_number=row.order_number,
        run_number=row.run_number,
        ordered_at=row.ordered_at,
        handed_over_at=row.handed_over_at,
        left_out=left_out,
    )
