"""How fast messages come into tickets, beside bare ways of storing as many."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import partial

import httpx2
import psycopg

from bench.batches import Batch, Measured
from bench.database import Connection, Watch
from bench.driver import side_by_side
from bench.processes import BENCH_DATABASE
from bench.processor_time import between, less_idle, spent_ms
from bench.run import POSTGRES, TEMPORAL, WORKER
from bench.tickets.bot import TEXT, BotMessages, linked
from bench.tickets.cases import Tickets
from bench.tickets.mail import BARE_PUT, BARE_TABLE, Letters, fetch_bare
from stack.embedded import Stack

CHATS = 8
"""Accounts that write at once; a bare way has as many connections."""
MESSAGES = 3 * CHATS
"""Of a batch."""
BARE_OF_OURS = 20
"""A bare message is stored so soon that only a larger batch can be measured."""
IDLE_SECONDS = 5.0
BOT, MAIL_IN = "bot", "mail-in"


class Way(StrEnum):
    """How messages come."""

    BOT = "bot"
    MAIL = "mail"
    INSERT = "bare insert"
    FETCH = "bare fetch"


OURS = (Way.BOT, Way.MAIL)


@dataclass(frozen=True)
class Channels:
    """Batches of every way, a round at a time. `transactions`: of a message, committed by all;
    `calls`: of the Bot API for a message.
    """

    measured: Measured[Way]
    transactions: Mapping[Way, float]
    calls: float


@dataclass(frozen=True)
class _Channel:
    """Sends so many messages and answers the seconds; `settled` returns once nothing is left."""

    send: Callable[[int], Awaitable[float]]
    settled: Callable[[], Awaitable[None]]
    messages: int
    pids: Mapping[str, int]
    idle_a_second: Mapping[str, float] = field(default_factory=dict)


async def measure_channels(
    stack: Stack, tickets: Tickets, watch: Watch, rounds: int, said: Callable[[str], None]
) -> Channels:
    """Every way once a round, each round beginning with another one; then what ours commit."""
    async with AsyncExitStack() as opened:
        database = await opened.enter_async_context(
            await psycopg.AsyncConnection.connect(stack.database_url, autocommit=True)
        )
        http = await opened.enter_async_context(
            httpx2.AsyncClient(base_url=stack.telegram_url, trust_env=False)
        )
        chats = await linked(tickets, database, CHATS)
        bot = BotMessages(chats, http, database)
        letters = Letters(stack, [chat.ticket for chat in chats], database)
        ways = _ways(stack, bot, letters, watch)
        for way in ways.values():
            await _batch(way)  # warms
        ways = {name: await _rested(way) for name, way in ways.items()}
        measured = await _rounds(ways, rounds, said)
        calls, messages = await bot.calls(), (rounds + 1) * MESSAGES
        said("a batch more through the bot and by mail, their transactions counted")
        transactions = {way: await _commits_each(ways[way], watch) for way in OURS}
        return Channels(measured, transactions, calls / messages)


def _ways(stack: Stack, bot: BotMessages, letters: Letters, watch: Watch) -> Mapping[Way, _Channel]:
    pid = {name: process.pid for name, process in stack.processes.items()}
    behind = {WORKER: pid["worker"], TEMPORAL: pid["temporal"], POSTGRES: pid["postgres"]}
    url = stack.postgres.create_database(BENCH_DATABASE)

    async def told() -> None:
        await watch.mails_are_sent()
        await bot.settled()

    async def at_once() -> None:
        """A bare message leaves nothing to do."""

    bare = {POSTGRES: pid["postgres"]}

    async def fetch(messages: int) -> float:
        return await asyncio.to_thread(fetch_bare, stack.mailbox.imap_port, url, messages)

    return {
        Way.BOT: _Channel(bot.send, told, MESSAGES, {BOT: pid[BOT], **behind}),
        Way.MAIL: _Channel(letters.send, told, MESSAGES, {MAIL_IN: pid[MAIL_IN], **behind}),
        Way.INSERT: _Channel(partial(insert_bare, url), at_once, BARE_OF_OURS * MESSAGES, bare),
        Way.FETCH: _Channel(fetch, at_once, MESSAGES, bare),
    }


async def _rounds(
    ways: Mapping[Way, _Channel], rounds: int, said: Callable[[str], None]
) -> Measured[Way]:
    batches: dict[Way, list[Batch]] = {way: [] for way in Way}
    order = list(ways)
    for number in range(rounds):
        for way in order:
            batches[way].append(await _batch(ways[way]))
        order = [*order[1:], order[0]]
        speeds = ", ".join(f"{way} {batches[way][-1].per_second:.1f}" for way in Way)
        said(f"round {number + 1} of {rounds}, messages a second: {speeds}")
    return Measured(batches, {})


async def _rested(way: _Channel) -> _Channel:
    """The way with what its processes use while nobody writes."""
    before = spent_ms(way.pids)
    await asyncio.sleep(IDLE_SECONDS)
    used = between(before, spent_ms(way.pids))
    return replace(way, idle_a_second={name: ms / IDLE_SECONDS for name, ms in used.items()})


async def _batch(way: _Channel) -> Batch:
    """Processor time is of all until nothing is left to do; seconds are until all is taken."""
    before, began = spent_ms(way.pids), time.monotonic()
    seconds = await way.send(way.messages)
    await way.settled()
    used, passed = between(before, spent_ms(way.pids)), time.monotonic() - began
    idle = way.idle_a_second or dict.fromkeys(used, 0.0)
    return Batch(way.messages, seconds, less_idle(used, idle, passed))


async def _commits_each(way: _Channel, watch: Watch) -> float:
    """Transactions of one message, less what is committed in as long a quiet time."""
    rested = await watch.commits()
    begun = await watch.commits()
    await way.send(way.messages)
    await way.settled()
    ended = await watch.commits()
    idle = (begun.count - rested.count) / (begun.at - rested.at)
    return (ended.count - begun.count - idle * (ended.at - begun.at)) / way.messages


async def insert_bare(database_url: str, messages: int) -> float:
    """The seconds of storing so many texts durably, one transaction each, several at once."""
    connections = [
        await psycopg.AsyncConnection.connect(database_url, autocommit=True) for _ in range(CHATS)
    ]
    try:
        await connections[0].execute(BARE_TABLE)
        began, each = time.monotonic(), messages // CHATS
        await side_by_side([partial(_insert, one, each) for one in connections], CHATS)
        return time.monotonic() - began
    finally:
        await _close(connections)


async def _insert(connection: Connection, messages: int) -> None:
    for _ in range(messages):
        await connection.execute(BARE_PUT, (TEXT.encode(),))


async def _close(connections: Sequence[Connection]) -> None:
    for one in connections:
        await one.close()
