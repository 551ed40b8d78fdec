"""Finds money that the acquirer took back without us, and opens a dispute about each chargeback."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

from temporalio import activity
from temporalio.client import (
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from activities.case.alive import alive
from activities.payout.already_returned import differences_of
from db.database import Database
from db.dispute import submission, taken_back
from db.dispute.taken_back import UndisputedRow
from db.notification import notification
from db.reconciliation import acquirer_difference
from domain.access.roles import SYSTEM
from domain.calendar.bank_calendar import moscow_date
from domain.case.decision import Decision
from domain.dispute.dispute import (
    Demand,
    DisputeAction,
    DisputeKind,
    DisputeRefusal,
    DisputeRequest,
    Outside,
    dispute_workflow_id,
)
from domain.dispute.taken_back import TakenBackLook
from domain.reconciliation.acquirer_list import ListDifference
from domain.reconciliation.notices import ACQUIRER_DIFFERS
from gateways.acquirer import AcquirerGateway
from texts import translate

DISPUTE = "dispute"
"""The process of a dispute."""
NAMESPACE = UUID("0d3f2d3c-6f4b-4f67-8f0c-0d5b0d8f1f7e")
"""The namespace of the ids of what the system writes about a chargeback: the same each time."""
AT_ONCE = 100
"""Chargebacks of one look; the next one goes on."""
ANSWER_SECONDS = 15.0
"""How long a look waits for the answer of one dispute."""
ASKED_AGAIN = 10
"""How often a dispute is asked about one chargeback beside what an operator has given up."""
ANSWERED_WITHIN = timedelta(days=30)
"""When an answer is expected where the payer's bank has named no day."""


class TakenBackActivities:
    """The steps of a look."""

    def __init__(self, database: Database, acquirer: AcquirerGateway) -> None:
        self._database = database
        self._acquirer = acquirer

    @activity.defn(name="taken_back.look")
    async def look(self, asked: TakenBackLook) -> int:
        """Reads a payment and its refunds at the acquirer; what went back without us is stored,
        which books it. Accountants and operators are told. Returns how many differences nobody has
        decided about. A repeat finds the same.
        """
        if asked.acquirer_payment_id is None:
            return 0
        async with alive():
            found = await differences_of(
                self._database, self._acquirer, [asked.acquirer_payment_id]
            )
        now = datetime.now(UTC)
        undecided = await acquirer_difference.undecided(self._database, found, now)
        for one in undecided:
            await self._tell(one, now)
        return len(undecided)

    @activity.defn(name="taken_back.dispute")
    async def dispute(self, asked: TakenBackLook) -> int:
        """Has a dispute about each chargeback: the order's open one goes outside, else a new one
        begins there. Returns how many. A repeat does nothing again.
        """
        (found,) = await self._database.read(
            taken_back.undisputed(AT_ONCE, asked.acquirer_payment_id)
        )
        async with alive():
            for chargeback in found:
                if chargeback.open_dispute is None:
                    await self._begin(chargeback)
                else:
                    await self._take_outside(chargeback, chargeback.open_dispute)
        return len(found)

    async def _tell(self, found: ListDifference, now: datetime) -> None:
        async with self._database.transaction() as transaction:
            notification.notify(
                transaction,
                ACQUIRER_DIFFERS,
                case_id=None,
                client_id=None,
                occasion=f"acquirer-{found.id}",
                params={"count": 1, "invariant": found.invariant, "found": found.found},
                at=now,
            )

    async def _begin(self, chargeback: UndisputedRow) -> None:
        opening_id = uuid5(NAMESPACE, chargeback.id)
        demanded = min(chargeback.amount_kopecks, chargeback.paid_kopecks)
        now = datetime.now(UTC)
        async with self._database.transaction() as transaction:
            submission.put_opening(
                transaction,
                opening_id,
                invoice_number=chargeback.invoice_number,
                client_id=chargeback.client_id,
                kind=DisputeKind.FRAUD,
                happened_on=chargeback.happened_on,
                problem=translate("dispute.chargeback.problem"),
                proof=translate("dispute.chargeback.proof"),
                steps=translate("dispute.chargeback.steps"),
                demand=Demand.REFUND if demanded else Demand.EXPLANATION,
                demand_kopecks=demanded or None,
                answer_by=chargeback.answer_by or moscow_date(now + ANSWERED_WITHIN),
                opened_by=SYSTEM,
                opened_at=now,
            )
        number = chargeback.invoice_number
        dispute_id = dispute_workflow_id(number, chargeback.ordinal)
        await activity.client().start_workflow(
            DISPUTE,
            DisputeRequest(
                dispute_id, number, chargeback.ordinal, str(opening_id), SYSTEM, chargeback.id
            ),
            id=dispute_id,
            task_queue=activity.info().task_queue,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
        )

    async def _take_outside(self, chargeback: UndisputedRow, dispute_id: str) -> None:
        """A dispute that is being settled is asked by the next daily look. One that is busy, or
        waits for an operator, does it later and holds up no other.
        """
        decision_id = uuid5(NAMESPACE, f"{dispute_id}/{chargeback.id}")
        async with self._database.transaction() as transaction:
            submission.put_decision(
                transaction,
                decision_id,
                dispute_id=dispute_id,
                action=DisputeAction.GO_OUTSIDE,
                outside=Outside.CHARGEBACK,
                until_on=chargeback.answer_by,
                reason=translate("dispute.chargeback.problem"),
                seen_handed_in=0,
                decided_by=SYSTEM,
                decided_at=datetime.now(UTC),
            )
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await _told(dispute_id, Decision(SYSTEM, str(decision_id)))
        except (TimeoutError, WorkflowUpdateRPCTimeoutOrCancelledError):
            activity.logger.warning("taken_back.no_answer", extra={"dispute_id": dispute_id})
        except WorkflowUpdateFailedError:
            activity.logger.warning("taken_back.not_taken", extra={"dispute_id": dispute_id})
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise


async def _told(dispute_id: str, decision: Decision) -> None:
    """Asks a dispute to go outside; one that is asked already is not asked twice, so that those who
    wait do not add up. What an operator gave up is answered so for good: then it is asked anew.
    """
    handle = activity.client().get_workflow_handle(dispute_id)
    for again in range(ASKED_AGAIN):
        try:
            await handle.execute_update(
                DisputeAction.GO_OUTSIDE, decision, id=f"{decision.submission_id}-{again}"
            )
        except WorkflowUpdateFailedError as refused:
            if not _is_given_up(refused):
                raise
        else:
            return


def _is_given_up(refused: WorkflowUpdateFailedError) -> bool:
    cause = refused.cause
    return isinstance(cause, ApplicationError) and cause.type == DisputeRefusal.ABORTED
