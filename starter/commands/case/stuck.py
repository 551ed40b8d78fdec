"""The cases that wait for an operator, as visibility knows them."""

from collections.abc import AsyncIterator

from temporalio.client import Client, WorkflowExecution, WorkflowExecutionStatus

QUERY = "NeedsOperator=true"
"""Without the execution's status: adding it makes the query many times slower."""
MAX_CASES = 1000


async def stuck_cases(client: Client, at_most: int) -> AsyncIterator[WorkflowExecution]:
    """Running cases that wait for an operator."""
    left = at_most
    async for execution in client.list_workflows(QUERY, limit=MAX_CASES):
        if execution.status is WorkflowExecutionStatus.RUNNING and left > 0:
            left -= 1
            yield execution
