"""Every path of product.md's table, on the real server, with the list of what was done."""

import pytest
from temporalio.testing import WorkflowEnvironment

from tests.workflows.case_under_test import case_with
from tests.workflows.paths import PATHS, steps_of


@pytest.mark.parametrize("name", list(PATHS))
async def test_a_refund_goes_this_way(name: str, temporal_env: WorkflowEnvironment) -> None:
    path = PATHS[name]
    async with case_with(temporal_env, steps_of(path)) as case:
        await path.play(case)
        outcome = await case.outcome()
    assert tuple(case.steps.performed) == path.performed
    assert outcome.status is path.ends_in
    numbers = [change.number for change in case.steps.changes]
    assert numbers == list(range(3, 3 + len(numbers)))
