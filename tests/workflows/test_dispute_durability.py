"""What a dispute waits for is there, and is heard of: whatever fails, and whenever it ends."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from temporalio.client import WorkflowExecutionStatus, WorkflowHandle, WorkflowUpdateFailedError
from temporalio.common import RetryPolicy
from temporalio.testing import ActivityEnvironment

from activities.case import behind
from activities.case.behind import BehindActivities
from activities.dispute import beginning, taken_back
from activities.dispute.taken_back import TakenBackActivities
from activities.refund import RefundActivities
from db.database import Database
from domain.dispute.taken_back import TakenBackLook
from domain.refund.refund import AskedLine, Change
from tests.activities.walk import opened
from tests.db.test_taken_back import TAKEN_BACK
from tests.patience import PATIENCE_SECONDS
from tests.workflows.case_under_test import eventually
from tests.workflows.dispute_race import SPECIALIST, DisputeRace, RacedDispute
from tests.workflows.status_race import race_of
from workflows.case.kernel import NEEDS_OPERATOR
from workflows.case.resolution import Resolution, ResolutionAction
from workflows.case.retries import DATABASE, OUTSIDE

ROUND = 1_000
"""More notes than the tests of a module leave."""

race = race_of(DisputeRace)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A step has one try before the operator is asked; what does not answer is soon left alone."""
    for options in (DATABASE, OUTSIDE):
        monkeypatch.setitem(options, "retry_policy", RetryPolicy(maximum_attempts=1))
    monkeypatch.setattr(beginning, "OPENED_SECONDS", 0.5)


@contextmanager
def refused(race: DisputeRace, table: str, rule: str) -> Iterator[None]:
    """The database takes no row of a table, for a while, that breaks a rule."""
    connection = race.books.connection
    adding = f"ALTER TABLE {table} ADD CONSTRAINT for_a_while CHECK ({rule}) NOT VALID"
    connection.execute(adding.encode())
    try:
        yield
    finally:
        connection.execute(f"ALTER TABLE {table} DROP CONSTRAINT for_a_while".encode())


async def needs_operator(handle: WorkflowHandle[Any, Any]) -> bool:
    return (await handle.describe()).typed_search_attributes.get(NEEDS_OPERATOR) is True


async def resolved(handle: WorkflowHandle[Any, Any], action: ResolutionAction) -> None:
    await handle.execute_update("resolve_failed_step", Resolution(action, "orlov", "проверено"))


async def decided(dispute: RacedDispute, kopecks: int = 900_000) -> None:
    """For the client, with all the money, or as much as is left of it."""
    given = dispute.decision(outcome="resolved_client", awarded_kopecks=kopecks)
    await dispute.command("decide", SPECIALIST, given)


