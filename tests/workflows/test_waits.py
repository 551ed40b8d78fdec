"""How a case waits: reminders at their instants, escalations, ends, and what moves them."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from temporalio.testing import WorkflowEnvironment

from domain.access.roles import Role
from domain.case.waiting import Wait, next_moment
from domain.payout.payout import Channel
from domain.refund.refund import RefundStatus
from tests.workflows.case_under_test import CaseUnderTest, case_with
from tests.workflows.fakes import WAITS, FakeSteps

DAY = timedelta(days=1)
TOLERANCE = timedelta(seconds=5)
BEGIN = datetime.fromisoformat("2026-03-17T09:00:00+00:00")


def days_of(case: CaseUnderTest) -> list[tuple[int, bool]]:
    """On which day of the wait each nudge came, to within seconds; and whether it escalated."""
    assert case.opened.wait is not None
    begin = case.opened.wait.until - DAY * WAITS[case.opened.status].at_most
    found = [(reminder.at - begin, reminder.escalate) for reminder in case.steps.reminders]
    for after, _ in found:
        assert timedelta(0) <= after - DAY * (after // DAY) < TOLERANCE
    return [(after // DAY, escalate) for after, escalate in found]


async def test_the_client_is_reminded_three_times_and_then_the_case_expires(
    temporal_env: WorkflowEnvironment,
) -> None:
    async with case_with(temporal_env, FakeSteps()) as case:
        assert await case.pass_time(29 * DAY)
        assert days_of(case) == [(3, False), (10, False), (25, False)]
        assert not await case.pass_time(2 * DAY)
        assert (await case.outcome()).status is RefundStatus.EXPIRED
    assert days_of(case) == [(3, False), (10, False), (25, False)]


async def test_our_own_silence_is_escalated_ever_more_rarely_and_refuses_nobody(
    temporal_env: WorkflowEnvironment,
) -> None:
    async with case_with(
        temporal_env, FakeSteps(opens_in=RefundStatus.AWAITING_SPECIALIST)
    ) as case:
        assert await case.pass_time(4 * DAY)
        await case.shows(CaseStatus="awaiting_specialist", WaitingFor="specialist")
        assert "NeedsOperator" not in await case.attributes()
        assert await case.pass_time(36 * DAY)
        await case.shows(NeedsOperator=True)
        await case.command("calculate", "petrova", "calculation-1")
        await case.shows(NeedsOperator=False, CaseStatus="awaiting_statement", WaitingFor="client")
    escalated = [day for day, escalate in days_of(case) if escalate]
    assert [day for day, escalate in days_of(case) if not escalate] == [1, 2]
    assert escalated == [3, 5, 6, 8, 12, 20, 36]


async def test_reminders_whose_time_has_passed_are_not_made_up_for(
    temporal_env: WorkflowEnvironment,
) -> None:
    steps = FakeSteps(opens_in=RefundStatus.AWAITING_SPECIALIST)
    async with case_with(temporal_env, steps) as case:
        assert case.opened.wait is not None
        begin = case.opened.wait.until - 5 * DAY
        past = (begin - 3 * DAY, begin - 2 * DAY, begin - DAY)
        steps.moved_to = Wait(Role.SPECIALIST, begin + 5 * DAY, (*past, begin + DAY))
        await case.handle.signal("calendar_changed")
        await case.did("move_deadline system")
        assert await case.pass_time(4 * DAY)
    assert days_of(case) == [(1, False)]


async def test_a_reminder_that_fails_stops_nobody(temporal_env: WorkflowEnvironment) -> None:
    steps = FakeSteps(failures={"remind": 100})
    async with case_with(temporal_env, steps) as case:
        assert await case.pass_time(4 * DAY)
        assert (
            await case.command("sign", "client-1", "signature-1")
        ).status is RefundStatus.UNDER_REVIEW
    assert steps.tries["remind"] > 0
    assert "NeedsOperator" not in await case.attributes()


async def test_a_calendar_change_that_touches_nothing_changes_nothing(
    temporal_env: WorkflowEnvironment,
) -> None:
    async with case_with(
        temporal_env, FakeSteps(opens_in=RefundStatus.AWAITING_SPECIALIST)
    ) as case:
        before = await case.attributes()
        await case.handle.signal("calendar_changed")
        await case.did("move_deadline system")
        assert await case.attributes() == before
        await case.command("calculate", "petrova", "calculation-1")
    assert [change.number for change in case.steps.changes] == [3, 3]


async def test_a_moved_deadline_is_shown_and_waited_for(temporal_env: WorkflowEnvironment) -> None:
    steps = FakeSteps(opens_in=RefundStatus.AWAITING_SPECIALIST)
    async with case_with(temporal_env, steps) as case:
        assert case.opened.wait is not None
        until = case.opened.wait.until + 10 * DAY
        steps.moved_to = Wait(Role.SPECIALIST, until)
        await case.handle.signal("calendar_changed")
        await case.shows(WaitUntil=until)
        assert await case.pass_time(14 * DAY)
        assert steps.reminders == []


@pytest.mark.parametrize("ago", [timedelta(0), timedelta(days=400)])
async def test_a_credit_date_moved_into_the_past_closes_the_case_at_once(
    ago: timedelta, temporal_env: WorkflowEnvironment
) -> None:
    steps = FakeSteps()
    async with case_with(temporal_env, steps) as case:
        await _paid(case)
        assert case.opened.wait is not None
        begin = case.opened.wait.until - 30 * DAY
        steps.moved_to = Wait(Role.BANK, begin - ago)
        await case.handle.signal("calendar_changed")
        assert (await case.outcome()).status is RefundStatus.COMPLETED
        assert len(await case.events()) < 80


async def test_a_deadline_of_ours_moved_into_the_past_is_escalated_without_a_rush(
    temporal_env: WorkflowEnvironment,
) -> None:
    steps = FakeSteps(opens_in=RefundStatus.AWAITING_SPECIALIST)
    async with case_with(temporal_env, steps) as case:
        assert case.opened.wait is not None
        steps.moved_to = Wait(Role.SPECIALIST, case.opened.wait.until - 15 * DAY)
        await case.handle.signal("calendar_changed")
        await case.did("move_deadline system")
        assert await case.pass_time(30 * DAY)
        await case.shows(NeedsOperator=True)
    assert 1 <= len(steps.reminders) <= 3
    assert all(reminder.escalate for reminder in steps.reminders)


async def test_the_bank_that_stays_silent_is_asked_about_and_waited_for(
    temporal_env: WorkflowEnvironment,
) -> None:
    async with case_with(temporal_env, FakeSteps(channel=Channel.BANK)) as case:
        await case.command("sign", "client-1", "signature-1")
        await case.command("accept", "petrova")
        await case.pays()
        assert await case.pass_time(6 * DAY)
        await case.shows(NeedsOperator=True)
        await case.did("escalate bank", times=2)
        assert (await case.attributes())["CaseStatus"] == "paying"


async def _paid(case: CaseUnderTest) -> None:
    await case.command("sign", "client-1", "signature-1")
    await case.command("accept", "petrova")
    await case.did("complete system")


instants = st.timedeltas(timedelta(0), timedelta(days=60)).map(lambda after: BEGIN + after)


def _wait(until: datetime, remind_at: list[datetime], escalate_at: datetime | None) -> Wait:
    return Wait(Role.SPECIALIST, until, tuple(remind_at), escalate_at)


waits = st.builds(_wait, instants, st.lists(instants, max_size=4), st.none() | instants)


@given(waits, instants)
def test_the_next_moment_always_lies_ahead(wait: Wait, after: datetime) -> None:
    assert next_moment(wait, after) > after


@given(waits, instants)
def test_no_moment_is_passed_over(wait: Wait, after: datetime) -> None:
    named = [*wait.remind_at, wait.until, *([wait.escalate_at] if wait.escalate_at else [])]
    following = next_moment(wait, after)
    assert not [moment for moment in named if after < moment < following]


@given(instants)
def test_past_the_end_each_pause_is_longer_than_the_last(until: datetime) -> None:
    moments = [until]
    for _ in range(6):
        moments.append(next_moment(Wait(Role.SPECIALIST, until), moments[-1]))
    pauses = [later - earlier for earlier, later in pairwise(moments)]
    assert pauses == sorted(set(pauses))
