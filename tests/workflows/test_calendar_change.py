"""A change of the bank calendar is stored once and told to every case that waits."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest
from temporalio import activity
from temporalio.client import WorkflowFailureError
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment

from domain.calendar.calendar_change import CalendarChange, CalendarOutcome, CasePage, DayChange
from domain.notification.notification import StepFailure
from domain.refund.refund import RefundStatus
from tests.workflows.case_under_test import case_with, eventually, product_client, serving
from tests.workflows.fakes import FakeSteps
from workflows.calendar import CalendarChangeWorkflow
from workflows.case.kernel import NEEDS_OPERATOR
from workflows.case.resolution import RetryRequest

CHANGE = CalendarChange(
    (DayChange(date(2026, 12, 30), False),),
    (2028,),
    "указ",
    "orlov",
    datetime(2026, 11, 21, tzinfo=UTC),
)


class FakeCalendar:
    """Stores nothing; knows which cases wait, in pages. `fails` names the steps that fail for good,
    once each; `loses`: what it stores has no answer.
    """

    def __init__(
        self, *pages: tuple[str, ...], fails: Sequence[str] = (), loses: bool = False
    ) -> None:
        self.stored: list[CalendarChange] = []
        self._pages = [(f"page-{number}", page) for number, page in enumerate(pages, start=1)]
        self._fails = list(fails)
        self._loses = loses

    @property
    def steps(self) -> list[Callable[..., Any]]:
        """All of them."""
        return [self.store, self.is_stored, self.waiting_cases, self.notify]

    def _fail(self, step: str) -> None:
        if step in self._fails:
            self._fails.remove(step)
            raise ApplicationError("the database is away", type="CaseDiverged")

    @activity.defn(name="calendar.store")
    async def store(self, change: CalendarChange) -> None:
        self._fail("store")
        self.stored.append(change)
        if self._loses:
            raise ApplicationError("no answer to COMMIT", type="CaseDiverged")

    @activity.defn(name="calendar.is_stored")
    async def is_stored(self, change: CalendarChange) -> bool:
        return change in self.stored

    @activity.defn(name="operators.notify")
    async def notify(self, failure: StepFailure) -> None:
        """Nobody is told."""

    @activity.defn(name="calendar.waiting_cases")
    async def waiting_cases(self, after: str) -> CasePage:
        self._fail("waiting_cases")
        names = ["", *(name for name, _ in self._pages)]
        place = names.index(after)
        last = place == len(self._pages) - 1
        return CasePage(self._pages[place][1], None if last else self._pages[place][0])


async def changed(env: WorkflowEnvironment, calendar: FakeCalendar) -> CalendarOutcome:
    client = product_client(env)
    async with serving(client, *calendar.steps) as queue:
        return await client.execute_workflow(
            CalendarChangeWorkflow.run, CHANGE, id=f"calendar-{uuid4().hex}", task_queue=queue
        )


async def test_every_waiting_case_is_told_and_an_ended_one_is_passed_over(
    temporal_env: WorkflowEnvironment,
) -> None:
    async with (
        case_with(temporal_env, FakeSteps(opens_in=RefundStatus.AWAITING_SPECIALIST)) as first,
        case_with(temporal_env, FakeSteps(opens_in=RefundStatus.AWAITING_SPECIALIST)) as second,
        case_with(temporal_env, FakeSteps()) as ended,
        case_with(temporal_env, FakeSteps()) as not_asked,
    ):
        await ended.command("withdraw", "client-1")
        await ended.outcome()
        calendar = FakeCalendar(
            (first.request.refund_id, ended.request.refund_id),
            (second.request.refund_id, "refund-never-1"),
        )
        assert await changed(temporal_env, calendar) == CalendarOutcome(1, 2)
        await first.did("move_deadline system")
        await second.did("move_deadline system")
    assert calendar.stored == [CHANGE]
    assert "move_deadline system" not in ended.steps.performed + not_asked.steps.performed


async def test_nobody_waits_and_nobody_is_told(temporal_env: WorkflowEnvironment) -> None:
    assert await changed(temporal_env, FakeCalendar(())) == CalendarOutcome(1, 0)


async def test_whoever_asked_hears_when_the_change_is_stored(
    temporal_env: WorkflowEnvironment,
) -> None:
    client, calendar = product_client(temporal_env), FakeCalendar(())
    async with serving(client, *calendar.steps) as queue:
        handle = await client.start_workflow(
            CalendarChangeWorkflow.run, CHANGE, id=f"calendar-{uuid4().hex}", task_queue=queue
        )
        await handle.execute_update("apply")
        assert calendar.stored == [CHANGE]
        await handle.result()


async def test_a_database_that_is_away_longer_than_the_tries_last_is_waited_for(
    temporal_env: WorkflowEnvironment,
) -> None:
    """What is stored is told to everybody, however late."""
    client, calendar = product_client(temporal_env), FakeCalendar((), fails=["waiting_cases"])
    async with serving(client, *calendar.steps) as queue:
        handle = await client.start_workflow(
            CalendarChangeWorkflow.run, CHANGE, id=f"calendar-{uuid4().hex}", task_queue=queue
        )

        async def waits() -> bool:
            shown = (await handle.describe()).typed_search_attributes
            return shown.get(NEEDS_OPERATOR) is True

        await eventually(waits)
        await handle.execute_update("apply")
        await handle.signal("retry_failed_step", RetryRequest("orlov"))
        assert await handle.result() == CalendarOutcome(1, 0)


async def test_a_change_whose_commit_had_no_answer_is_told_all_the_same(
    temporal_env: WorkflowEnvironment,
) -> None:
    async with case_with(
        temporal_env, FakeSteps(opens_in=RefundStatus.AWAITING_SPECIALIST)
    ) as case:
        calendar = FakeCalendar((case.request.refund_id,), loses=True)
        assert await changed(temporal_env, calendar) == CalendarOutcome(1, 1)
        await case.did("move_deadline system")


async def test_a_change_that_is_not_stored_in_time_is_never_stored(
    temporal_env: WorkflowEnvironment,
) -> None:
    """It would undo what an operator has changed since."""
    calendar = FakeCalendar((), fails=["store"])
    with pytest.raises(WorkflowFailureError):
        await changed(temporal_env, calendar)
    assert calendar.stored == []
