"""Sends a decision about a payment run to its workflow."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

from temporalio.client import WithStartWorkflowOperation
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy

from db.banking import run_decision
from db.banking.run_decision import DecisionOn
from domain.banking.run_decision import (
    RunDecision,
    RunDecisionStored,
    RunRefusal,
    run_decision_workflow_id,
)
from starter.caller import Caller
from starter.commands.refusal import LookAt
from starter.commands.services import Services
from workflows.run_decision import RunDecisionWorkflow


def decision_id_of(command_id: UUID) -> UUID:
    """The id of a command's decision, the same on every repeat; of the run that it gathers, too."""
    return uuid5(command_id, "run-decision")


async def decided(
    services: Services, caller: Caller, command_id: UUID, asked: DecisionOn, look_at: LookAt
) -> RunRefusal | None:
    """Stores the decision and has its workflow carry it out; returns why it changed nothing, or
    None.

    The workflow signals the payouts that it settles, for as long as that takes.
    """
    decision_id, at = decision_id_of(command_id), datetime.now(UTC)
    await run_decision.put(services.database, decision_id, asked, by=caller.login, at=at)
    decision = RunDecision(str(decision_id), asked.kind)
    start: WithStartWorkflowOperation[Any, Any] = WithStartWorkflowOperation(
        RunDecisionWorkflow.run,
        decision,
        id=run_decision_workflow_id(decision.decision_id),
        task_queue=services.cases.task_queue,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
    )
    stored: RunDecisionStored = await services.cases.update_with_start(
        start, RunDecisionWorkflow.store, command_id, look_at=look_at
    )
    return stored.refusal
