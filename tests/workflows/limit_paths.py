"""Every path of a request for a higher limit."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from temporalio.client import WorkflowUpdateStage
from temporalio.testing import TimeSkipper

from domain.access.roles import Role
from domain.case.waiting import Wait
from domain.subscription.limit_request import LimitRequest, LimitRequestStatus, LimitState
from tests.workflows.case_under_test import PATIENCE, eventually
from tests.workflows.process_paths import (
    Play,
    Process,
    ProcessPath,
    failing,
    needs_operator,
    retried,
)
from workflows.limit_request import LimitRequestWorkflow

DAY = timedelta(days=1)
BEGIN = datetime.now(UTC)
REQUEST = LimitRequest("7d1f4a52-2a0b-4c1e-9a45-3d1c0c7f5a10")
WAITING = LimitState(
    LimitRequestStatus.AWAITING_ANSWER,
    Wait(Role.SPECIALIST, BEGIN + 3 * DAY, (BEGIN + DAY, BEGIN + 2 * DAY), BEGIN + 2.5 * DAY),
)
ANSWERED = LimitState(LimitRequestStatus.ANSWERED)


async def answered(process: Process) -> None:
    await process.start_update(
        "answer",
        "answer-1",
        wait_for_stage=WorkflowUpdateStage.ACCEPTED,
        rpc_timeout=PATIENCE,
    )


async def overdue(process: Process) -> None:
    """Days pass, and no specialist answers."""
    await TimeSkipper(process._client).fast_forward(process, 3.5 * DAY)
    await eventually(lambda: needs_operator(process))


def limit(
    script: Mapping[str, Sequence[Any]], performed: Sequence[str], *plays: Play
) -> ProcessPath:
    """A path that begins as the API begins it."""
    return ProcessPath(
        LimitRequestWorkflow.run, (REQUEST,), script, performed, ANSWERED, plays, starts_with="ask"
    )


LIMIT_PATHS: Mapping[str, ProcessPath] = {
    "limit_answered": limit(
        {"open": [WAITING], "answer": [ANSWERED]}, ("open", "answer"), answered
    ),
    "limit_overdue": limit(
        {"open": [WAITING], "answer": [ANSWERED]},
        ("open", "remind", "remind", "escalate", "escalate", "answer"),
        overdue,
        answered,
    ),
    "limit_answered_before": limit({"open": [ANSWERED]}, ("open",)),
    "limit_retried": limit(
        {"open": [WAITING], "answer": [failing(), ANSWERED]},
        ("open", "answer", "answer"),
        answered,
        retried,
    ),
}
"""Each ends by itself once everything in `plays` has been said."""
