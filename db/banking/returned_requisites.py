"""Payouts that an accountant returned to their clients before any payment run included them."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, insert, select

from db.database import Transaction
from db.query import Query, row, typed
from db.tables import payment_orders, payouts, returned_requisites
from domain.banking.bank_reason import RequisitesFault
from domain.payout.payout import PayoutRequest, PayoutStatus


@row
class ReturnablePayout:
    """A locked payout, and its return if it was returned."""

    case_id: str
    attempt: int
    channel: str
    status: str
    cleared_at: datetime | None
    is_ordered: bool
    return_reason: str | None
    note: str | None
    returned_by: str | None
    returned_at: datetime | None


_is_ordered = (
    select(payment_orders.c.id)
    .where(
        payment_orders.c.case_id == payouts.c.case_id,
        payment_orders.c.attempt == payouts.c.attempt,
        payment_orders.c.dissolved_at.is_(None),
    )
    .exists()
)
_PAYOUT = typed(
    ReturnablePayout,
    select(
        payouts.c.case_id,
        payouts.c.attempt,
        payouts.c.channel,
        payouts.c.status,
        payouts.c.cleared_at,
        _is_ordered.label("is_ordered"),
        returned_requisites.c.reason.label("return_reason"),
        returned_requisites.c.note,
        returned_requisites.c.returned_by,
        returned_requisites.c.returned_at,
    )
    .outerjoin(
        returned_requisites,
        (returned_requisites.c.case_id == payouts.c.case_id)
        & (returned_requisites.c.attempt == payouts.c.attempt),
    )
    .where(payouts.c.case_id == bindparam("case_id"), payouts.c.attempt == bindparam("attempt"))
    .with_for_update(of=payouts),
    never_null=("is_ordered",),
)
_PUT = insert(returned_requisites)


class Returned(NamedTuple):
    """A payout that was returned to its client: why, by whom and when."""

    case_id: str
    attempt: int
    payout_status: PayoutStatus
    reason: RequisitesFault
    note: str
    by: str
    at: datetime


def returned_in(row: ReturnablePayout) -> Returned | None:
    """How a payout was returned; None when it was not, and none of its columns is set."""
    reason, note, by, at = row.return_reason, row.note, row.returned_by, row.returned_at
    if reason is None or note is None or by is None or at is None:
        return None
    status = PayoutStatus(row.status)
    return Returned(row.case_id, row.attempt, status, RequisitesFault(reason), note, by, at)


def payout(key: PayoutRequest) -> Query[ReturnablePayout]:
    """A payout, locked, with whether it has an order and whether it was returned."""
    return _PAYOUT(case_id=key.case_id, attempt=key.attempt)


def put(
    transaction: Transaction,
    key: PayoutRequest,
    reason: RequisitesFault,
    note: str,
    by: str,
    at: datetime,
) -> None:
    """Stores the return of a prepared payout; triggers refuse any other, and a later order of
    it.
    """
    transaction.write(
        _PUT,
        case_id=key.case_id,
        attempt=key.attempt,
        reason=reason,
        note=note,
        returned_by=by,
        returned_at=at,
    )
