"""What every command about a dispute shares: visibility, and the update of its process."""

from typing import Any
from uuid import UUID

from temporalio.client import WithStartWorkflowOperation
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.workflow import UpdateMethodMultiParam

from db.dispute import reads
from db.dispute.reads import DisputeRow
from domain.case.decision import NOT_ALLOWED_IN_STATUS, Decision
from domain.dispute.dispute import (
    DISPUTE_ACTIONS,
    ENDED_DISPUTES,
    DisputeAction,
    DisputeRefusal,
    DisputeRequest,
    DisputeStatus,
    DisputeTransitionResult,
)
from starter.access import require_visible
from starter.caller import Caller
from starter.commands.case_client import CaseClient
from starter.commands.refusal import Noun, StatusText, conflict
from starter.commands.services import Services
from workflows.dispute import DisputeWorkflow

DISPUTES = CaseClient(Noun.DISPUTE, reads.head, reads.decision, reads.result_in)

Update = UpdateMethodMultiParam[[Any, Decision], DisputeTransitionResult]


def start_of(request: DisputeRequest, task_queue: str) -> WithStartWorkflowOperation[Any, Any]:
    """The start of a dispute's process; one that is started again goes on from its stored state."""
    return WithStartWorkflowOperation(
        DisputeWorkflow.run,
        request,
        id=request.dispute_id,
        task_queue=task_queue,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
        static_summary=request.dispute_id,
    )


async def found(services: Services, caller: Caller, dispute_id: str) -> DisputeRow:
    """A dispute that the caller may see."""
    (rows,) = await services.database.read(reads.head(dispute_id))
    return require_visible(caller, rows)


async def known_or_allowed(
    services: Services, caller: Caller, dispute_id: str, action: DisputeAction, submission_id: UUID
) -> tuple[DisputeRow, bool]:
    """The dispute, and whether it has taken this submission already; avoids storing one that would
    be refused, which the dispute itself checks again.
    """
    rows, taken = await services.database.read(
        reads.head(dispute_id), reads.decision(dispute_id, submission_id)
    )
    dispute = require_visible(caller, rows)
    if not taken:
        require_allowed(dispute, action)
    return dispute, bool(taken)


def require_allowed(dispute: DisputeRow, action: DisputeAction) -> None:
    """Refuses what the dispute does not take in its status."""
    status = DisputeStatus(dispute.status)
    if action in DISPUTE_ACTIONS[status]:
        return
    if status in ENDED_DISPUTES:
        raise conflict(DisputeRefusal.CLOSED)
    raise conflict(NOT_ALLOWED_IN_STATUS, status=StatusText(Noun.DISPUTE, status))


async def decide(
    services: Services,
    caller: Caller,
    command_id: UUID,
    dispute_id: str,
    update: Update,
    submission_id: UUID | None = None,
) -> DisputeRow:
    """Sends a command to a dispute, and reads where it is then."""
    decision = Decision(caller.login, None if submission_id is None else str(submission_id))
    await DISPUTES.decide(services, dispute_id, update, decision, command_id)
    return await found(services, caller, dispute_id)
