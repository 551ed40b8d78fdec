"""The daily comparison of our payouts and payments with the acquirer's own lists."""

from collections.abc import Sequence

import structlog
from temporalio import activity
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy

from activities.case.alive import alive
from db.database import Database
from db.notification import notification
from db.reconciliation import comparison
from domain.card.card_payment import CardPaymentRequest, card_payment_workflow_id
from domain.dispute.taken_back import TAKEN_BACK, TakenBackLook, taken_back_workflow_id
from domain.reconciliation.acquirer_list import COMPARED, ListDifference, ListInvariant
from domain.reconciliation.captured import KnownPayment
from domain.reconciliation.notices import ACQUIRER_DIFFERS
from domain.reconciliation.reconciliation import BooksFindings, Reconciliation
from gateways.acquirer import AcquirerGateway, payments_captured, refunds_listed

CARD_PAYMENT = "card_payment"
"""The process of a payment by card."""
ACQUIRER_SAID = "acquirer_said"
"""Its signal: the case must look again."""

log = structlog.get_logger()


class AcquirerListActivities:
    """Reads the acquirer's lists page by page; unrecorded payments are recorded by their own
    cases.
    """

    def __init__(self, database: Database, acquirer: AcquirerGateway) -> None:
        self._database = database
        self._acquirer = acquirer

    @activity.defn(name="acquirer_list.compare")
    async def compare(self, check: Reconciliation) -> BooksFindings:
        """Compares the lists of the last `COMPARED` with our books, without decided differences.
        Accountants and operators are notified once per check, with the first difference in full.
        """
        async with alive():
            found, lost = await comparison.compare(
                self._database,
                refunds_listed(self._acquirer, check.at - COMPARED),
                payments_captured(self._acquirer, check.at - COMPARED),
                check.at,
            )
        for one in lost:
            await self._take_up(one)
        if any(one.invariant is ListInvariant.CHARGED_BACK for one in found):
            await self._have_disputed()
        if found:
            await self._notify(check, found)
        return BooksFindings.of([one.invariant for one in found])

    async def _take_up(self, lost: KnownPayment) -> None:
        """Starts the case of a payment again whose webhook was lost: it asks the acquirer and
        records.
        """
        order_id = str(lost.order_id)
        await activity.client().start_workflow(
            CARD_PAYMENT,
            CardPaymentRequest(order_id, lost.invoice_number, lost.amount_kopecks),
            id=card_payment_workflow_id(order_id),
            task_queue=activity.info().task_queue,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            start_signal=ACQUIRER_SAID,
        )
        log.warning("card_payment.found_in_list", order_id=order_id)

    async def _have_disputed(self) -> None:
        """Chargebacks that the lists have found get their disputes."""
        await activity.client().start_workflow(
            TAKEN_BACK,
            TakenBackLook(),
            id=taken_back_workflow_id(None),
            task_queue=activity.info().task_queue,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        )

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
