"""Every recorded history fits the workflows: a case open for weeks goes on after a release."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from temporalio import workflow
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner

from domain.refund.refund import RefundOutcome, RefundRequest, RefundStatus
from tests.workflows.card_paths import CARD_PATHS
from tests.workflows.collection_paths import COLLECTION_PATHS
from tests.workflows.dispute_paths import DISPUTE_PATHS
from tests.workflows.limit_paths import LIMIT_PATHS
from tests.workflows.money_paths import MONEY_PATHS
from tests.workflows.paths import PATHS
from tests.workflows.process_paths import PROCESS_PATHS
from tests.workflows.renewal_paths import RENEWAL_PATHS
from tests.workflows.return_paths import RETURN_PATHS
from tests.workflows.ticket_paths import TICKET_PATHS
from worker import WORKFLOWS
from workflows.payloads import data_converter
from workflows.refund import RefundWorkflow
from workflows.runner import workflow_runner

HISTORIES = Path(__file__).resolve().parents[1] / "histories"
RECORDED = sorted(path.name for path in HISTORIES.glob("*.json"))


def recorded(name: str) -> WorkflowHistory:
    return WorkflowHistory.from_json(name, (HISTORIES / name).read_text("utf-8"))


@pytest.mark.parametrize("name", list(PATHS))
def test_every_path_has_its_recorded_history(name: str) -> None:
    assert f"{name}.case.json" in RECORDED


@pytest.mark.parametrize(
    "name",
    [
        *PROCESS_PATHS,
        *CARD_PATHS,
        *LIMIT_PATHS,
        *MONEY_PATHS,
        *RENEWAL_PATHS,
        *TICKET_PATHS,
        *RETURN_PATHS,
        *COLLECTION_PATHS,
        *DISPUTE_PATHS,
    ],
)
def test_every_path_of_the_other_processes_has_its_recorded_history(name: str) -> None:
    assert f"{name}.process.json" in RECORDED


async def test_every_recorded_history_replays() -> None:
    """One replayer for all: to make one takes longer than to replay a history."""
    replayer = Replayer(
        workflows=WORKFLOWS,
        workflow_runner=workflow_runner(),
        data_converter=data_converter,
    )
    async with replayer.workflow_replay_iterator(_all_recorded()) as results:
        replayed = {result.history.workflow_id: result.replay_failure async for result in results}
    assert replayed == dict.fromkeys(RECORDED)


async def _all_recorded() -> AsyncIterator[WorkflowHistory]:
    for name in RECORDED:
        yield recorded(name)


@workflow.defn(name="refund")
class HastyRefund(RefundWorkflow):
    """The refund by somebody who thought that nobody reviews anything."""

    @workflow.init
    def __init__(self, request: RefundRequest) -> None:
        super().__init__(request)

    @workflow.run
    async def run(self, request: RefundRequest) -> RefundOutcome:
        await self._opened()
        await self._decided(RefundStatus.AWAITING_STATEMENT)
        await self._paid()
        return RefundOutcome(self._status, 0)


async def test_a_workflow_without_one_of_its_steps_does_not_replay() -> None:
    replayer = Replayer(
        workflows=[HastyRefund],
        workflow_runner=UnsandboxedWorkflowRunner(),
        data_converter=data_converter,
    )
    with pytest.raises(workflow.NondeterminismError):
        await replayer.replay_workflow(recorded("straight.case.json"))
