"""What every command about a return shares: visibility, and the update of its process."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

from temporalio.client import WithStartWorkflowOperation
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.workflow import UpdateMethodMultiParam

from db.goods_return import photos, reads, submission
from db.goods_return.reads import GoodsReturnRow
from domain.case.decision import Decision
from domain.goods_return.goods_return import (
    ENDED,
    GoodsReturnAction,
    GoodsReturnRefusal,
    GoodsReturnRequest,
    GoodsReturnResult,
    GoodsReturnStatus,
    takes,
)
from starter.access import require_visible
from starter.caller import Caller
from starter.commands.case_client import CaseClient
from starter.commands.file.attach import hold
from starter.commands.refusal import Noun, conflict
from starter.commands.services import Services
from workflows.goods_return import GoodsReturnWorkflow

RETURNS = CaseClient(Noun.GOODS_RETURN, reads.head, reads.decision, reads.result_in)

Update = UpdateMethodMultiParam[[Any, Decision], GoodsReturnResult]


def start_of(request: GoodsReturnRequest, task_queue: str) -> WithStartWorkflowOperation[Any, Any]:
    """The start of a return's process; one that is started again goes on from its stored state."""
    return WithStartWorkflowOperation(
        GoodsReturnWorkflow.run,
        request,
        id=request.return_id,
        task_queue=task_queue,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
        static_summary=request.return_id,
    )


async def found(services: Services, caller: Caller, return_id: str) -> GoodsReturnRow:
    """A return that the caller may see."""
    (rows,) = await services.database.read(reads.head(return_id))
    return require_visible(caller, rows)


async def decided(
    services: Services,
    caller: Caller,
    command_id: UUID,
    return_id: str,
    action: GoodsReturnAction,
    update: Update,
    attached: Sequence[UUID] = (),
    **columns: Any,
) -> GoodsReturnRow:
    """Stores a decision with its photos and sends it to its return; one that was taken is answered
    as it is.
    """
    decision_id = uuid5(command_id, "decision")
    rows, taken = await services.database.read(
        reads.head(return_id), reads.decision(return_id, decision_id)
    )
    case = require_visible(caller, rows)
    if taken:
        return case
    _require_allowed(GoodsReturnStatus(case.status), action)
    async with services.database.transaction() as transaction:
        await hold(transaction, attached)
        submission.put_decision(
            transaction,
            decision_id,
            return_id=return_id,
            action=action,
            decided_by=caller.login,
            decided_at=datetime.now(UTC),
            **columns,
        )
        photos.attach(transaction, attached, decision_id=decision_id)
    decision = Decision(caller.login, str(decision_id))
    await RETURNS.decide(services, return_id, update, decision, command_id)
    return await found(services, caller, return_id)


def _require_allowed(status: GoodsReturnStatus, action: GoodsReturnAction) -> None:
    """Refuses what a return does not take in its status; the return itself checks again."""
    if status in ENDED:
        raise conflict(GoodsReturnRefusal.CLOSED)
    if not takes(status, action):
        raise conflict(GoodsReturnRefusal.NOT_ALLOWED)
