"""The processes that wait for an operator, as visibility knows them, and what each waits with."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime

from temporalio.client import Client, WorkflowExecution, WorkflowExecutionStatus
from temporalio.service import RPCError

from starter.commands.refusal import Refusal, unavailable
from starter.commands.services import Services
from workflows.case.kernel import WAIT_UNTIL, WAITING_FOR, Case
from workflows.case.resolution import FailedStep

QUERY = "NeedsOperator=true"
"""Without the execution's status: adding it makes the query many times slower."""
MAX_CASES = 1000
ASKED_AT_ONCE = 8
"""Processes that are asked for their failed step side by side."""
LIST_SECONDS, COUNT_SECONDS = 5.0, 1.0
"""How long the list is waited for, and its length, which a page shows beside other counts."""


@dataclass(frozen=True)
class Stuck:
    """A process that waits for an operator.

    `failed` is None where no step has failed: somebody's time is over, `waiting_for` says whose; or
    where its worker did not answer (`is_silent`).
    """

    id: str
    kind: str
    waiting_for: str | None
    until: datetime | None
    failed: FailedStep | None = None
    is_silent: bool = False


async def stuck_cases(client: Client, at_most: int) -> AsyncIterator[WorkflowExecution]:
    """Running cases that wait for an operator."""
    left = at_most
    async for execution in client.list_workflows(QUERY, limit=MAX_CASES):
        if execution.status is WorkflowExecutionStatus.RUNNING and left > 0:
            left -= 1
            yield execution


async def how_many_stuck(services: Services) -> int | None:
    """How many running processes wait for an operator; None while Temporal does not answer."""
    try:
        async with asyncio.timeout(COUNT_SECONDS):
            client = await services.cases.client()
            counted = await client.count_workflows(f"{QUERY} GROUP BY ExecutionStatus")
    except (RPCError, Refusal, TimeoutError):
        return None
    return sum(one.count for one in counted.groups if "Running" in one.group_values)


async def all_stuck(services: Services, at_most: int) -> list[Stuck]:
    """The processes that wait for an operator, each with its failed step, the oldest failure first.

    Raises `Refusal` `unavailable` while Temporal does not answer.
    """
    client = await services.cases.client()
    try:
        async with asyncio.timeout(LIST_SECONDS):
            waiting = [_stuck(one) async for one in stuck_cases(client, at_most)]
    except (RPCError, TimeoutError):
        raise unavailable("temporal_unavailable") from None
    turns = asyncio.Semaphore(ASKED_AT_ONCE)

    async def asked(one: Stuck) -> Stuck:
        async with turns:
            return await with_failed_step(services, one)

    return sorted(await asyncio.gather(*map(asked, waiting)), key=_order)


async def with_failed_step(services: Services, one: Stuck) -> Stuck:
    """The same process with the step that waits for the operator."""
    try:
        failed = await services.cases.ask(one.id, Case.failed_step)
    except Refusal:
        return Stuck(one.id, one.kind, one.waiting_for, one.until, is_silent=True)
    return Stuck(one.id, one.kind, one.waiting_for, one.until, failed)


async def failed_step_of(services: Services, process_id: str) -> FailedStep | None:
    """The step of a process that waits for the operator, if any.

    Raises `Refusal`: `not_found`, `case_closed`, `unavailable`.
    """
    failed: FailedStep | None = await services.cases.ask(process_id, Case.failed_step)
    return failed


def _stuck(execution: WorkflowExecution) -> Stuck:
    attributes = execution.typed_search_attributes
    return Stuck(
        execution.id,
        execution.workflow_type,
        attributes.get(WAITING_FOR),
        attributes.get(WAIT_UNTIL),
    )


def _order(one: Stuck) -> tuple[bool, str, str]:
    return (
        one.failed is None,
        "" if one.failed is None else one.failed.failed_at.isoformat(),
        one.id,
    )
