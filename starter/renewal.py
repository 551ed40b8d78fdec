"""How a renewal's case is begun: by the registration of its term, or by an order."""

from typing import Any

from temporalio.client import WithStartWorkflowOperation
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy

from domain.renewal.renewal import RenewalRequest
from workflows.renewal import RenewalWorkflow


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
