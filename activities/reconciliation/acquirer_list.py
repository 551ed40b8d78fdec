"""The daily comparison of our payouts and payments with the acquirer's own lists."""

from collections.abc import Sequence
from datetime import datetime

import structlog
from temporalio import activity
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy

from activities.case.alive import alive
from activities.payout.already_returned import listed_from
from db.database import Database, Row
from db.notification import notification
from db.reconciliation import acquirer_difference, acquirer_list
from domain.card.card_payment import CardPaymentRequest, card_payment_workflow_id, order_of
from domain.reconciliation.acquirer_list import (
    COMPARED,
    SETTLED_WITHIN,
    Captured,
    Comparison,
    ListDifference,
    unrecorded,
)
from domain.reconciliation.notices import ACQUIRER_DIFFERS
from domain.reconciliation.reconciliation import MAX_NAMED, BooksFindings, Reconciliation
from gateways.acquirer import AcquirerGateway, AcquirerRefundStatus, PaymentAnswer, RefundAnswer

CARD_PAYMENT = "card_payment"
"""The process of a payment by card."""
ACQUIRER_SAID = "acquirer_said"
"""Its signal: there is something to look at."""

log = structlog.get_logger()


class AcquirerListActivities:
    """Reads the lists page by page; has a payment's own process record what nobody recorded."""

    def __init__(self, database: Database, acquirer: AcquirerGateway) -> None:
        self._database = database
        self._acquirer = acquirer

    @activity.defn(name="acquirer_list.compare")
    async def compare(self, check: Reconciliation) -> BooksFindings:
        """Compares the last `COMPARED` of both; what somebody has decided about differs no more.
        Accountants and operators are told of differences once per check, the first of them in full.
        """
        async with alive():
            found, lost = await compared(self._database, self._acquirer, check.at)
        for row in lost:
            await self._take_up(row)
        if found:
            await self._notify(check, found)
        invariants = sorted({one.invariant for one in found})
        return BooksFindings(len(found), tuple(invariants[:MAX_NAMED]))

    async def _take_up(self, row: Row) -> None:
        """Begins the case of a payment again whose notification never came: it asks and records."""
        order_id = str(row.order_id)
        await activity.client().start_workflow(
            CARD_PAYMENT,
            CardPaymentRequest(order_id, row.invoice_number, row.amount_kopecks),
            id=card_payment_workflow_id(order_id),
            task_queue=activity.info().task_queue,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            start_signal=ACQUIRER_SAID,
        )
        log.warning("card_payment.found_in_list", order_id=order_id)

    async def _notify(self, check: Reconciliation, found: Sequence[ListDifference]) -> None:
        async with self._database.transaction() as transaction:
            notification.notify(
                transaction,
                ACQUIRER_DIFFERS,
                case_id=None,
                client_id=None,
                occasion=f"acquirer-{check.name}",
                params={
                    "count": len(found),
                    "invariant": found[0].invariant,
                    "found": found[0].found,
                },
                at=check.at,
            )


async def compared(
    database: Database, acquirer: AcquirerGateway, at: datetime
) -> tuple[list[ListDifference], list[Row]]:
    """What differs between the acquirer's lists and our books and nobody has decided about, and the
    payments by card whose money is there and not recorded here.
    """
    comparison, since = Comparison(at), at - COMPARED
    found: list[ListDifference] = []
    async for refunds in acquirer.refunds_since(since):
        found += await _of_refunds(database, comparison, refunds)
    paid = await acquirer_list.paid(database, since, at - SETTLED_WITHIN)
    found += comparison.missing(paid)
    lost: list[Row] = []
    async for payments in acquirer.payments_since(since):
        captured, unheard = await _of_payments(database, payments)
        found += unrecorded(captured, at)
        lost += unheard
    return await acquirer_difference.undecided(database, found, at), lost


async def _of_refunds(
    database: Database, comparison: Comparison, page: Sequence[RefundAnswer]
) -> list[ListDifference]:
    moved = [one for one in page if one.status is not AcquirerRefundStatus.CANCELLED]
    attempts = await acquirer_list.named(
        database,
        {one.refund_id for one in moved if one.refund_id is not None},
        {one.key for one in moved if one.key is not None},
    )
    payments = {one.payment_id for one in moved if one.payment_id is not None}
    ours = await acquirer_list.ours(database, payments)
    listed = [listed_from(one, is_ours=one.payment_id in ours) for one in moved]
    return list(comparison.page(listed, attempts))


async def _of_payments(
    database: Database, page: Sequence[PaymentAnswer]
) -> tuple[list[Captured], list[Row]]:
    """Payments under our keys; those that a case of ours knows and has not recorded can be taken
    up again.
    """
    ours = {
        one.payment_id: one
        for one in page
        if one.payment_id is not None and one.key is not None and order_of(one.key) is not None
    }
    known = await acquirer_list.card_payments_of(database, ours.keys())
    recorded = {row.acquirer_payment_id for row in known if row.payment_id is not None}
    recorded |= await acquirer_list.ours(database, ours.keys())
    captured = [
        Captured(
            payment_id, one.key or "", one.amount_kopecks, one.captured_at, payment_id in recorded
        )
        for payment_id, one in ours.items()
    ]
    return captured, [row for row in known if row.acquirer_payment_id not in recorded]
