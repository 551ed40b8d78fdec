"""Handing a payment run over to the bank."""

from contextlib import suppress
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from temporalio.client import WithStartWorkflowOperation
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError

from db.banking import payment_run
from db.database import Row
from domain.banking.submit import HandingOver, payment_run_workflow_id
from starter.api.http.problems import Problem, documented
from starter.api.http.route import CommandId, CurrentCaller, DatabaseDep, TemporalDep, router
from starter.api.payment_run.presenters import RunPath, RunShown, run_shown
from starter.commands.refusal import LookAt, Noun, not_found
from workflows.payment_run import PaymentRunWorkflow

routes = router("payment runs")


@routes.post(
    "/v1/payment-runs/{run_id}/handing-over",
    summary="The bank has the file",
    responses=documented(HTTPStatus.ACCEPTED, HTTPStatus.CONFLICT),
)
async def hand_payment_run_over(
    run_id: RunPath,
    database: DatabaseDep,
    cases: TemporalDep,
    caller: CurrentCaller,
    command_id: CommandId,
) -> RunShown:
    """Its payouts are sent, not paid; the first time counts. 409 `payment_run_dissolved`."""
    (runs,) = await database.read(payment_run.run(run_id))
    if not runs:
        raise not_found()
    _require_whole(runs[0])
    start: WithStartWorkflowOperation[Any, Any] = WithStartWorkflowOperation(
        PaymentRunWorkflow.run,
        HandingOver(str(run_id), caller.login, datetime.now(UTC)),
        id=payment_run_workflow_id(str(run_id)),
        task_queue=cases.task_queue,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
        static_summary=f"№ {runs[0].number}",
    )
    with suppress(WorkflowAlreadyStartedError):
        await cases.update_with_start(
            start,
            PaymentRunWorkflow.hand_over,
            command_id,
            look_at=LookAt(Noun.PAYMENT_RUN, str(run_id)),
        )
    ((row,),) = await database.read(payment_run.run(run_id))
    _require_whole(row)  # it may have been dissolved in the same moment: then it was first
    return run_shown(row)


def _require_whole(run: Row) -> None:
    if run.dissolved_at is not None:
        raise Problem("payment_run_dissolved", HTTPStatus.CONFLICT)
