"""The processes beside the refund do what they are told to do, in order, and end as they must."""

import pytest
from temporalio.testing import WorkflowEnvironment

from tests.workflows.card_paths import CARD_PATHS
from tests.workflows.case_under_test import product_client
from tests.workflows.dispute_paths import DISPUTE_PATHS
from tests.workflows.limit_paths import LIMIT_PATHS
from tests.workflows.money_paths import MONEY_PATHS
from tests.workflows.process_paths import PROCESS_PATHS, ProcessPath, played
from tests.workflows.return_paths import RETURN_PATHS
from tests.workflows.ticket_paths import TICKET_PATHS

PROCESSES = {
    **PROCESS_PATHS,
    **CARD_PATHS,
    **LIMIT_PATHS,
    **MONEY_PATHS,
    **TICKET_PATHS,
    **RETURN_PATHS,
    **DISPUTE_PATHS,
}


@pytest.mark.parametrize("path", PROCESSES.values(), ids=PROCESSES.keys())
async def test_a_process_does_this_and_ends_so(
    temporal_env: WorkflowEnvironment, path: ProcessPath
) -> None:
    async with played(product_client(temporal_env), path) as (_, steps, outcome):
        assert steps.performed == list(path.performed)
        assert outcome == path.outcome
