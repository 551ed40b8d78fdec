"""The comparison of the acquirer's lists with our books."""

from collections.abc import AsyncIterable, Sequence
from dataclasses import replace
from datetime import datetime

from db.database import Database
from db.reconciliation import acquirer_difference, acquirer_list, acquirer_registry
from domain.card.card_payment import order_of
from domain.reconciliation.acquirer_list import (
    COMPARED,
    SETTLED_WITHIN,
    Captured,
    Comparison,
    ListDifference,
    Listed,
    unrecorded,
)
from domain.reconciliation.captured import KnownPayment, beside_our_cases


async def compare(
    database: Database,
    refunds: AsyncIterable[Sequence[Listed]],
    payments: AsyncIterable[Sequence[Captured]],
    at: datetime,
) -> tuple[list[ListDifference], list[KnownPayment]]:
    """Keeps what the lists say; returns undecided differences between our books and the acquirer's
    lists since `COMPARED` before `at`, and the payments by card that succeeded there and are not
    recorded here.
    """
    comparison = Comparison(at)
    found: list[ListDifference] = []
    async for page in refunds:
        await acquirer_registry.put_refunds(database, page, at)
        found += await _of_refunds(database, comparison, page)
    paid = await acquirer_list.paid(database, at - COMPARED, at - SETTLED_WITHIN)
    found += comparison.missing(paid)
    lost: list[KnownPayment] = []
    async for captured in payments:
        await acquirer_registry.put_payments(database, captured, at)
        known, unheard = await _of_payments(database, captured)
        found += unrecorded(known, at)
        lost += unheard
    await acquirer_registry.note_reading(database, at - COMPARED, at)
    return await acquirer_difference.undecided(database, found, at), lost


async def _of_refunds(
    database: Database, comparison: Comparison, page: Sequence[Listed]
) -> list[ListDifference]:
    attempts = await acquirer_list.named(
        database,
        {one.refund_id for one in page if one.refund_id},
        {one.key for one in page if one.key is not None},
    )
    payments = {one.payment_id for one in page if one.payment_id is not None}
    ours = await acquirer_list.ours(database, payments)
    listed = [replace(one, ours=one.payment_id in ours) for one in page]
    return list(comparison.page(listed, attempts))


async def _of_payments(
    database: Database, page: Sequence[Captured]
) -> tuple[list[Captured], list[KnownPayment]]:
    """Payments under keys of our orders, and those whose case has to record them."""
    of_orders = [one for one in page if order_of(one.key) is not None]
    ids = {one.payment_id for one in of_orders}
    known = await acquirer_list.card_payments_of(database, ids)
    return beside_our_cases(of_orders, known, await acquirer_list.ours(database, ids))
