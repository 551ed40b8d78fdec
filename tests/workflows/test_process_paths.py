"""The processes beside the refund do what they are told to do, in order, and end as they must."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from temporalio.testing import WorkflowEnvironment

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
    retried,
)
from tests.workflows.return_paths import RETURN_PATHS
from tests.workflows.ticket_paths import (
    NEW,
    REOPENING,
    SPECIALIST,
    TICKET_PATHS,
    at,
    passed,
    said,
    sent,
    signalled,
    ticket,
)
from workflows.case import status_case

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


async def test_a_changed_calendar_is_heard_before_a_case_goes_on_in_a_new_run(
    temporal_env: WorkflowEnvironment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It comes while a step fails, and nothing waits that it could wake."""
    monkeypatch.setattr(status_case, "LONGEST_HISTORY", 3)
    answered = at(TicketStatus.RESOLVED, 4, REOPENING)
    script: Mapping[str, Sequence[Any]] = {
        "open": [NEW, answered],
        "take": [failing(), failing(), at(TicketStatus.OPEN, 2, SPECIALIST)],
        "move_deadline": [at(TicketStatus.OPEN, 3, SPECIALIST)],
        "answer": [answered],
        "lapse": [at(TicketStatus.CLOSED, 5, None)],
    }
    moved = (sent("take"), needed, signalled("calendar_changed"), retried)
    path = ticket(script, (), *moved, said("answer"), passed(11))
    async with played(product_client(temporal_env), path) as (_, steps, outcome):
        assert [step for step in steps.performed if step != "open"] == [
            *("take", "take", "take", "move_deadline", "answer", "lapse"),
        ]
        assert outcome == path.outcome


async def needed(process: Process) -> None:
    """The operator is waited for."""
    await eventually(lambda: needs_operator(process))
