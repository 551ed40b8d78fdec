"""What every command about an unpaid order shares: visibility, and the update of its process."""

from datetime import date
from typing import Any
from uuid import UUID

from temporalio.client import WithStartWorkflowOperation
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.workflow import UpdateMethodMultiParam

from db.billing.invoice import InvoiceRow
from db.collection import loading, reads
from db.collection.reads import CollectionRow
from domain.case.decision import NOT_ALLOWED_IN_STATUS, Decision
from domain.collection.collection import (
    COLLECTION_ACTIONS,
    ENDS,
    CollectionAction,
    CollectionRefusal,
    CollectionRequest,
    CollectionStatus,
    CollectionTransitionResult,
)
from starter.access import require_visible
from starter.caller import Caller
from starter.commands.case_client import CaseClient
from starter.commands.refusal import Noun, StatusText, conflict
from starter.commands.services import Services
from workflows.collection import CollectionWorkflow

COLLECTIONS = CaseClient(Noun.COLLECTION, reads.head, reads.decision, loading.result_in)

Update = UpdateMethodMultiParam[[Any, Decision], CollectionTransitionResult]


def start_of(request: CollectionRequest, task_queue: str) -> WithStartWorkflowOperation[Any, Any]:
    """The start of a case's process; one that is started again goes on from its stored state."""
    return WithStartWorkflowOperation(
        CollectionWorkflow.run,
        request,
        id=request.collection_id,
        task_queue=task_queue,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
        static_summary=request.collection_id,
    )


async def found(services: Services, caller: Caller, collection_id: str) -> CollectionRow:
    """A case that the caller may see."""
    (rows,) = await services.database.read(reads.head(collection_id))
    return require_visible(caller, rows)


def debt_of(row: CollectionRow) -> int:
    """What is still to be paid, in kopecks; nought of a void invoice."""
    return 0 if row.voided_at is not None else max(0, row.total_kopecks - row.paid_kopecks)


async def known_or_allowed(
    services: Services,
    caller: Caller,
    collection_id: str,
    action: CollectionAction,
    submission_id: UUID,
) -> tuple[CollectionRow, bool]:
    """The case, and whether it has taken this submission already; avoids storing one that would be
    refused, which the case itself checks again.
    """
    rows, taken = await services.database.read(
        reads.head(collection_id), reads.decision(collection_id, submission_id)
    )
    row = require_visible(caller, rows)
    if not taken:
        require_allowed(row, action)
    return row, bool(taken)


def require_allowed(row: CollectionRow, action: CollectionAction) -> None:
    """Refuses what the case does not take in its status."""
    status = CollectionStatus(row.status)
    if action in COLLECTION_ACTIONS[status]:
        return
    if status is CollectionStatus.PAID:
        raise conflict(CollectionRefusal.PAID)
    if status in ENDS:
        raise conflict(CollectionRefusal.ENDED)
    raise conflict(NOT_ALLOWED_IN_STATUS, status=StatusText(Noun.COLLECTION, status))


async def decide(
    services: Services,
    caller: Caller,
    command_id: UUID,
    collection_id: str,
    update: Update,
    submission_id: UUID,
) -> CollectionRow:
    """Sends a command to a case, and reads where it is then."""
    decision = Decision(caller.login, str(submission_id))
    await COLLECTIONS.decide(services, collection_id, update, decision, command_id)
    return await found(services, caller, collection_id)


def is_overdue(row: InvoiceRow, today: date) -> bool:
    """Whether an invoice is due, unpaid and not void."""
    is_due = row.due_on is not None and row.due_on < today
    return is_due and row.voided_at is None and row.paid_kopecks < row.total_kopecks
