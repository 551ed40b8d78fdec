"""What a refund by payment order costs: a run of one order is played, and one of several."""

from collections.abc import Sequence
from typing import NamedTuple

import pytest_asyncio

from bench.driver import Played
from bench.fixture import Fixture
from bench.history import Counts
from bench.report import (
    MAX_BANK_ACTIONS,
    MAX_BANK_EVENTS,
    MAX_ROUND_TRIPS_A_STATUS,
    UNSHOWN_BY_BANK,
    USUAL_RUN,
)
from bench.run import SAMPLE_RUN
from bench.sample import Talk, sample_processes


class Run(NamedTuple):
    """A run that was played: one of its cases, what they have together, and what was said."""

    own: Counts
    shared: Counts
    talk: Talk


@pytest_asyncio.fixture(scope="module")
async def runs(here: Fixture) -> tuple[Run, Run]:
    """A run of one order and a run of several, on the same processes."""
    async with sample_processes(here.stack) as sample, here.api(sample.api_url) as api:
        played: list[Played] = []

        async def play(orders: int) -> Talk:
            async def these() -> Sequence[str]:
                played.extend(await here.bank_refunds(api).play(orders, 1))
                return played[-1].own

            return await sample.talk_of(these, orders)

        single, several = await play(1), await play(SAMPLE_RUN)
    return (
        Run(await here.counts(played[0].own), await here.counts(played[0].shared), single),
        Run(await here.counts(played[-1].own), await here.counts(played[-1].shared), several),
    )


def test_a_refund_in_a_usual_run_stays_within_its_events_and_actions(
    runs: tuple[Run, Run],
) -> None:
    _, several = runs
    counts = several.own + several.shared / USUAL_RUN
    assert several.own.events < counts.events <= MAX_BANK_EVENTS
    assert several.own.actions < counts.actions <= MAX_BANK_ACTIONS


def test_a_run_and_its_statement_cost_the_same_however_many_orders_they_have(
    runs: tuple[Run, Run],
) -> None:
    single, several = runs
    assert single.own == several.own
    assert single.shared == several.shared


def test_a_payment_order_talks_with_nobody_outside(runs: tuple[Run, Run]) -> None:
    _, several = runs
    assert several.own.regular_activities == 0


def test_every_status_is_one_transaction_of_at_most_two_round_trips(
    runs: tuple[Run, Run],
) -> None:
    _, several = runs
    changes = several.talk.status_changes
    assert len(changes) == SAMPLE_RUN * (several.own.upserts + UNSHOWN_BY_BANK)
    assert {change.round_trips for change in changes} <= set(range(1, MAX_ROUND_TRIPS_A_STATUS + 1))


def test_an_order_in_a_longer_run_asks_the_database_less(runs: tuple[Run, Run]) -> None:
    single, several = runs
    assert sum(several.talk.transactions) < sum(single.talk.transactions)
