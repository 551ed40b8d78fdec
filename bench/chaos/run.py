"""One run: load a fresh stack, play under the storm, wait for quiet, judge."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import chain, zip_longest
from random import Random

from temporalio.client import Client

from bench.chaos import money_verdict, verdict
from bench.chaos.allocator import Allocator
from bench.chaos.bank_verdict import BankMoney, bank_money
from bench.chaos.case_play import CasePlay
from bench.chaos.case_state import state_of, unforeseen
from bench.chaos.desk import Desk, DeskLog
from bench.chaos.letters import Post
from bench.chaos.money_verdict import MoneyIn
from bench.chaos.order_scenarios import draw_orders
from bench.chaos.orders import Orders, Surroundings
from bench.chaos.our_books import OurBooks
from bench.chaos.play import Days, Play
from bench.chaos.renewal_play import RenewalPlay
from bench.chaos.renewal_scenarios import RenewalPlan, draw_renewals
from bench.chaos.scenarios import Plan, draw_plans
from bench.chaos.storm import EVERY_ROUND, Storm, faults
from bench.chaos.transfers import Transfers
from bench.chaos.writer_play import WriterPlay
from bench.chaos.writer_scenarios import draw_writers
from bench.chaos.writers import Writers, counted, ours_among, writers
from domain.calendar.bank_calendar import moscow_date
from simulation.api_client import ApiClient
from simulation.command_line import run_starter
from simulation.dataset import data_set
from simulation.expectation import Unexpected
from simulation.loading import load
from simulation.sandboxes import Acquirer, Bank
from simulation.terminal import Terminal
from stack.embedded import Stack

RESTARTS = 10_000
"""Nothing is given up here: it is we who kill."""
SEEDS = 1_000_000
PATIENCE_SECONDS = 240.0
"""How long a caller repeats one request while processes die."""
QUIET_LIMIT_SECONDS = 180.0
"""How long the stack may need, once nothing is killed any more, until nothing is left to do."""
LOOK_SECONDS = 0.5
KINDS_OF_ORDERS = 3
"""Unpaid, disputed, returned."""


Played = Play | RenewalPlay | CasePlay
"""A play that waits for its turn."""


@dataclass(frozen=True)
class Size:
    """How many invoices are refunded, how many subscriptions renewed, how many clients write to
    support; how many orders are unpaid, how many disputed, how many returned. The storm ends once
    the last of them are at it, or after its limit, but never before `min_kills`, nor before each
    process of `EVERY_ROUND` has died.
    """

    count: int
    seed: int
    renewals: int
    writers: int
    orders: int
    at_once: int = 12
    min_kills: int = 8
    storm_limit_seconds: float | None = None

    @property
    def plays(self) -> int:
        """Of all kinds together."""
        return self.count + self.renewals + self.writers + KINDS_OF_ORDERS * self.orders


@dataclass(frozen=True)
class Stormed:
    """What the storm did. `failed` are plays whose people were refused or left unanswered."""

    kills: Counter[str]
    faults: int
    seconds: float
    failed: Sequence[str]


@dataclass(frozen=True)
class Outcome:
    """Everything that is reported. `wrong` names what must not be, with ids; empty is a success."""

    size: Size
    storm: Stormed
    heard: Counter[str]
    endings: Counter[str]
    channels: Counter[str]
    attempts: Counter[str]
    money: verdict.Money
    bank: BankMoney
    money_in: MoneyIn
    renewals: Counter[str]
    orders: Counter[str]
    log: DeskLog
    notified: verdict.Notified
    written: Counter[str]
    replayed: int
    seconds: float
    wrong: Sequence[str]


@dataclass(frozen=True)
class Fixture:
    """A loaded stack and everything that is asked of it."""

    stack: Stack
    api: ApiClient
    post: Post
    days: Days
    ours: OurBooks
    acquirer: Acquirer
    bank: Bank
    transfers: Transfers
    allocator: Allocator
    desk: Desk
    client: Client
    plans: Sequence[Plan]
    renewals: Sequence[RenewalPlan]
    writers: Writers
    orders: Orders


def fresh_stack() -> Stack:
    """As in production: durable, and every letter kept."""
    return Stack.fresh(restarts_limit=RESTARTS)


async def run(stack: Stack, terminal: Terminal, size: Size) -> Outcome:
    """Plays and judges; whatever went wrong is in the outcome, with the ids."""
    began = time.monotonic()
    rng = Random(size.seed)  # noqa: S311 - chance that can be repeated, not a secret
    async with load_fixture(stack, terminal, size, rng) as here:
        terminal.event("driver", _announced(size))
        stormed = await _stormed(here, size, rng)
        terminal.event("driver", f"the storm is over: {stormed.kills.total()} kills")
        unquiet = await _quiet(here)
        terminal.event("driver", "all is quiet" if not unquiet else "it does not become quiet")
        return await _judged(here, size, stormed, unquiet, rng, began)


@asynccontextmanager
async def load_fixture(
    stack: Stack, terminal: Terminal, size: Size, rng: Random
) -> AsyncIterator[Fixture]:
    """Registers the invoices while everything is still honest and alive."""
    today = moscow_date(datetime.now(UTC))
    data = data_set(today)
    plans = draw_plans(size.count, rng, data.clients, today)
    renewals = draw_renewals(size.renewals, rng, today)
    orders = draw_orders(size.orders, Random(size.seed), today)  # noqa: S311 - as above
    invoices = (*(plan.invoice for plan in plans), *orders.invoices)
    data = replace(data, others=(*data.others, *invoices))
    key = stack.environment["KOPEYKA_DEVELOPMENT_KEY"]
    async with AsyncExitStack() as cleanup:
        api = ApiClient.to(
            stack.api_url, key, patience_seconds=PATIENCE_SECONDS, outlives_processes=True
        )
        await cleanup.enter_async_context(api)
        acquirer = await cleanup.enter_async_context(Acquirer(stack.acquirer_url))
        bank = await cleanup.enter_async_context(Bank(stack.bank_url))
        terminal.event("billing", await load(api, acquirer, data))
        client = await Client.connect(stack.temporal_address)
        post, ours = Post(stack.mailbox.journal), OurBooks(stack.database_url)
        transfers = Transfers(bank, today)
        allocator = Allocator(api, transfers)
        mood = Random(rng.randrange(SEEDS))  # noqa: S311 - as above
        asking = draw_writers(size.writers, Random(size.seed))  # noqa: S311 - as above
        writing = await cleanup.enter_async_context(writers(stack, api, post, ours, asking))
        desk = Desk(api, bank, ours, allocator, today, mood)
        days = Days(client)
        around = Surroundings(api, post, days, ours, acquirer, desk.comes_back)
        yield Fixture(
            stack=stack,
            api=api,
            post=post,
            days=days,
            ours=ours,
            acquirer=acquirer,
            bank=bank,
            transfers=transfers,
            allocator=allocator,
            desk=desk,
            client=client,
            plans=plans,
            renewals=renewals,
            writers=writing,
            orders=around.orders(orders),
        )


async def _stormed(here: Fixture, size: Size, rng: Random) -> Stormed:
    """Plays everything; kills and faults stop on time, the last refunds end in the calm."""
    began = time.monotonic()
    await here.acquirer.misbehave(faults(rng.randrange(SEEDS)))
    storm = Storm(here.stack, rng)
    weather = here.writers.storm(Random(size.seed))  # noqa: S311 - as above
    raging = asyncio.gather(storm.rage(), weather)
    played: asyncio.Queue[str | None] = asyncio.Queue()
    playing = asyncio.create_task(_play_all(here, size.at_once, played))
    try:
        while not _is_spent(  # noqa: ASYNC110 - the clock and two counts decide together
            size, storm, played.qsize(), time.monotonic() - began
        ):
            await asyncio.sleep(LOOK_SECONDS)
    finally:
        raging.cancel()
        await asyncio.gather(raging, return_exceptions=True)
    seconds, fired = time.monotonic() - began, await here.acquirer.fired()
    await here.acquirer.misbehave([])
    await here.writers.calm()
    here.desk.calm_down()
    await playing
    outcomes = [played.get_nowait() for _ in range(size.plays)]
    return Stormed(storm.kills, fired, seconds, [one for one in outcomes if one is not None])


def _is_spent(size: Size, storm: Storm, played: int, seconds: float) -> bool:
    if storm.kills.total() < size.min_kills or not storm.kills.keys() >= set(EVERY_ROUND):
        return False
    limit = size.storm_limit_seconds
    return played >= size.plays - size.at_once or (limit is not None and seconds > limit)


async def _play_all(here: Fixture, at_once: int, played: asyncio.Queue[str | None]) -> None:
    """Some at a time, but all who write to support at once; each puts down None when it went well,
    otherwise what its people met. The accountant works as long as anybody plays.
    """
    over = asyncio.Event()
    working = asyncio.create_task(here.desk.work(over))
    slots = asyncio.Semaphore(at_once)

    async def one(name: str, played_by: Played | WriterPlay) -> None:
        try:
            await played_by.play()
        except Exception as error:
            met = [f"{name}: {type(error).__name__}: {error}"]
            met += [await state_of(here.client, here.ours, one) for one in played_by.cases]
            await played.put(" ".join(met))
        else:
            await played.put(None)

    async def in_turn(name: str, played_by: Played) -> None:
        async with slots:
            await one(name, played_by)

    async def write(writer: WriterPlay) -> None:
        await one(f"asker {writer.plan.number} ({writer.plan.way})", writer)

    await asyncio.gather(
        *(in_turn(*play) for play in _plays(here)), *map(write, here.writers.plays)
    )
    over.set()
    await working


def _plays(here: Fixture) -> Iterator[tuple[str, Played]]:
    """Every play with its name, of all kinds mixed."""
    refunds, renewals = (
        [
            (
                f"{plan.invoice.number} ({plan.course})",
                Play(plan, here.api, here.post, here.days, here.desk.comes_back),
            )
            for plan in here.plans
        ],
        [
            (
                f"{plan.subscription_id} ({plan.course})",
                RenewalPlay(plan, here.api, here.transfers, here.acquirer),
            )
            for plan in here.renewals
        ],
    )
    mixed = chain.from_iterable(zip_longest(refunds, renewals, here.orders.named()))
    return (one for one in mixed if one is not None)


async def _quiet(here: Fixture) -> list[str]:
    """What is still queued, unpaid or unread once nothing is, or after the limit."""
    deadline = time.monotonic() + QUIET_LIMIT_SECONDS
    while True:
        left = [f"payout {key} is not settled" for key in await here.ours.unsettled()]
        left += [f"letter {one} is not sent" for one in await here.ours.queued()]
        left += [f"nobody has heard of {one}" for one in await here.ours.unnotified_money()]
        left += [f"card payment {one} is not with us" for one in await _unheard_cards(here)]
        left += [f"bank statement {one} is not read" for one in await here.ours.unread()]
        left += await here.writers.undone()
        if not left or time.monotonic() > deadline:
            return left
        await asyncio.sleep(LOOK_SECONDS)


async def _unheard_cards(here: Fixture) -> set[str]:
    return {page["id"] for page in await here.acquirer.paid_pages()} - (
        await here.ours.card_payments()
    )


async def _judged(
    here: Fixture, size: Size, stormed: Stormed, unquiet: Sequence[str], rng: Random, began: float
) -> Outcome:
    acquirers, banks = await here.acquirer.books(), await here.bank.books()
    log, sent, resolved = here.desk.log, here.transfers.sent, here.allocator.resolved
    money = await verdict.money(here.ours, acquirers)
    bank = await bank_money(here.ours, banks, log.set_aside, sent)
    pages = await here.acquirer.paid_pages()
    came = await money_verdict.money_in(here.ours, banks, pages, sent, resolved)
    operators = await verdict.for_the_operator(here.client)
    notified = await verdict.notified(here.ours, list(ours_among(here.post.letters())))
    replayed, unlike = await verdict.replayed(here.client, here.ours, rng)
    wrong = [
        *stormed.failed,
        *log.wrong,
        *here.api.broken,
        *unforeseen(here.stack.processes["api"].command.log),
        *unquiet,
        *await verdict.stuck(here.client, here.ours),
        *money.differences,
        *bank.differences,
        *came.differences,
        *await money_verdict.terms(here.ours),
        *await money_verdict.stuck(here.client, here.ours, operators),
        *await money_verdict.unnotified(here.ours),
        *notified.differences,
        *await here.writers.wrong(),
        *await here.orders.wrong(),
        *unlike,
        *await asyncio.to_thread(_books_check, here.stack),
    ]
    return Outcome(
        size=size,
        storm=stormed,
        heard=here.api.heard,
        endings=await verdict.endings(here.ours),
        channels=await verdict.channels(here.ours),
        attempts=await verdict.attempts(here.ours),
        money=money,
        bank=bank,
        money_in=came,
        renewals=await money_verdict.endings(here.ours),
        orders=await here.orders.endings(),
        log=log,
        notified=notified,
        written=counted(here.writers.plays),
        replayed=replayed,
        seconds=time.monotonic() - began,
        wrong=wrong,
    )


def _announced(size: Size) -> str:
    played = (
        f"{size.count} invoices, {size.renewals} subscriptions, {size.writers} who write,"
        f" {size.orders} orders unpaid, disputed and returned each"
    )
    return f"{played}, seed {size.seed}: the storm begins"


def _books_check(stack: Stack) -> list[str]:
    try:
        run_starter(stack, "books", "check")
    except Unexpected as difference:
        return [str(difference)]
    return []
