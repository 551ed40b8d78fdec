"""Records that a payment run was handed over to the bank."""

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from temporalio.client import WithStartWorkflowOperation
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError

from db.banking import payment_run
from db.banking.payment_run_rows import RunRow
from domain.banking.submit import Handover, payment_run_workflow_id
from starter.caller import Caller
from starter.commands.command import command
from starter.commands.refusal import LookAt, Noun, conflict, not_found
from starter.commands.services import Services
from workflows.payment_run import PaymentRunWorkflow


@command
async def hand_payment_run_over(
    services: Services, caller: Caller, command_id: UUID, run_id: UUID
) -> RunRow:
    """Marks a run's payouts as sent, not as paid; a repeat changes nothing.

    Refused as `payment_run_dissolved` for a dissolved run.
    """
    (runs,) = await services.database.read(payment_run.run(run_id))
    if not runs:
        raise not_found()
    _require_whole(runs[0])
    start: WithStartWorkflowOperation[Any, Any] = WithStartWorkflowOperation(
        PaymentRunWorkflow.run,
        Handover(str(run_id), caller.login, datetime.now(UTC)),
        id=payment_run_workflow_id(str(run_id)),
        task_queue=services.cases.task_queue,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
        static_summary=f"№ {runs[0].number}",
    )
    look_at = LookAt(Noun.PAYMENT_RUN, str(run_id))
    with suppress(WorkflowAlreadyStartedError):
        await services.cases.update_with_start(
            start, PaymentRunWorkflow.hand_over, command_id, look_at=look_at
        )
    ((row,),) = await services.database.read(payment_run.run(run_id))
    _require_whole(row)  # it may have been dissolved in the same moment: then it was first
    return row


def _require_whole(run: RunRow) -> None:
    if run.dissolved_at is not None:
        raise conflict("payment_run_dissolved")
