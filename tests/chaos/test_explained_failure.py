"""A play that fails says what was answered last, and where its case stands on both sides."""

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import httpx2
import pytest
from temporalio import activity
from temporalio.client import WorkflowUpdateStage
from temporalio.exceptions import ApplicationError

from activities.refund import RefundActivities
from bench.chaos.case_state import state_of, unforeseen
from bench.chaos.our_books import OurBooks
from bench.chaos.verdict import unlike_its_process
from domain.access.roles import Role
from domain.refund.refund import Change, TransitionResult
from simulation.api_client import ApiClient, Request
from simulation.expectation import Unexpected
from starter.api.http.auth import Caller
from tests.starter.caller import DEVELOPMENT_KEY
from tests.workflows.case_under_test import eventually
from tests.workflows.race import Race
from tests.workflows.status_race import race_of

CLIENT = Caller("client", Role.CLIENT, "client")


class FailingSteps(RefundActivities):
    """A worker that accepts nothing."""

    @activity.defn(name="refund.accept")
    async def accept(self, change: Change) -> TransitionResult:
        raise ApplicationError("the disk is full", type="CaseDiverged", non_retryable=True)


race = race_of(Race)


PROGRAM = """
import structlog
from environment import set_up_logs
set_up_logs()
log = structlog.get_logger()
log.info("worker.started", method="GET", path="/v1/refunds")
try:
    {}["way"]
except KeyError as error:
    log.error("api.failed", method="GET", path="/v1/refunds/refund-7-1", exc_info=error)
"""
"""Logs as the API does, of one answer that it could not foresee."""


def test_an_answer_that_nobody_foresaw_is_explained_by_the_log(tmp_path: Path) -> None:
    log = tmp_path / "api.log"
    with log.open("wb") as written:
        subprocess.run([sys.executable, "-c", PROGRAM], stderr=written, check=True)  # noqa: S603
    (told,) = unforeseen(log)
    assert told.startswith("GET /v1/refunds/refund-7-1 failed: Traceback")
    assert told.rstrip().endswith("KeyError: 'way'")


async def test_a_command_that_gets_no_answer_names_what_it_got() -> None:
    def busy(_: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(503, json={"code": "case_behind"})

    transport = httpx2.MockTransport(busy)
    async with httpx2.AsyncClient(transport=transport, base_url="http://api.example") as http:
        api = ApiClient(http, DEVELOPMENT_KEY, patience_seconds=0)
        with pytest.raises(Unexpected, match=r"/v1/refunds: .*503 .*case_behind"):
            await api.ask(CLIENT, Request("POST", "/v1/refunds"))


async def test_a_case_that_waits_for_the_operator_says_what_failed(race: Race) -> None:
    ours = OurBooks(race.books.connection.info.dsn)
    async with race.worker(FailingSteps(race.database)):
        case = await race.signed()
        await race.client.get_workflow_handle(case.id).start_update(
            "accept", {"by": "petrova"}, wait_for_stage=WorkflowUpdateStage.ACCEPTED
        )

        async def explained() -> bool:
            said = await state_of(race.client, ours, case.id)
            return "NeedsOperator True" in said and "the disk is full" in said

        await eventually(explained)
        said = await state_of(race.client, ours, case.id)
    assert "database under_review, change 3; process RUNNING" in said


async def test_a_case_that_is_nowhere_does_not_hide_the_failure(race: Race) -> None:
    ours = OurBooks(race.books.connection.info.dsn)
    assert "cannot be asked" in await state_of(race.client, ours, "refund-nowhere-1")


async def test_a_row_without_its_process_is_named(race: Race) -> None:
    row = SimpleNamespace(id="refund-nowhere-1", status="under_review")
    found = [one async for one in unlike_its_process(race.client, row, waited_for=True)]
    assert found == ["refund-nowhere-1: under_review, and it has no process"]