async def test_an_opening_that_an_operator_gave_up_leaves_the_dispute_with_an_operator(
    race: DisputeRace, impatient: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It waits for no refund that is not there; retried, it begins the refund anew."""
    async with race.worker():
        dispute = await race.reviewed()
        refund = race.client.get_workflow_handle(f"refund-{dispute.invoice}-1")

        async def has_failed() -> bool:
            return (await refund.describe()).status is WorkflowExecutionStatus.FAILED

        with refused(race, "refunds", f"invoice_number <> '{dispute.invoice}'"):
            await decided(dispute)
            await eventually(lambda: needs_operator(dispute.handle))
            await eventually(lambda: needs_operator(refund))
            await resolved(refund, ResolutionAction.ABORT)
            await eventually(has_failed)
            assert (dispute.status, dispute.row.refund_id) == ("resolved_client", None)
        monkeypatch.setattr(beginning, "OPENED_SECONDS", PATIENCE_SECONDS)
        await resolved(dispute.handle, ResolutionAction.RETRY)
        await dispute.until("performing")
        assert dispute.row.refund_id == refund.id
        assert race.books.rows("SELECT FROM refunds WHERE id = %(id)s", id=refund.id)


async def test_what_was_decided_is_never_given_up(race: DisputeRace, impatient: None) -> None:
    async with race.worker():
        dispute = await race.reviewed()
        with refused(race, "refunds", f"invoice_number <> '{dispute.invoice}'"):
            await decided(dispute)
            await eventually(lambda: needs_operator(dispute.handle))
            with pytest.raises(WorkflowUpdateFailedError) as failed:
                await resolved(dispute.handle, ResolutionAction.ABORT)
        assert getattr(failed.value.cause, "type", None) == "not_abortable"


async def test_a_refund_that_ends_while_its_dispute_begins_to_wait_for_it_is_heard_of(
    race: DisputeRace, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The client withdraws its refund: its transaction begins before the dispute has stored that it
    waits for it, and is over after the dispute has looked.
    """
    monkeypatch.setattr(behind, "SHOWN_AFTER_SECONDS", 0.0)
    for limit in ("LOCK_TIMEOUT_MS", "STATEMENT_TIMEOUT_MS"):
        monkeypatch.setattr(f"db.database.{limit}", int(PATIENCE_SECONDS * 1000))
    async with race.worker(), Database(database_url, answer_seconds=PATIENCE_SECONDS) as slow:
        dispute = await race.reviewed()
        asked = (AskedLine(1, 100_000),)
        walk = await opened(race.database, race.books, dispute.invoice, asked=asked)
        withdrawal = Change(walk.refund_id, walk.result.changes + 1, datetime.now(UTC), "client")
        with stopped(database_url, "refund", "cancelled") as refunds:
            with stopped(database_url, "dispute", "performing") as disputes:
                await decided(dispute, 800_000)
                await eventually(lambda: wait_for_a_row(race, 1))
                withdrawing = asyncio.create_task(RefundActivities(slow).withdraw(withdrawal))
                await eventually(lambda: wait_for_a_row(race, 2))
                disputes.commit()
            await dispute.has_come("performing")
            await eventually(dispute.rests)
            refunds.commit()
        await withdrawing
        steps = BehindActivities(race.database)
        await ActivityEnvironment(client=race.client).run(steps.recheck_behind, ROUND)
        await dispute.until("review")


@contextmanager
def stopped(database_url: str, case: str, status: str) -> Iterator[psycopg.Connection[Any]]:
    """Whoever moves a case to a status stops when all but its history is written."""
    moves = f"SELECT FROM {case}_moves WHERE to_status = '{status}' FOR UPDATE"
    with psycopg.connect(database_url) as connection:
        connection.execute(moves.encode())
        yield connection


async def wait_for_a_row(race: DisputeRace, how_many: int) -> bool:
    sql = (
        "SELECT count(*) AS n FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    return bool(race.books.row(sql).n == how_many)


async def test_a_chargeback_whose_taking_was_given_up_is_taken_by_the_next_look(
    race: DisputeRace, impatient: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What an operator gave up is no answer to whoever asks again."""
    async with race.worker():
        dispute = await race.reviewed()
        payment = race.books.row(
            "SELECT acquirer_payment_id AS id FROM payments WHERE invoice_number = %(n)s",
            n=dispute.invoice,
        ).id
        found = {"invariant": "charged_back", "subject": dispute.id, "payment": payment}
        race.books.connection.execute(TAKEN_BACK, {**found, "kopecks": 1})
        look = TakenBackActivities(race.database, race.gateway).dispute
        environment = ActivityEnvironment(client=race.client)
        with (
            monkeypatch.context() as patched,
            refused(
                race, "dispute_history", f"dispute_id <> '{dispute.id}' OR to_status <> 'outside'"
            ),
        ):
            patched.setattr(taken_back, "ANSWER_SECONDS", 0.5)
            await environment.run(look, TakenBackLook(payment))
            await eventually(lambda: needs_operator(dispute.handle))
            await resolved(dispute.handle, ResolutionAction.ABORT)
        await environment.run(look, TakenBackLook(payment))
        await dispute.until("outside")
