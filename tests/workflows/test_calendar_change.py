"""A change of the bank calendar is stored once and told to every case that waits."""

from datetime import UTC, date, datetime
from uuid import uuid4

from temporalio import activity
from temporalio.testing import WorkflowEnvironment

from domain.calendar.calendar_change import CalendarChange, CalendarOutcome, CasePage, DayChange
from domain.refund.refund import RefundStatus
from tests.workflows.case_under_test import case_with, product_client, serving
from tests.workflows.fakes import FakeSteps
from workflows.calendar import CalendarChangeWorkflow

CHANGE = CalendarChange(
    (DayChange(date(2026, 12, 30), False),),
    (2028,),
    "указ",
    "orlov",
    datetime(2026, 11, 21, tzinfo=UTC),
)


class FakeCalendar:
    """Stores nothing; knows which cases wait, in pages."""

    def __init__(self, *pages: tuple[str, ...]) -> None:
        self.stored: list[CalendarChange] = []
        self._pages = [(f"page-{number}", page) for number, page in enumerate(pages, start=1)]

    @activity.defn(name="calendar.store")
    async def store(self, change: CalendarChange) -> None:
        self.stored.append(change)

    @activity.defn(name="calendar.waiting_cases")
    async def waiting_cases(self, after: str) -> CasePage:
        names = ["", *(name for name, _ in self._pages)]
        place = names.index(after)
        last = place == len(self._pages) - 1
        return CasePage(self._pages[place][1], None if last else self._pages[place][0])


async def changed(env: WorkflowEnvironment, calendar: FakeCalendar) -> CalendarOutcome:
    client = product_client(env)
    async with serving(client, calendar.store, calendar.waiting_cases) as queue:
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
    async with serving(client, calendar.store, calendar.waiting_cases) as queue:
        handle = await client.start_workflow(
            CalendarChangeWorkflow.run, CHANGE, id=f"calendar-{uuid4().hex}", task_queue=queue
        )
        await handle.execute_update("apply")
        assert calendar.stored == [CHANGE]
        await handle.result()
