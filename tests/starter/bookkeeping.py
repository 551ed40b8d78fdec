"""Money out through the bank as accountants meet it: cases that are to be paid, and their runs."""

import asyncio
from dataclasses import dataclass
from typing import Any

import httpx2
from temporalio.client import Client

from db.database import Database
from domain.access.roles import Role
from domain.banking.statement_import import bank_statement_workflow_id
from domain.billing.requisites import check_account
from settings import Settings
from starter.api.http.auth import Caller
from tests.books import Books, Line
from tests.patience import PATIENCE_SECONDS
from tests.starter.refund.shop import Person, requisites

OUR_BIC = "044525225"
OUR_INN = "7707083893"


def account_of(beginning: str, tail: int, bic: str = OUR_BIC) -> str:
    """A rouble account whose key is right for the bank."""
    candidates = (f"{beginning}810{key}{tail:011d}" for key in range(10))
    return next(one for one in candidates if check_account(one, bic) is None)


OUR_ACCOUNT = account_of("40702", 417)
OWN_ACCOUNT = {
    "bic": OUR_BIC,
    "bank_name": "ПАО Сбербанк",
    "correspondent_account": "30101810400000000225",
    "name": "ООО «Копейка»",
    "inn": OUR_INN,
    "kpp": "770701001",
}


@dataclass(frozen=True)
class Bookkeeping:
    """The product around an accountant."""

    http: httpx2.AsyncClient
    books: Books
    temporal: Client
    settings: Settings
    database: Database

    def person(self, role: Role, login: str = "") -> Person:
        """Somebody of ours."""
        return Person(self.http, Caller(login or f"{role}-1", role))

    @property
    def accountant(self) -> Person:
        """Who pays."""
        return self.person(Role.ACCOUNTANT)

    async def write_own_account(
        self, account: str = OUR_ACCOUNT, **changes: Any
    ) -> httpx2.Response:
        """Our requisites."""
        return await self.accountant.put(f"/v1/own-accounts/{account}", {**OWN_ACCOUNT, **changes})

    async def paying(self, *lines: Line, **changes: Any) -> str:
        """A case whose payout by the bank is prepared; its id."""
        case_id = await self.opened(*lines)
        await self.signed(case_id, **changes)
        return case_id

    async def opened(self, *lines: Line) -> str:
        """A case of an invoice that was paid by a transfer."""
        number = self.books.invoice(*lines, method="bank_transfer")
        answer = await self._client(number).post("/v1/refunds", {"invoice_number": number})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def signed(self, case_id: str, **changes: Any) -> None:
        """The client signs, a specialist accepts, the payout begins."""
        path = f"/v1/refunds/{case_id}"
        client = self.client_of(case_id)
        drawn_up = await client.put(f"{path}/statement", requisites(**changes))
        assert drawn_up.status_code == 200, drawn_up.text
        assert (await client.post(f"{path}/statement/code")).status_code == 201
        signed = await client.post(f"{path}/statement/signature", {"code": self._code(case_id)})
        assert signed.status_code == 200, signed.text
        accepted = await self.person(Role.SPECIALIST).post(f"{path}/acceptance")
        assert accepted.json()["status"] == "paying", accepted.text

    async def run(self) -> dict[str, Any]:
        """A run of everything that waits."""
        answer = await self.accountant.post("/v1/payment-runs", {"own_account": OUR_ACCOUNT})
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def handed_over(self) -> list[dict[str, Any]]:
        """The orders of a run that the bank was given, once all of them are sent."""
        run = await self.run()
        path = f"/v1/payment-runs/{run['id']}"
        assert (await self.accountant.post(f"{path}/handing-over")).status_code == 200
        await self.until(
            "SELECT count(*) FROM payment_orders JOIN payouts USING (case_id, attempt)"
            " WHERE run_id = %(run)s AND status = 'prepared'",
            0,
            run=run["id"],
        )
        found: list[dict[str, Any]] = (await self.accountant.get(f"{path}/orders")).json()["items"]
        return found

    async def status(self, case_id: str, status: str) -> None:
        """Returns once the case is there."""
        await self.until("SELECT status FROM refunds WHERE id = %(case)s", status, case=case_id)

    async def payout(self, case_id: str, attempt: int, status: str) -> None:
        """Returns once the payout is there."""
        await self.until(
            "SELECT status FROM payouts WHERE case_id = %(case)s AND attempt = %(attempt)s",
            status,
            case=case_id,
            attempt=attempt,
        )

    async def until(self, sql: str, expected: object, **params: object) -> None:
        """Returns once the only value of the query is the expected one."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while self.books.row(sql, **params)[0] != expected:  # noqa: ASYNC110 - another's process
                await asyncio.sleep(0.02)

    async def upload(self, content: bytes) -> httpx2.Response:
        """A bank statement, as the accountant sends it."""
        path = "/v1/bank-statements"
        return await self.accountant.upload(path, content, method="POST", media_type="text/plain")

    async def imported(self, content: bytes) -> dict[str, Any]:
        """A bank statement once it is imported or refused, and its process has ended."""
        answer = await self.upload(content)
        assert answer.status_code in (200, 201), answer.text
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self.import_ended(answer.json()["sha256"])
        found: dict[str, Any] = (await self.accountant.get(answer.headers["Location"])).json()
        return found

    async def import_ended(self, sha256: str) -> None:
        """Returns once the process that imports the file has ended."""
        handle = self.temporal.get_workflow_handle(bank_statement_workflow_id(sha256))
        await handle.result()

    def client_of(self, case_id: str) -> Person:
        """Whose case it is."""
        return self._client(case_id.split("-")[1])

    def _client(self, invoice_number: str) -> Person:
        row = self.books.row(
            "SELECT client_id FROM invoices WHERE number = %(n)s", n=invoice_number
        )
        return Person(self.http, Caller(f"buh@{row.client_id}", Role.CLIENT, row.client_id))

    def _code(self, case_id: str) -> str:
        return str(
            self.books.rows(
                "SELECT params->>'code' AS code FROM notifications WHERE case_id = %(id)s"
                " AND template = 'refund_one_time_code' ORDER BY created_at DESC LIMIT 1",
                id=case_id,
            )[0].code
        )
