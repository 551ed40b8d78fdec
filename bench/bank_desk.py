"""The accountant and the sandbox bank between them: payment runs out, statements in."""

import asyncio
from concurrent.futures import Executor
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import httpx2
from temporalio.client import Client

from bench.driver import CaseUnfinished
from domain.banking.statement_import import BankStatementStatus, bank_statement_workflow_id
from domain.banking.submit import payment_run_workflow_id
from domain.calendar.bank_calendar import moscow_date
from simulation.people import Person
from stack.product import OWN_ACCOUNT

STATEMENT_SPAN = timedelta(days=1)
"""Around today: a run is dated by Moscow's day, and the night is not far."""


class BankDesk:
    """One accountant at one bank."""

    def __init__(
        self, accountant: Person, bank: httpx2.Client, client: Client, threads: Executor
    ) -> None:
        self._accountant = accountant
        self._bank = bank
        self._client = client
        self._threads = threads

    async def run_handed_over(self, orders: int) -> str:
        """Gathered, downloaded, delivered to the bank, handed over: the id of the run's process."""
        body = {"own_account": OWN_ACCOUNT}
        run = await self.do(self._accountant.command, "POST", "/v1/payment-runs", body)
        if run["orders"] != orders:
            raise CaseUnfinished(f"{run['orders']} orders of {orders} payouts")
        file = await self.do(self._accountant.download, run["file"])
        delivered = await self.do(partial(self._bank.post, content=file), "/sandbox/orders")
        delivered.raise_for_status()
        path = f"/v1/payment-runs/{run['id']}/handing-over"
        await self.do(self._accountant.command, "POST", path)
        workflow_id = payment_run_workflow_id(run["id"])
        await self._client.get_workflow_handle(workflow_id).result()
        return workflow_id

    async def receive(self, incoming: dict[str, Any]) -> None:
        """Somebody pays us."""
        answer = await self.do(partial(self._bank.post, json=incoming), "/sandbox/incoming")
        answer.raise_for_status()

    async def statement_imported(self) -> str:
        """The bank's statement, taken in by the API: the id of the process that imported it."""
        today = moscow_date(datetime.now(UTC))
        span = {"from": today - STATEMENT_SPAN, "to": today + STATEMENT_SPAN}
        asked = {"account": OWN_ACCOUNT, **{name: str(day) for name, day in span.items()}}
        answer = await self.do(partial(self._bank.get, params=asked), "/sandbox/statement")
        file = answer.raise_for_status().content
        taken = await self.do(self._accountant.upload, "/v1/bank-statements", file)
        workflow_id = bank_statement_workflow_id(taken["sha256"])
        await self._client.get_workflow_handle(workflow_id).result()
        path = f"/v1/bank-statements/{taken['id']}"
        imported = await self.do(self._accountant.read, path)
        if imported["status"] != BankStatementStatus.IMPORTED:
            raise CaseUnfinished(f"the bank statement is {imported['status']}")
        return workflow_id

    async def do(self, call: Any, *arguments: Any) -> Any:
        """What a call answers that would block."""
        return await asyncio.get_running_loop().run_in_executor(
            self._threads, partial(call, *arguments)
        )
