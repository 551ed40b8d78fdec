"""The accountant's work with the sandbox bank: payment runs and statements."""

from datetime import UTC, datetime, timedelta

from temporalio.client import Client

from bench.driver import CaseUnfinished
from domain.banking.statement_import import BankStatementStatus, bank_statement_workflow_id
from domain.banking.submit import payment_run_workflow_id
from domain.calendar.bank_calendar import moscow_date
from simulation.api_client import ApiClient, Request
from simulation.people import ACCOUNTANT
from simulation.sandboxes import Bank
from stack.product import OWN_ACCOUNT

STATEMENT_SPAN = timedelta(days=1)
"""Around today: a run is dated by Moscow's day, and the night is not far."""


class BankDesk:
    """One accountant at one bank."""

    def __init__(self, api: ApiClient, bank: Bank, client: Client) -> None:
        self._api = api
        self._bank = bank
        self._client = client

    async def run_handed_over(self, orders: int) -> str:
        """Gathered, downloaded, delivered to the bank, handed over: the id of the run's process."""
        body = {"own_account": OWN_ACCOUNT}
        run = await self._api.command(ACCOUNTANT, "POST", "/v1/payment-runs", body)
        if run["orders"] != orders:
            raise CaseUnfinished(f"{run['orders']} orders of {orders} payouts")
        await self._bank.deliver(await self._api.download(ACCOUNTANT, run["file"]))
        path = f"/v1/payment-runs/{run['id']}/handing-over"
        await self._api.command(ACCOUNTANT, "POST", path)
        workflow_id = payment_run_workflow_id(run["id"])
        await self._client.get_workflow_handle(workflow_id).result()
        return workflow_id

    async def statement_imported(self) -> str:
        """The bank's statement, taken in by the API: the id of the process that imported it."""
        today = moscow_date(datetime.now(UTC))
        file = await self._bank.statement(today - STATEMENT_SPAN, today + STATEMENT_SPAN)
        upload = Request("POST", "/v1/bank-statements", file=file, media_type="text/plain")
        taken = await self._api.ask(ACCOUNTANT, upload)
        workflow_id = bank_statement_workflow_id(taken["sha256"])
        await self._client.get_workflow_handle(workflow_id).result()
        path = f"/v1/bank-statements/{taken['id']}"
        imported = await self._api.read(ACCOUNTANT, path)
        if imported["status"] != BankStatementStatus.IMPORTED:
            raise CaseUnfinished(f"the bank statement is {imported['status']}")
        return workflow_id
