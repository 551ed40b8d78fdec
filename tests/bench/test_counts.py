"""What a straight refund costs in events, actions, transactions and round trips: one is played."""

from dataclasses import replace

import pytest_asyncio

from bench.fixture import Fixture
from bench.history import Counts
from bench.processes import supervised, worker_command
from bench.report import (
    MAX_ACTIONS,
    MAX_EVENTS,
    MAX_ROUND_TRIPS_A_STATUS,
    UNSHOWN,
)
from bench.sample import Talk, sample_processes
from bench.workloads import Kind


@pytest_asyncio.fixture(scope="module")
async def refund(here: Fixture) -> tuple[Counts, Talk]:
    """A refund on processes that have served one before."""
    async with sample_processes(here.stack) as sample, here.api(sample.api_url) as api:
        refunds = here.refunds(api)
        await sample.talk_of(refunds.play)
        talk = await sample.talk_of(refunds.play)
    return await here.counts(talk.workflow_ids), talk


@pytest_asyncio.fixture(scope="module")
async def skeletons(here: Fixture) -> tuple[Counts, Counts]:
    """The bare one and the naive one."""
    commands = [worker_command(here.stack, kind) for kind in (Kind.SKELETON, Kind.NAIVE)]
    async with supervised(*commands):
        bare, naive = await here.cases.skeleton(), await here.cases.naive()
    return await here.counts(bare), await here.counts(naive)


def test_a_refund_with_its_payout_stays_within_its_events_and_actions(
    refund: tuple[Counts, Talk],
) -> None:
    counts, _ = refund
    assert 0 < counts.events <= MAX_EVENTS
    assert 0 < counts.actions <= MAX_ACTIONS


def test_only_the_talk_with_the_outside_is_a_regular_activity(
    refund: tuple[Counts, Talk],
) -> None:
    counts, _ = refund
    assert (counts.regular_activities, counts.local_activities) == (1, 6)


def test_every_status_is_one_transaction_of_at_most_two_round_trips(
    refund: tuple[Counts, Talk],
) -> None:
    counts, talk = refund
    assert len(talk.status_changes) == counts.upserts + UNSHOWN
    assert {change.round_trips for change in talk.status_changes} <= set(
        range(1, MAX_ROUND_TRIPS_A_STATUS + 1)
    )


def test_besides_its_statuses_the_worker_only_looks_at_the_payout_writes_its_receipt_and_records_it(
    refund: tuple[Counts, Talk],
) -> None:
    _, talk = refund
    others = [one for one in talk.worker if one not in talk.status_changes]
    written = [
        [table for table in ("receipts", "payout_history") if one.writes(table)] for one in others
    ]
    assert written == [[], [], ["receipts"], ["payout_history"]]
    assert all(one.round_trips <= MAX_ROUND_TRIPS_A_STATUS for one in talk.worker)


def test_the_skeleton_has_the_shape_of_a_refund(
    refund: tuple[Counts, Talk], skeletons: tuple[Counts, Counts]
) -> None:
    bare, _ = skeletons
    assert bare == refund[0]


def test_the_naive_one_hears_and_waits_the_same_around_six_regular_activities(
    refund: tuple[Counts, Talk], skeletons: tuple[Counts, Counts]
) -> None:
    counts, (_, naive) = refund[0], skeletons
    assert naive == replace(
        naive,
        regular_activities=6,
        local_activities=0,
        updates=counts.updates,
        timers=counts.timers,
        upserts=0,
    )
