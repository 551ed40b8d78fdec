"""The processes beside the refund do what they are told to do, in order, and end as they must."""

from collections.abc import Callable
from typing import Any

import pytest
from temporalio.testing import WorkflowEnvironment

from domain.case.recheck import RECHECK
from domain.ticket.ticket import TicketStatus
from tests.workflows.card_paths import CARD_PATHS
from tests.workflows.case_under_test import eventually, product_client
from tests.workflows.collection_paths import COLLECTION_PATHS
from tests.workflows.dispute_paths import DISPUTE_PATHS
from tests.workflows.limit_paths import LIMIT_PATHS
from tests.workflows.money_paths import MONEY_PATHS
from tests.workflows.process_paths import (
    PROCESS_PATHS,
    Process,
    ProcessPath,
    failing,
    needs_operator,
    played,
)
from tests.workflows.return_paths import RETURN_PATHS
from tests.workflows.ticket_paths import (
    CLOSED,
    DAY,
    NEW,
    REOPENING,
    SPECIALIST,
    TICKET_PATHS,
    at,
    missed,
    passed,
    said,
    ticket,
)
from workflows.behind import CasesBehindWorkflow
from workflows.case import status_case
from workflows.case.retries import ROUND_AGAIN
from workflows.collections_round import CollectionsRoundWorkflow
from workflows.receipt import ReceiptsWorkflow

PROCESSES = {
    **PROCESS_PATHS,
    **CARD_PATHS,
    **LIMIT_PATHS,
    **MONEY_PATHS,
    **TICKET_PATHS,
    **RETURN_PATHS,
    **COLLECTION_PATHS,
    **DISPUTE_PATHS,
}


@pytest.mark.parametrize("path", PROCESSES.values(), ids=PROCESSES.keys())
async def test_a_process_does_this_and_ends_so(
    temporal_env: WorkflowEnvironment, path: ProcessPath
) -> None:
    async with played(product_client(temporal_env), path) as (_, steps, outcome):
        assert steps.performed == list(path.performed)
        assert outcome == path.outcome


@pytest.mark.parametrize(
    ("run", "step"),
    [
        (CasesBehindWorkflow.run, "recheck_behind"),
        (ReceiptsWorkflow.run, "receipts"),
        (CollectionsRoundWorkflow.run, "collection.round"),
    ],
)
async def test_a_round_that_waits_for_the_operator_is_tried_again_before_a_day_is_lost(
    temporal_env: WorkflowEnvironment, run: Callable[..., Any], step: str
) -> None:
    """While one round waits its schedule begins no other."""

    async def waits(process: Process) -> None:
        await eventually(lambda: needs_operator(process))

    script = {step: [failing(), 7]}
    path = ProcessPath(run, (), script, (step, step), 7, (waits, passed(ROUND_AGAIN / DAY)))
    async with played(product_client(temporal_env), path) as (_, steps, outcome):
        assert (steps.performed, outcome) == ([step, step], 7)


async def test_a_case_with_a_long_history_goes_on_in_a_new_run_once_everybody_is_answered(
    temporal_env: WorkflowEnvironment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(status_case, "LONGEST_HISTORY", 3)
    taken = at(TicketStatus.OPEN, 2, SPECIALIST)
    answered = at(TicketStatus.RESOLVED, 3, REOPENING)
    script = {
        "open": [NEW, taken, answered],
        "take": [taken],
        "answer": [answered],
        "lapse": [at(TicketStatus.CLOSED, 4, None)],
    }
    path = ticket(script, (), said("take"), said("answer"), passed(11))
    async with played(product_client(temporal_env), path) as (_, steps, outcome):
        opened = [step for step in steps.performed if step == "open"]
        assert len(opened) > 1, "what is said may come to a run that has just begun"
        assert [step for step in steps.performed if step != "open"] == ["take", "answer", "lapse"]
        assert outcome == path.outcome


async def test_a_run_that_goes_on_knows_that_the_operators_were_told(
    temporal_env: WorkflowEnvironment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A deadline of ours was missed; the run begins anew; what ends the wait clears the list."""
    monkeypatch.setattr(status_case, "LONGEST_HISTORY", 3)
    script = {"open": [NEW] * 9, "catch_up": [NEW], "take": [at(TicketStatus.CLOSED, 2, None)]}

    async def rechecked(process: Process) -> None:
        first = (await process.describe()).run_id
        await process.signal(RECHECK)

        async def goes_on() -> bool:
            return (await process.describe()).run_id != first

        await eventually(goes_on)

    path = ticket(script, (), missed, rechecked, said("take"))
    async with played(product_client(temporal_env), path) as (process, _, outcome):
        assert outcome == CLOSED
        assert not await needs_operator(process)
