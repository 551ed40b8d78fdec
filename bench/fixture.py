"""The loaded stack that cases are played on: data, people, clients."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count

from temporalio.client import Client

from bench.bank_desk import BankDesk
from bench.bank_refunds import BankRefunds
from bench.codes import Codes, announced_codes
from bench.driver import Invoices, Played, Refunds, TemporalCases, bench_data
from bench.history import Counts, counts_of
from bench.renewals import Renewals
from domain.calendar.bank_calendar import moscow_date
from simulation.api_client import ApiClient
from simulation.billing_data import Client as Customer
from simulation.loading import load
from simulation.sandboxes import Acquirer, Bank
from simulation.terminal import Terminal
from stack.embedded import Stack
from workflows.behind import BEHIND_SCHEDULE_ID
from workflows.collections_round import COLLECTIONS_SCHEDULE_ID

MEDDLING = (BEHIND_SCHEDULE_ID, COLLECTIONS_SCHEDULE_ID)
"""Schedules whose rounds signal a case that a busy machine lists late, and begin the case of a debt
at the full hour: paused, a case costs what it costs by itself.
"""


@dataclass(frozen=True)
class Fixture:
    """A loaded stack."""

    stack: Stack
    client: Client
    cases: TemporalCases
    acquired: Invoices
    transferred: Invoices
    customers: Sequence[Customer]
    subscriptions: Iterator[int]
    bank: Bank
    codes: Codes

    def api(self, api_url: str) -> ApiClient:
        """The way to an API; `async with` closes it."""
        return ApiClient.to(api_url, self.stack.environment["KOPEYKA_DEVELOPMENT_KEY"])

    def refunds(self, api: ApiClient) -> Refunds:
        """Refunds through an API; all take from the same invoices."""
        return Refunds(api, self.acquired, self.codes, self.cases)

    def bank_refunds(self, api: ApiClient) -> BankRefunds:
        """Refunds of what was paid by a transfer, and the accountant."""
        refunds = Refunds(api, self.transferred, self.codes, self.cases)
        return BankRefunds(refunds, self._desk(api), self.client, self.cases)

    def renewals(self, api: ApiClient) -> Renewals:
        """Renewals and the accountant; no subscription comes twice."""
        desk = self._desk(api)
        return Renewals(api, self.bank, self.customers, self.subscriptions, desk, self.client)

    def _desk(self, api: ApiClient) -> BankDesk:
        return BankDesk(api, self.bank, self.client)

    async def without_rounds(self) -> None:
        """Pauses the rounds that meddle, for as long as the stack runs."""
        for rounds in MEDDLING:
            await self.client.get_schedule_handle(rounds).pause()

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
async def load_fixture(
    stack: Stack, terminal: Terminal, *, invoices: int, transferred: int = 0
) -> AsyncIterator[Fixture]:
    """Registers so many invoices paid through the acquirer, and so many by a transfer."""
    data = bench_data(moscow_date(datetime.now(UTC)), invoices, transferred)
    client = await Client.connect(stack.temporal_address)
    async with AsyncExitStack() as cleanup:
        codes = await cleanup.enter_async_context(announced_codes(stack.database_url))
        acquirer = await cleanup.enter_async_context(Acquirer(stack.acquirer_url))
        bank = await cleanup.enter_async_context(Bank(stack.bank_url))
        here = Fixture(
            stack=stack,
            client=client,
            cases=TemporalCases(client),
            acquired=iter(data.acquired),
            transferred=iter(data.transferred),
            customers=data.everything.clients,
            subscriptions=count(1),
            bank=bank,
            codes=codes,
        )
        api = await cleanup.enter_async_context(here.api(stack.api_url))
        terminal.event("billing", await load(api, acquirer, data.everything))
        yield here
