"""What the cases are played on: data, people, and a way to everything that is asked."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count

import httpx2
from temporalio.client import Client

from bench.bank_desk import BankDesk
from bench.bank_refunds import BankRefunds
from bench.codes import Codes, announced_codes
from bench.driver import Invoices, Played, Refunds, TemporalCases, bench_data
from bench.history import Counts, counts_of
from bench.renewals import Renewals
from domain.calendar.bank_calendar import moscow_date
from simulation.dataset import Client as Customer
from simulation.loading import load
from simulation.people import ANSWER_LIMIT_SECONDS, Cast
from simulation.stage import Stage
from simulation.terminal import Terminal
from stack.embedded import Stack


@dataclass(frozen=True)
class Ground:
    """A loaded stack."""

    stack: Stack
    client: Client
    cases: TemporalCases
    acquired: Invoices
    transferred: Invoices
    customers: Sequence[Customer]
    subscriptions: Iterator[int]
    bank: httpx2.Client
    codes: Codes
    threads: Executor

    def cast(self, api_url: str) -> Cast:
        """The people at the door of an API."""
        return Cast(api_url, self.stack.environment["KOPEYKA_DEVELOPMENT_KEY"])

    def refunds(self, cast: Cast) -> Refunds:
        """Refunds that these people ask for; all take from the same invoices."""
        return Refunds(cast, self.acquired, self.codes, self.cases, self.threads)

    def bank_refunds(self, cast: Cast) -> BankRefunds:
        """Refunds of what was paid by a transfer, with these people's accountant."""
        refunds = Refunds(cast, self.transferred, self.codes, self.cases, self.threads)
        return BankRefunds(refunds, self._desk(cast), self.client, self.cases)

    def renewals(self, cast: Cast) -> Renewals:
        """Renewals that these people order, with their accountant; no subscription comes twice."""
        desk = self._desk(cast)
        return Renewals(cast, self.customers, self.subscriptions, desk, self.client)

    def _desk(self, cast: Cast) -> BankDesk:
        return BankDesk(cast.accountant, self.bank, self.client, self.threads)

    async def counts_of(self, played: Played) -> Counts:
        """Of a case, with its share of what it had together with others."""
        shared = await self.counts(played.shared)
        return await self.counts(played.own) + shared / played.shared_by

    async def counts(self, workflow_ids: Sequence[str]) -> Counts:
        """Of a case: all its workflows together."""
        total = Counts()
        for workflow_id in workflow_ids:
            history = await self.client.get_workflow_handle(workflow_id).fetch_history()
            total += counts_of(history.events)
        return total


@asynccontextmanager
async def ground(
    stack: Stack, terminal: Terminal, *, invoices: int, at_once: int, transferred: int = 0
) -> AsyncIterator[Ground]:
    """Registers so many invoices paid through the acquirer, and so many by a transfer."""
    data = bench_data(moscow_date(datetime.now(UTC)), invoices, transferred)
    client = await Client.connect(stack.temporal_address)
    async with AsyncExitStack() as cleanup:
        threads = cleanup.enter_context(ThreadPoolExecutor(at_once))
        codes = await cleanup.enter_async_context(announced_codes(stack.database_url))
        acquirer, bank = (
            cleanup.enter_context(
                httpx2.Client(base_url=url, timeout=ANSWER_LIMIT_SECONDS, trust_env=False)
            )
            for url in (stack.acquirer_url, stack.bank_url)
        )
        here = Ground(
            stack=stack,
            client=client,
            cases=TemporalCases(client),
            acquired=iter(data.acquired),
            transferred=iter(data.transferred),
            customers=data.everything.clients,
            subscriptions=count(1),
            bank=bank,
            codes=codes,
            threads=threads,
        )
        cast = cleanup.enter_context(here.cast(stack.api_url))
        stage = Stage(stack, terminal, cast, acquirer, bank, data.everything)
        await asyncio.to_thread(load, stage)
        yield here
