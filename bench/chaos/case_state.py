"""What a case says of itself and what our database says of it, for a failure to explain itself."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

from psycopg import OperationalError
from temporalio.api.workflowservice.v1 import DescribeWorkflowExecutionResponse
from temporalio.client import Client, WorkflowExecutionDescription, WorkflowHandle
from temporalio.service import RPCError

from bench.chaos.our_books import OurBooks
from workflows.case.kernel import SEARCH_ATTRIBUTES

LIMIT_SECONDS = 20.0
FAILURE_LENGTH = 300
"""Characters of an activity's last failure."""
TRACEBACK_LENGTH = 2_000
"""Characters of a traceback's end."""
MAX_UNFORESEEN = 20
"""Failures of the API that are shown; the others stay in its log."""
_HISTORY = """
SELECT number, to_status, by, reason FROM refund_history WHERE refund_id = %(id)s
UNION ALL SELECT number, to_status, by, reason FROM renewal_history WHERE renewal_id = %(id)s
UNION ALL SELECT number, to_status, by, reason FROM ticket_history WHERE ticket_id = %(id)s
UNION ALL SELECT number, to_status, by, reason FROM collection_history WHERE collection_id = %(id)s
UNION ALL SELECT number, to_status, by, reason FROM dispute_history WHERE dispute_id = %(id)s
UNION ALL SELECT number, to_status, by, reason FROM goods_return_history WHERE return_id = %(id)s
ORDER BY number
"""
_ROW = """
SELECT status, version FROM refunds WHERE id = %(id)s
UNION ALL SELECT status, version FROM renewals WHERE id = %(id)s
UNION ALL SELECT status, version FROM tickets WHERE id = %(id)s
UNION ALL SELECT status, version FROM collections WHERE id = %(id)s
UNION ALL SELECT status, version FROM disputes WHERE id = %(id)s
UNION ALL SELECT status, version FROM goods_returns WHERE id = %(id)s
"""


def unforeseen(log: Path) -> list[str]:
    """What the API logged of each answer 500: the request, and the end of the traceback."""
    with log.open(encoding="utf-8", errors="replace") as lines:
        failed = [json.loads(line) for line in lines if '"event": "api.failed"' in line]
    return [
        f"{one['method']} {one['path']} failed: {one['exception'][-TRACEBACK_LENGTH:]}"
        for one in failed[:MAX_UNFORESEEN]
    ]


async def state_of(client: Client, ours: OurBooks, case_id: str) -> str:
    """The row's status and version; the process's status, search attributes, pending activities and
    children, and its details in the Web UI. Never raises for what is away.
    """
    try:
        async with asyncio.timeout(LIMIT_SECONDS):
            rows = await ours.rows(_ROW, id=case_id)
            changes = await ours.rows(_HISTORY, id=case_id)
            handle = client.get_workflow_handle(case_id)
            said = [*_said(await handle.describe()), await _details(handle)]
    except (RPCError, OperationalError, TimeoutError) as error:
        return f"[{case_id} cannot be asked: {type(error).__name__}]"
    stored = ", ".join(f"{row.status}, change {row.version}" for row in rows) or "no row"
    path = ", ".join(f"{one.number} {one.to_status} by {one.by}" for one in changes)
    return f"[{case_id}: database {stored}; {'; '.join(said)}; changes {path}]"


def _said(process: WorkflowExecutionDescription) -> Iterator[str]:
    status = "unknown" if process.status is None else process.status.name
    yield f"process {status}, {process.history_length} events"
    for key in SEARCH_ATTRIBUTES:
        yield f"{key.name} {process.typed_search_attributes.get(key)}"
    yield from _pending(process.raw_description)


def _pending(raw: DescribeWorkflowExecutionResponse) -> Iterator[str]:
    for activity in raw.pending_activities:
        failure = activity.last_failure.message[:FAILURE_LENGTH]
        yield f"{activity.activity_type.name}, try {activity.attempt}: {failure or 'no failure'}"
    for child in raw.pending_children:
        yield f"child {child.workflow_id}"
    if raw.HasField("pending_workflow_task"):
        yield f"a workflow task, try {raw.pending_workflow_task.attempt}"


async def _details(handle: WorkflowHandle[object, object]) -> str:
    """The details need a worker, which may be what is missing."""
    try:
        metadata = await handle.query("__temporal_workflow_metadata")
    except RPCError as error:
        return f"no details: {error.message}"
    return " / ".join(str(metadata.current_details).split("\n\n"))
