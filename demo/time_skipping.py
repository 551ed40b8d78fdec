"""Skips the time of one workflow on the running server; other workflows keep theirs."""

import asyncio
import gc
from datetime import datetime, timedelta

from temporalio.client import Client
from temporalio.testing import TimeSkipper, TimeSkippingConfig

from simulation.expectation import Unexpected
from stack.temporal import NAMESPACE

SKIP_LIMIT_SECONDS = 60.0
MARGIN = timedelta(minutes=1)
"""Beyond the instant that the case waits for."""


def let_pass(temporal_address: str, workflow_id: str, until: datetime) -> timedelta:
    """Brings a workflow's time past an instant.

    Returns how much was skipped, nothing when it is later already. Raises `Unexpected` when the
    server does not get there in time.
    """
    try:
        return asyncio.run(_skip(temporal_address, workflow_id, until))
    except TimeoutError:
        limit = f"{SKIP_LIMIT_SECONDS:g} s"
        step = f"time skipping of {workflow_id}"
        raise Unexpected(step, f"an end within {limit}", "none") from None
    finally:
        gc.collect()  # a Temporal client that is still alive at exit may bring the process down


async def _skip(temporal_address: str, workflow_id: str, until: datetime) -> timedelta:
    client = await Client.connect(temporal_address, namespace=NAMESPACE)
    # Only the named process is forwarded: what it starts begins then and goes on by real time.
    skipper = TimeSkipper(
        client, config=TimeSkippingConfig(enabled=False, disable_propagation=True)
    )
    handle = client.get_workflow_handle(workflow_id)
    ahead = until - await skipper.get_current_time(handle) + MARGIN
    if ahead <= timedelta(0):
        return timedelta(0)
    await asyncio.wait_for(skipper.fast_forward(handle, ahead), SKIP_LIMIT_SECONDS)
    return ahead
