"""What a straight refund and a ticket cost: what they have the server do, and the events that tell
of it.
"""

from dataclasses import replace

from temporalio.testing import WorkflowEnvironment

from bench.history import Counts, counts_of
from domain.ticket.ticket import TicketStatus
from tests.workflows.case_under_test import CaseUnderTest, case_with
from tests.workflows.fakes import FakeSteps
from tests.workflows.paths import straight
from tests.workflows.process_paths import played
from tests.workflows.ticket_paths import (
    CLIENT,
    NEW,
    REOPENING,
    SPECIALIST,
    at,
    passed,
    said,
    ticket,
)

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


TICKET = ticket(
    {
        "open": [NEW],
        "answer": [
            at(TicketStatus.WAITING_CLIENT, 2, CLIENT),
            at(TicketStatus.RESOLVED, 4, REOPENING),
        ],
        "reply": [at(TicketStatus.OPEN, 3, SPECIALIST)],
        "lapse": [at(TicketStatus.CLOSED, 5, None)],
    },
    ("open", "answer", "reply", "answer", "lapse"),
    said("answer"),
    said("reply"),
    said("answer"),
    passed(11),
)
"""Opened, answered, replied to, answered and held for settled, closed by time."""
MOST_TICKET_EVENTS = 42
OF_TICKET = Counts(local_activities=5, upserts=4, timers=4, updates=4, actions=18)


async def test_a_ticket_does_what_it_must_and_no_more(temporal_env: WorkflowEnvironment) -> None:
    async with played(temporal_env.client, TICKET) as (process, steps, _):
        counts = counts_of((await process.fetch_history()).events)
    assert steps.performed == list(TICKET.performed)
    assert replace(counts, events=0) == OF_TICKET
    assert 0 < counts.events <= MOST_TICKET_EVENTS
