"""What the cases are played on: data, people, and a way to everything that is asked."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx2
from temporalio.client import Client

from bench.codes import Codes, announced_codes
from bench.driver import Invoices, Refunds, TemporalCases, bench_data
from bench.history import Counts, counts_of
from demo.loading import load
from demo.people import ANSWER_LIMIT_SECONDS, Cast
from demo.stage import Stage
from demo.terminal import Terminal
from domain.calendar import moscow_date
from stack.embedded import Stack


@dataclass(frozen=True)
class Ground:
    """A loaded stack."""

    stack: Stack
    client: Client
    cases: TemporalCases
    invoices: Invoices
    codes: Codes
    threads: Executor

    def cast(self, api_url: str) -> Cast:
        """The people at the door of an API."""
        return Cast(api_url, self.stack.environment["KOPEYKA_DEVELOPMENT_KEY"])

    def refunds(self, cast: Cast) -> Refunds:
        """Refunds that these people ask for; all take from the same invoices."""
        return Refunds(cast, self.invoices, self.codes, self.cases, self.threads)

    async def counts(self, workflow_ids: Sequence[str]) -> Counts:
        """Of a case: all its workflows together."""
        total = Counts()
        for workflow_id in workflow_ids:
            history = await self.client.get_workflow_handle(workflow_id).fetch_history()
            total += counts_of(history.events)
        return total


@asynccontextmanager
async def ground(
    stack: Stack, terminal: Terminal, *, invoices: int, at_once: int
) -> AsyncIterator[Ground]:
    """Registers so many paid invoices on a fresh stack, and connects."""
    data, paid = bench_data(moscow_date(datetime.now(UTC)), invoices)
    client = await Client.connect(stack.temporal_address)
    async with AsyncExitStack() as cleanup:
        threads = cleanup.enter_context(ThreadPoolExecutor(at_once))
        codes = await cleanup.enter_async_context(announced_codes(stack.database_url))
        here = Ground(stack, client, TemporalCases(client), iter(paid), codes, threads)
        cast = cleanup.enter_context(here.cast(stack.api_url))
        acquirer, bank = (
            cleanup.enter_context(
                httpx2.Client(base_url=url, timeout=ANSWER_LIMIT_SECONDS, trust_env=False)
            )
            for url in (stack.acquirer_url, stack.bank_url)
        )
        await asyncio.to_thread(load, Stage(stack, terminal, cast, acquirer, bank, data))
        yield here
