"""Refunds that the acquirer has made of our payments without a payout of ours."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from db.database import Database
from db.reconciliation import acquirer_list
from domain.reconciliation.acquirer_list import (
    ListDifference,
    Listed,
    given_back_there,
    matched,
    unknown_there,
    unlisted,
)
from gateways.acquirer import AcquirerGateway, AcquirerRefundStatus, listed_from


async def differences_of(
    database: Database, acquirer: AcquirerGateway, payment_ids: Collection[str]
) -> list[ListDifference]:
    """Reads each payment (by the acquirer's id) and its refunds at the acquirer; returns refunds
    that are not ours, and payments that the acquirer does not know.
    """
    found: list[ListDifference] = []
    for payment_id in sorted(payment_ids):
        found += await _of_payment(database, acquirer, payment_id)
    return found


async def _of_payment(
    database: Database, acquirer: AcquirerGateway, payment_id: str
) -> list[ListDifference]:
    payment = await acquirer.look_at_payment(payment_id)
    if payment is None:
        return [unknown_there(payment_id)]
    refunds = await acquirer.refunds_of(payment_id)
    moved = [one for one in refunds if one.status is not AcquirerRefundStatus.CANCELLED]
    attempts = await acquirer_list.named(
        database,
        {one.refund_id for one in moved if one.refund_id is not None},
        {one.key for one in moved if one.key is not None},
    )
    listed = [replace(listed_from(one), ours=True) for one in moved]
    found = [given_back_there(one) for one, attempt in matched(listed, attempts) if attempt is None]
    hidden = payment.refunded_kopecks - _executed(listed)
    return [*found, unlisted(payment_id, hidden)] if hidden > 0 else found


def _executed(listed: Sequence[Listed]) -> int:
    return sum(one.amount_kopecks for one in listed if one.executed)
