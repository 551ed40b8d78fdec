"""What a straight refund costs: what it has the server do, and the events that tell of it."""

from dataclasses import replace

from temporalio.testing import WorkflowEnvironment

from bench.history import Counts, counts_of
from tests.workflows.case_under_test import CaseUnderTest, case_with
from tests.workflows.fakes import FakeSteps
from tests.workflows.paths import straight

DONE = Counts(local_activities=6, regular_activities=1, upserts=2, timers=3, updates=3, actions=15)
"""No machine is so slow that it changes one of these."""
MOST_EVENTS = 40
"""Fewer when two things come in one workflow task: a payout may end before its case has heard that
it began. Never more, unless something comes while a task is open.
"""


async def counted(case: CaseUnderTest) -> Counts:
    """The case, its payout in it."""
    return counts_of((await case.handle.fetch_history()).events)


async def test_a_straight_refund_does_what_it_must_and_no_more(
    temporal_env: WorkflowEnvironment,
) -> None:
    async with case_with(temporal_env, FakeSteps()) as case:
        await straight(case)
        await case.outcome()
        counts = await counted(case)
    assert replace(counts, events=0) == DONE
    assert 0 < counts.events <= MOST_EVENTS
