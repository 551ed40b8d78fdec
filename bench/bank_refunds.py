"""Refunds paid by payment orders: each its own case, all of them in one run and one statement."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import Executor
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import httpx2
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from bench.driver import (
    FIRST_ATTEMPT,
    CaseUnfinished,
    Played,
    Refunds,
    TemporalCases,
    side_by_side,
)
from demo.people import Person
from domain.bank_import import BankStatementStatus, bank_statement_workflow_id
from domain.calendar import moscow_date
from domain.handing_over import payment_run_workflow_id
from domain.payout import payout_workflow_id
from stack.product import OWN_ACCOUNT

STATEMENT_SPAN = timedelta(days=1)
"""Around today: a run is dated by Moscow's day, and the night is not far."""
LOOK_SECONDS = 0.01
LISTENING_LIMIT_SECONDS = 30.0


class BankRefunds:
    """An accountant between the cases and the sandbox bank."""

    def __init__(
        self,
        refunds: Refunds,
        accountant: Person,
        bank: httpx2.Client,
        client: Client,
        cases: TemporalCases,
        threads: Executor,
    ) -> None:
        self._refunds = refunds
        self._accountant = accountant
        self._bank = bank
        self._client = client
        self._cases = cases
        self._threads = threads

    async def play(self, cases: int, at_once: int) -> Sequence[Played]:
        """All accepted, gathered in one run, handed over, settled by one statement, credited."""
        accepted = await side_by_side([self._refunds.accepted] * cases, at_once)
        payouts = [payout_workflow_id(one, FIRST_ATTEMPT) for one in accepted]
        await side_by_side([partial(self._listens, one) for one in payouts], at_once)
        shared = (await self._run_handed_over(cases), await self._statement_imported())
        await side_by_side([partial(self._cases.credit, one) for one in accepted], at_once)
        return [Played(own, shared, cases) for own in zip(accepted, payouts, strict=True)]

    async def _run_handed_over(self, orders: int) -> str:
        """Gathered, downloaded, delivered to the bank, handed over: the id of the run's process."""
        body = {"own_account": OWN_ACCOUNT}
        run = await self._do(self._accountant.command, "POST", "/v1/payment-runs", body)
        if run["orders"] != orders:
            raise CaseUnfinished(f"{run['orders']} orders of {orders} payouts")
        file = await self._do(self._accountant.download, run["file"])
        delivered = await self._do(partial(self._bank.post, content=file), "/sandbox/orders")
        delivered.raise_for_status()
        path = f"/v1/payment-runs/{run['id']}/handing-over"
        await self._do(self._accountant.command, "POST", path)
        workflow_id = payment_run_workflow_id(run["id"])
        await self._client.get_workflow_handle(workflow_id).result()
        return workflow_id

    async def _statement_imported(self) -> str:
        """The bank's statement, taken in by the API: the id of the process that imported it."""
        today = moscow_date(datetime.now(UTC))
        span = {"from": today - STATEMENT_SPAN, "to": today + STATEMENT_SPAN}
        asked = {"account": OWN_ACCOUNT, **{name: str(day) for name, day in span.items()}}
        answer = await self._do(partial(self._bank.get, params=asked), "/sandbox/statement")
        file = answer.raise_for_status().content
        taken = await self._do(self._accountant.upload, "/v1/bank-statements", file)
        workflow_id = bank_statement_workflow_id(taken["sha256"])
        await self._client.get_workflow_handle(workflow_id).result()
        path = f"/v1/bank-statements/{taken['id']}"
        imported = await self._do(self._accountant.read, path)
        if imported["status"] != BankStatementStatus.IMPORTED:
            raise CaseUnfinished(f"the bank statement is {imported['status']}")
        return workflow_id

    async def _listens(self, workflow_id: str) -> None:
        """Returns once a payout's process has begun; between people that takes no waiting."""
        handle = self._client.get_workflow_handle(workflow_id)
        async with asyncio.timeout(LISTENING_LIMIT_SECONDS):
            while True:
                try:
                    await handle.describe()
                except RPCError as error:
                    if error.status is not RPCStatusCode.NOT_FOUND:
                        raise
                    await asyncio.sleep(LOOK_SECONDS)
                else:
                    return

    async def _do(self, deed: Any, *arguments: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(
            self._threads, partial(deed, *arguments)
        )
