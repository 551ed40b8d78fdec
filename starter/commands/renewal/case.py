"""What every command about a renewal shares: visibility, and the update of its case."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from temporalio.client import WithStartWorkflowOperation
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy

from db.renewal import reads as cases_in
from db.renewal.reads import RenewalHead
from domain.case.decision import Decision
from domain.renewal.renewal import RenewalRequest, RenewalTransitionResult
from starter.access import require_own
from starter.caller import Caller
from starter.commands.refusal import (
    LookAt,
    Noun,
    Refusal,
    RefusalKind,
    case_closed,
    not_found,
)
from starter.commands.services import Services
from starter.commands.stale_update import asked_until_heard
from workflows.renewal import RenewalWorkflow


def require_visible(caller: Caller, rows: Sequence[RenewalHead]) -> RenewalHead:
    """The case out of the rows of `db.renewal.reads.head`; another client's is `not_found`."""
    if not rows:
        raise not_found()
    (row,) = rows
    require_own(caller, row.client_id)
    return row


def start_of(request: RenewalRequest, task_queue: str) -> WithStartWorkflowOperation[Any, Any]:
    """The start of a case; one that ended and is started again continues from its stored state."""
    return WithStartWorkflowOperation(
        RenewalWorkflow.run,
        request,
        id=request.renewal_id,
        task_queue=task_queue,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
        static_summary=request.subscription_id,
    )


async def decide(
    services: Services, update: Any, renewal_id: str, decision: Decision, command_id: UUID
) -> RenewalTransitionResult:
    """Sends a client's command to its case: the caller and the submission's id.

    A case that the database has and Temporal does not has just ended (`case_closed`).
    """
    look_at = LookAt(Noun.RENEWAL, renewal_id)

    async def ask() -> RenewalTransitionResult:
        try:
            result: RenewalTransitionResult = await services.cases.update(
                renewal_id, update, decision, command_id, look_at=look_at
            )
        except Refusal as refusal:
            if refusal.kind is RefusalKind.NOT_FOUND:
                raise case_closed() from None
            raise
        return result

    return await asked_until_heard(services, renewal_id, cases_in.head(renewal_id), ask)


async def order(
    services: Services, request: RenewalRequest, decision: Decision, command_id: UUID
) -> RenewalTransitionResult:
    """Sends an order to its case, starting the case if it is not running."""
    look_at = LookAt(Noun.RENEWAL, request.renewal_id)

    async def ask() -> RenewalTransitionResult:
        result: RenewalTransitionResult = await services.cases.update_with_start(
            start_of(request, services.cases.task_queue),
            RenewalWorkflow.order,
            command_id,
            decision,
            look_at=look_at,
        )
        return result

    head = cases_in.head(request.renewal_id)
    return await asked_until_heard(services, request.renewal_id, head, ask)


async def watch(services: Services, request: RenewalRequest, command_id: UUID) -> None:
    """Starts the case of a registered term; a case that is running returns its state."""
    await services.cases.update_with_start(
        start_of(request, services.cases.task_queue),
        RenewalWorkflow.ask,
        command_id,
        request,
        look_at=LookAt(Noun.RENEWAL, request.renewal_id),
    )
