"""What a renewal by transfer costs: one is played, and several that one statement pays."""

from collections.abc import Sequence
from typing import NamedTuple

import pytest_asyncio

from bench.driver import Played
from bench.fixture import Fixture
from bench.history import Counts
from bench.report import (
    MAX_RENEWAL_ACTIONS,
    MAX_RENEWAL_EVENTS,
    MAX_ROUND_TRIPS_A_STATUS,
    MAX_ROUND_TRIPS_AN_ORDER,
    USUAL_RUN,
)
from bench.run import SAMPLE_RUN
from bench.sample import ISSUED, Talk, sample_processes


class Paid(NamedTuple):
    """What one statement paid: one of its cases, what they have together, and what was said."""

    own: Counts
    shared: Counts
    talk: Talk


@pytest_asyncio.fixture(scope="module")
async def paid(here: Fixture) -> tuple[Paid, Paid]:
    """A statement of one payment and a statement of several, on the same processes."""
    async with sample_processes(here.stack) as sample, here.api(sample.api_url) as api:
        renewals = here.renewals(api)
        played: list[Played] = []

        async def play(cases: int) -> Talk:
            async def these() -> Sequence[str]:
                played.extend(await renewals.play(cases, 1))
                return played[-1].own

            return await sample.talk_of(these, cases)

        single, several = await play(1), await play(SAMPLE_RUN)
    return (
        Paid(await here.counts(played[0].own), await here.counts(played[0].shared), single),
        Paid(await here.counts(played[-1].own), await here.counts(played[-1].shared), several),
    )


def test_a_renewal_in_a_usual_statement_stays_within_its_events_and_actions(
    paid: tuple[Paid, Paid],
) -> None:
    _, several = paid
    counts = several.own + several.shared / USUAL_RUN
    assert several.own.events < counts.events <= MAX_RENEWAL_EVENTS
    assert several.own.actions < counts.actions <= MAX_RENEWAL_ACTIONS


def test_a_case_and_its_statement_cost_the_same_however_many_payments_come(
    paid: tuple[Paid, Paid],
) -> None:
    single, several = paid
    assert single.own == several.own
    assert single.shared == several.shared


def test_no_step_of_a_case_is_a_regular_activity(paid: tuple[Paid, Paid]) -> None:
    _, several = paid
    assert several.own.regular_activities == 0


def test_every_status_is_one_transaction_and_only_an_order_needs_a_third_round_trip(
    paid: tuple[Paid, Paid],
) -> None:
    _, several = paid
    changes = several.talk.status_changes
    assert len(changes) == SAMPLE_RUN * several.own.upserts
    most = {False: MAX_ROUND_TRIPS_A_STATUS, True: MAX_ROUND_TRIPS_AN_ORDER}
    assert [one for one in changes if one.round_trips > most[one.writes(ISSUED)]] == []
    assert sum(one.writes(ISSUED) for one in changes) == SAMPLE_RUN


def test_a_payment_in_a_longer_statement_asks_the_database_less(paid: tuple[Paid, Paid]) -> None:
    single, several = paid
    assert sum(several.talk.transactions) < sum(single.talk.transactions)
