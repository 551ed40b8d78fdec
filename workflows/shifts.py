"""What keeps exactly one activity running: shift after shift, whichever worker dies."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, is_cancelled_exception

SHIFTS_PER_RUN = 20
"""Shifts after which the workflow continues as new, so that its history stays short."""
SILENCE = timedelta(seconds=15)
"""A shift without a heartbeat for so long is dead, and the next one takes over."""
LONGEST_PAUSE = timedelta(seconds=5)
"""The longest pause between two tries: people wait for what it does, and every death of a worker is
a try.
"""


async def run_shifts(shift: Callable[..., Any], summary: str) -> None:
    """Starts the activity again when it ends; its heartbeat shows that a worker died. The caller
    continues as new afterwards.
    """
    for _ in range(SHIFTS_PER_RUN):
        try:
            await workflow.execute_activity_method(
                shift,
                start_to_close_timeout=timedelta(hours=2),
                heartbeat_timeout=SILENCE,
                retry_policy=RetryPolicy(maximum_interval=LONGEST_PAUSE),
                summary=summary,
            )
        except ActivityError as error:
            if is_cancelled_exception(error):
                raise
            workflow.logger.warning("shift_failed")
