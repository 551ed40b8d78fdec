"""Every path of a renewal, on the real server, with the list of what was done."""

import asyncio

import pytest
from temporalio.testing import WorkflowEnvironment

from domain.renewal.renewal import RenewalStatus
from tests.patience import PATIENCE_SECONDS
from tests.workflows.case_under_test import product_client
from tests.workflows.renewal_paths import RENEWAL_PATHS, played_renewal


@pytest.mark.parametrize("name", list(RENEWAL_PATHS))
async def test_a_renewal_goes_this_way(name: str, temporal_env: WorkflowEnvironment) -> None:
    path = RENEWAL_PATHS[name]
    async with played_renewal(product_client(temporal_env), path) as it:
        async with asyncio.timeout(PATIENCE_SECONDS):
            outcome = await it.handle.result()
        assert tuple(it.steps.performed) == path.performed
    assert outcome.status is path.ends_in
    assert (outcome.next_case is not None) == (path.ends_in is RenewalStatus.RENEWED)
