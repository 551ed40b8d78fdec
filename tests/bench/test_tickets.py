"""What is told of tickets: one is played, a message comes by each way, and tables are made."""

from dataclasses import replace

import httpx2
import psycopg
import pytest

from bench.batches import Batch, Measured
from bench.desk_pages import DeskTimes
from bench.fixture import Fixture
from bench.history import Counts
from bench.interest import Interests, interest_rows, interest_targets, measure_interest
from bench.run import API, POSTGRES, TEMPORAL, WORKER
from bench.tickets import rows as filled
from bench.tickets.bot import BotMessages, linked
from bench.tickets.cases import Tickets
from bench.tickets.channels import Channels, Way, insert_bare
from bench.tickets.lists import CABINET, DESK
from bench.tickets.mail import Letters, fetch_bare
from bench.tickets.measure import TicketFigures, Work
from bench.tickets.report import (
    MAX_ACTIONS,
    MAX_EVENTS,
    case_rows,
    list_rows,
    ticket_targets,
    way_rows,
)

KIB = 1024
PROCESSES = (API, WORKER, TEMPORAL, POSTGRES)


async def test_a_ticket_costs_no_more_than_its_bound(here: Fixture) -> None:
    async with here.api(here.stack.api_url) as api:
        (ticket_id,) = await Tickets(here, api).play()
    counts = await here.counts((ticket_id,))
    assert (counts.updates, counts.regular_activities) == (4, 0)
    assert 0 < counts.events <= MAX_EVENTS
    assert 0 < counts.actions <= MAX_ACTIONS


async def test_a_message_comes_through_the_bot_and_by_mail_and_by_bare_ways(here: Fixture) -> None:
    stack = here.stack
    async with (
        here.api(stack.api_url) as api,
        await psycopg.AsyncConnection.connect(stack.database_url, autocommit=True) as database,
        httpx2.AsyncClient(base_url=stack.telegram_url, trust_env=False) as http,
    ):
        chats = await linked(Tickets(here, api), database, 1)
        bot, letters = (
            BotMessages(chats, http, database),
            Letters(stack, [chats[0].ticket], database),
        )
        assert await bot.send(1) > 0
        await bot.settled()
        assert await bot.calls() > 0
        assert await letters.send(1) > 0
        bare = stack.postgres.create_database("bare")
        assert await insert_bare(bare, 8) > 0
        assert fetch_bare(stack.mailbox.imap_port, bare, 1) > 0


def test_lists_are_filled_and_every_page_finds_what_it_asks_for(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filled, "NUMBERS", {**filled.NUMBERS, "clients": 10})
    filled.fill(database_url, 40)
    with psycopg.connect(database_url) as connection:
        counted = connection.execute(
            "SELECT (SELECT count(*) FROM tickets), (SELECT count(*) FROM ticket_words),"
            " (SELECT count(*) FROM ticket_words"
            "   WHERE words @@ websearch_to_tsquery('russian', 'счёт')),"
            " (SELECT count(*) FROM ticket_words"
            "   WHERE words @@ websearch_to_tsquery('russian', 'гаранти117'))"
        ).fetchone()
    assert counted == (40, 200, 200, 1)
    assert len({*CABINET, *DESK}) == len(CABINET) + len(DESK)


def batch(per_second: float, **ms: float) -> Batch:
    return Batch(10, 10 / per_second, dict.fromkeys(PROCESSES, 10.0) | ms)


FOUND = TicketFigures(
    measured=Measured({Work.NO_OP: [batch(40.0)], Work.TICKET: [batch(8.0)]}, {}),
    counts=Counts(events=MAX_EVENTS, actions=MAX_ACTIONS),
    transactions=30.0,
    channels=Channels(
        Measured({way: [batch(10.0 * number)] for number, way in enumerate(Way, 1)}, {}),
        {Way.BOT: 20.0, Way.MAIL: 15.0},
        7.0,
    ),
    memory_each=dict.fromkeys(PROCESSES, 60.0 * KIB),
    lists={"queue": DeskTimes(10.0, 50.0)},
)


def test_what_is_missed_is_said() -> None:
    assert [target.reached for target in ticket_targets(FOUND)] == [True] * 5
    missed = replace(
        FOUND,
        measured=Measured({Work.NO_OP: [batch(100.0)], Work.TICKET: [batch(8.0)]}, {}),
        counts=Counts(events=MAX_EVENTS + 1, actions=MAX_ACTIONS + 1),
        memory_each=dict.fromkeys(PROCESSES, 71.0 * KIB),
        lists={"queue": DeskTimes(10.0, 20.0), "search": DeskTimes(10.0, 50.1)},
    )
    assert [target.reached for target in ticket_targets(missed)] == [False] * 5


def test_tables_have_a_column_a_kind_and_say_what_a_bare_way_is_to_ours() -> None:
    assert {len(row) for row in case_rows(FOUND)} == {3}
    assert {len(row) for row in way_rows(FOUND)} == {1 + len(Way)}
    assert way_rows(FOUND)[-1] == ["… ÷ the bare way's", "0.333", "0.500", "–", "–"]
    assert list_rows(FOUND) == [["queue", "10.0", "50.0"]]


def test_interest_is_the_bare_loops_to_the_kopeck_and_its_bound_is_strict(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bench.interest.DEBTS", 60)
    monkeypatch.setattr("bench.interest.ROUNDS", 1)
    found = measure_interest()
    assert found.lines > 10
    assert len(interest_rows(found)[0]) == 4
    for speed, reached in ((10_000.0, True), (9_999.0, False)):
        (target,) = interest_targets(Interests([speed], [2 * speed], 64.0))
        assert target.reached is reached
