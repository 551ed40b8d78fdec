"""Begins the return of goods that a decided dispute leads to."""

import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

from temporalio import activity
from temporalio.client import WithStartWorkflowOperation, WorkflowUpdateFailedError
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.service import RPCError, RPCStatusCode

from activities.dispute.beginning import OPENED_SECONDS, opened
from activities.dispute.performing import AWARDED
from db.database import Database
from db.dispute import returning
from db.dispute.returning import DecidedReturn
from db.facts import load
from db.goods_return import submission
from domain.case.decision import Decision
from domain.dispute.case import DisputeCase
from domain.goods_return.goods_return import (
    GoodsReturnAction,
    GoodsReturnRequest,
    goods_return_workflow_id,
)

GOODS_RETURN = "goods-return"
"""The process of a return of goods."""


async def begin_return(database: Database, case: DisputeCase) -> str | None:
    """Opens the return and lets the client send the goods; returns its id, None where no goods come
    back, or what cannot come back any more. A repeat finds the return that it has opened. Raises
    `NotOpened`.
    """
    decided = await database.row(returning.decided(case.id))
    if decided is None or case.status not in AWARDED:
        return None
    opening_id = uuid5(decided.decision_id, "goods-return")
    return_id = await _stored(database, case, decided, opening_id)
    request = GoodsReturnRequest(return_id, str(opening_id), decided.decided_by)
    await opened(return_id, _start_of(request))
    if not await database.rows(returning.opened(return_id)):
        return None
    await _authorised(database, return_id, decided, uuid5(opening_id, "authorise"))
    return return_id


async def _stored(
    database: Database, case: DisputeCase, decided: DecidedReturn, opening_id: UUID
) -> str:
    """Stores what comes back under the next number of the order's returns, once; the id."""
    async with database.transaction() as transaction:
        ordinal = await load(transaction, submission.next_ordinal(case.invoice_number))
        (known,) = await transaction.read(submission.opened(opening_id))
        if known:
            ordinal = known[0].ordinal
        submission.put_opening(
            transaction,
            opening_id,
            invoice_number=case.invoice_number,
            ordinal=ordinal,
            client_id=case.client_id,
            ground=decided.ground,
            asked=decided.returned,
            opened_by=decided.decided_by,
            opened_at=datetime.now(UTC),
        )
    return goods_return_workflow_id(case.invoice_number, ordinal)


def _start_of(request: GoodsReturnRequest) -> WithStartWorkflowOperation[Any, Any]:
    return WithStartWorkflowOperation(
        GOODS_RETURN,
        request,
        id=request.return_id,
        task_queue=activity.info().task_queue,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
        static_summary=request.return_id,
    )


async def _authorised(
    database: Database, return_id: str, decided: DecidedReturn, decision_id: UUID
) -> None:
    """Whoever decided the dispute lets the goods be sent."""
    async with database.transaction() as transaction:
        submission.put_decision(
            transaction,
            decision_id,
            return_id=return_id,
            action=GoodsReturnAction.AUTHORISE,
            decided_by=decided.decided_by,
            decided_at=datetime.now(UTC),
        )
    handle = activity.client().get_workflow_handle(return_id)
    try:
        async with asyncio.timeout(OPENED_SECONDS):
            await handle.execute_update(
                GoodsReturnAction.AUTHORISE,
                Decision(decided.decided_by, str(decision_id)),
                id=str(decision_id),
            )
    except WorkflowUpdateFailedError:
        activity.logger.info("dispute.return_went_on", extra={"return_id": return_id})
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        activity.logger.info("dispute.return_has_ended", extra={"return_id": return_id})
