"""Begins the refund that a decided dispute leads to."""

from typing import Any

from temporalio import activity
from temporalio.client import WithStartWorkflowOperation
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy

from activities.dispute.beginning import NotOpened, opened
from db.database import Database
from db.dispute import awarding
from domain.dispute.awarding import award_request
from domain.dispute.case import DisputeCase
from domain.dispute.dispute import DisputeStatus

REFUND = "refund"
"""The process of a refund."""
AWARDED = (DisputeStatus.RESOLVED_CLIENT, DisputeStatus.RESOLVED_PARTLY)
"""Where the refund of what was awarded has not been begun, or is not known to be."""


async def begin_refund(database: Database, case: DisputeCase) -> str | None:
    """Starts the refund of what was awarded; returns its id, None where no money goes back.

    A refund of the order that is open already is what pays. A repeat finds the refund that it has
    begun, paid or not: its id is made of the order and the next number of its refunds. One that
    comes after the change was stored begins nothing. Raises `NotOpened`.
    """
    if case.awarded_kopecks == 0 or case.status not in AWARDED:
        return None
    order = await awarding.order_of(database, case.invoice_number, case.stage_at)
    if order.open_refund is not None:
        return order.open_refund
    request = award_request(case, order)
    start: WithStartWorkflowOperation[Any, Any] = WithStartWorkflowOperation(
        REFUND,
        request,
        id=request.refund_id,
        task_queue=activity.info().task_queue,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
    )
    await opened(request.refund_id, start, request)
    if not await database.rows(awarding.stored(request.refund_id)):
        raise NotOpened(request.refund_id)
    return request.refund_id
