"""Begins a process that a decided dispute leads to, and waits until it has stored its case."""

import asyncio
from typing import Any

from temporalio import activity
from temporalio.client import (
    WithStartWorkflowOperation,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.exceptions import WorkflowAlreadyStartedError

OPENED_SECONDS = 10.0
"""How long it is waited for; below the time of one try of the step."""


class NotOpened(Exception):  # noqa: N818  the name says what is the matter
    """A process has not stored its case: its opening fails, waits for the operator, or was given
    up. Where it was given up, a retry by the operator begins it anew.
    """


async def opened(
    process_id: str, start: WithStartWorkflowOperation[Any, Any], *asked: object
) -> None:
    """Begins a process unless it runs, and returns once it is open, or has refused; one that has
    ended stays as it is. Raises `NotOpened`: a dispute never goes on to wait for what is not there.

    Tries ask under one id, so that they do not add up; what was scheduled anew asks under another:
    a process that has failed answers the old one as it did, and is not begun by it.
    """
    info = activity.info()
    update_id = f"{info.workflow_run_id}-{info.activity_id}"
    try:
        async with asyncio.timeout(OPENED_SECONDS):
            await activity.client().execute_update_with_start_workflow(
                "ask", args=asked, start_workflow_operation=start, id=update_id
            )
    except WorkflowAlreadyStartedError:
        activity.logger.info("dispute.was_begun", extra={"process_id": process_id})
    except (
        TimeoutError,
        WorkflowUpdateFailedError,
        WorkflowUpdateRPCTimeoutOrCancelledError,
    ) as error:
        raise NotOpened(process_id) from error
