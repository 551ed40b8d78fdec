"""What every command about a renewal shares: whose it is, how its case is asked."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from temporalio.client import WithStartWorkflowOperation
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy

from db.database import Row
from db.renewal import reads as cases_in
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


def require_visible(caller: Caller, rows: Sequence[Row]) -> Row:
    """The case out of the rows of `db.renewal.reads.head`; another client's is not there."""
    if not rows:
        raise not_found()
    (row,) = rows
    require_own(caller, row.client_id)
    return row


def start_of(request: RenewalRequest, task_queue: str) -> WithStartWorkflowOperation[Any, Any]:
    """Starts the case unless it runs; one that has ended goes on from what is stored of it."""
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
    """Hands a client's command to its case: who, and the id of what they wrote.

    The database knows the case: where Temporal knows none, it has just ended.
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
    """Hands an order to its case, which is opened for it, or goes on where it had ended."""
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
    """Has a registered term watched; a case that does so already answers where it is."""
    await services.cases.update_with_start(
        start_of(request, services.cases.task_queue),
        RenewalWorkflow.ask,
        command_id,
        request,
        look_at=LookAt(Noun.RENEWAL, request.renewal_id),
    )
