"""What a straight refund costs: events of its histories, and actions as a cloud bills them.

Actions by Temporal Cloud's price list: 1 for the start of a workflow, an update, a signal, a timer,
a regular activity, an upsert of search attributes (Update-with-Start: the start and the update);
all local activities of one workflow task together are 1; a child workflow is 2.
"""

from temporalio.testing import WorkflowEnvironment

from tests.workflows.case_under_test import case_with
from tests.workflows.fakes import FakeSteps
from tests.workflows.paths import straight

MOST_EVENTS = 70
PLAYS = 5
MOST_ACTIONS = 24
BILLED = {
    "WORKFLOW_EXECUTION_STARTED": 1,
    "WORKFLOW_EXECUTION_UPDATE_ACCEPTED": 1,
    "WORKFLOW_EXECUTION_SIGNALED": 1,
    "TIMER_STARTED": 1,
    "ACTIVITY_TASK_SCHEDULED": 1,
    "UPSERT_WORKFLOW_SEARCH_ATTRIBUTES": 1,
    "START_CHILD_WORKFLOW_EXECUTION_INITIATED": 1,
}
"""A child's second action is its own WORKFLOW_EXECUTION_STARTED."""


def actions_of(events: list[str]) -> int:
    """Markers of local activities that follow one another were of one workflow task."""
    tasks = sum(
        kind == "MARKER_RECORDED" and "MARKER_RECORDED" not in _of_same_task(events, place)
        for place, kind in enumerate(events)
    )
    return tasks + sum(BILLED.get(kind, 0) for kind in events)


def _of_same_task(events: list[str], place: int) -> list[str]:
    """The events before this one that the same workflow task has written."""
    before = events[:place]
    task = len(before) - before[::-1].index("WORKFLOW_TASK_COMPLETED")
    return before[task:]


async def played(temporal_env: WorkflowEnvironment) -> list[list[str]]:
    """The events of a straight refund's case and payout, without those of the skip itself."""
    async with case_with(temporal_env, FakeSteps()) as case:
        await straight(case)
        await case.outcome()
        histories = [await case.events(), await case.events(case.payout_id())]
    return [[kind for kind in history if "TIME_SKIPPING" not in kind] for history in histories]


async def test_a_straight_refund_stays_within_its_budget(temporal_env: WorkflowEnvironment) -> None:
    """A busy machine may split a workflow task in two: of a few plays the leanest is what
    it costs.
    """
    plays = [await played(temporal_env) for _ in range(PLAYS)]
    leanest = min(plays, key=lambda counted: sum(map(len, counted)))
    assert sum(map(len, leanest)) <= MOST_EVENTS
    assert sum(map(actions_of, leanest)) <= MOST_ACTIONS
