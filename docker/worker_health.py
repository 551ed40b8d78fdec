"""Exit code 0 when this container's worker has asked Temporal for work lately, else 1."""

import asyncio
import gc
import socket
import sys
from datetime import UTC, datetime, timedelta

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client

from environment import temporal_options
from settings import Settings

LATEST_POLL = timedelta(minutes=2)
"""A poll lasts a minute at most, so a worker that lives has begun one within this time."""
ANSWER_WITHIN = timedelta(seconds=5)


async def polls_lately(client: Client, task_queue: str, host: str) -> bool:
    """Whether a worker on this host polls the queue; the SDK calls a worker `<pid>@<host>`."""
    described = await client.workflow_service.describe_task_queue(
        DescribeTaskQueueRequest(
            namespace=client.namespace,
            task_queue=TaskQueue(name=task_queue),
            task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
        ),
        timeout=ANSWER_WITHIN,
    )
    since = datetime.now(UTC) - LATEST_POLL
    return any(
        poller.identity.endswith(f"@{host}")
        and poller.last_access_time.ToDatetime(tzinfo=UTC) > since
        for poller in described.pollers
    )


async def _check() -> bool:
    task_queue = Settings.from_environment().task_queue
    return await polls_lately(
        await Client.connect(**temporal_options()), task_queue, socket.gethostname()
    )


def main() -> int:
    """The exit code; any error is one line."""
    try:
        healthy = asyncio.run(_check())
    except Exception as error:
        print(f"worker: {error}", file=sys.stderr)  # noqa: T201  the engine keeps what a check says
        return 1
    finally:
        gc.collect()  # a client that is collected at interpreter exit may crash it
    return 0 if healthy else 1


if __name__ == "__main__":
    sys.exit(main())
