"""A sandbox acquirer started for tests, and the receiver of its webhooks."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Awaitable, Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import uuid4

import httpx2

from domain.billing.invoice import ProductKind
from domain.money import VatRate
from gateways.acquirer import Receipt, ReceiptItem
from tests.patience import PATIENCE_SECONDS

SHOP_ID = "100500"
SECRET_KEY = "sandbox-secret"
LONG_AGO = "2020-01-01T00:00:00Z"
RECENTLY = "2026-11-01T00:00:00Z"

Rule = dict[str, object]


def receipt_over(amount_kopecks: int) -> Receipt:
    """A receipt of one item."""
    item = ReceiptItem("Лицензия", amount_kopecks, VatRate.VAT22, ProductKind.LICENCE)
    return Receipt("buh@romashka.example", (item,))


async def eventually(question: Callable[[], Awaitable[bool]]) -> None:
    """Return once the answer is yes; TimeoutError if it does not become yes."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not await question():  # noqa: ASYNC110 - another process answers
            await asyncio.sleep(0.02)


class SandboxAcquirer:
    """A running process and the test's side of it."""

    def __init__(self, books: Path, *options: str) -> None:
        command = [sys.executable, "-m", "sandbox", "acquirer", "--port", "0"]
        command += ["--secret-key", SECRET_KEY, "--shop-id", SHOP_ID, "--books", str(books)]
        self._process = subprocess.Popen(  # noqa: S603 - our own program
            [*command, *options], stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        announced = self._process.stdout.readline()
        assert announced, "the sandbox did not start"
        self.url = announced.split()[-1]
        self.admin = httpx2.AsyncClient(base_url=f"{self.url}/sandbox", trust_env=False)

    async def payment(self, amount: str = "1000.00", **changes: str) -> str:
        """Register a payment of its own; its id."""
        payment_id = str(uuid4())
        body = {"id": payment_id, "amount": amount, "method": "bank_card", "captured_at": RECENTLY}
        answer = await self.admin.post("/payments", json={**body, **changes})
        answer.raise_for_status()
        return payment_id

    async def misbehave(self, *rules: Rule) -> None:
        """Put these rules in force in place of all others."""
        (await self.admin.put("/faults", json=list(rules))).raise_for_status()

    async def give_back(self, payment_id: str, amount: str) -> str:
        """Refund a payment as somebody in the acquirer's cabinet does, under no key of ours; its
        id.
        """
        sum_ = {"value": amount, "currency": "RUB"}
        item = {"description": "Возврат", "quantity": "1.00", "amount": sum_, "vat_code": 1}
        item |= {"payment_mode": "full_prepayment", "payment_subject": "service"}
        receipt = {"customer": {"email": "buh@romashka.example"}, "items": [item]}
        body = {"payment_id": payment_id, "amount": sum_, "receipt": receipt}
        headers = {"Idempotence-Key": str(uuid4())}
        answer = await self.admin.post(
            f"{self.url}/v3/refunds", json=body, headers=headers, auth=(SHOP_ID, SECRET_KEY)
        )
        refund_id: str = answer.raise_for_status().json()["id"]
        return refund_id

    async def take_back(self, payment_id: str, amount: str, respond_by: str | None = None) -> str:
        """Money goes back without the API; with `respond_by` as a chargeback. Returns its id."""
        body = {"amount": amount} | ({} if respond_by is None else {"respond_by": respond_by})
        answer = await self.admin.post(f"/payments/{payment_id}/take-back", json=body)
        refund_id: str = answer.raise_for_status().json()["id"]
        return refund_id

    async def settle(self, payment_id: str) -> int:
        """Bring the payment's open refunds to their outcome now; how many."""
        answer = await self.admin.post(f"/payments/{payment_id}/outcome")
        settled: int = answer.raise_for_status().json()["settled"]
        return settled

    async def pay(self, payment_id: str, method: str = "bank_card") -> None:
        """The payer pays on the page."""
        body = {"method": method}
        (await self.admin.post(f"/payments/{payment_id}/pay", json=body)).raise_for_status()

    async def decline(self, payment_id: str, reason: str = "insufficient_funds") -> None:
        """The payer's bank says no."""
        body = {"reason": reason}
        (await self.admin.post(f"/payments/{payment_id}/decline", json=body)).raise_for_status()

    async def asked_under(self, key: str) -> list[dict[str, Any]]:
        """The payments by page that were made under an idempotence key."""
        answer = await self.admin.get("/books")
        rows: list[dict[str, Any]] = answer.raise_for_status().json()["page_payments"]
        return [row for row in rows if row["key"] == key]

    async def tell(self, url: str | None) -> None:
        """Where webhooks go."""
        (await self.admin.put("/webhook", json={"url": url})).raise_for_status()

    async def books(self, payment_id: str) -> dict[str, Any]:
        """The acquirer's own books of one payment."""
        answer = await self.admin.get("/books", params={"payment_id": payment_id})
        found: dict[str, Any] = answer.raise_for_status().json()
        return found

    async def debits(self, payment_id: str) -> int:
        """How often money really left for this payment."""
        debits: int = (await self.books(payment_id))["payments"][payment_id]["debits"]
        return debits

    async def kill(self) -> None:
        """As `kill -9` does."""
        self._process.kill()
        await self._gone()

    async def stop(self) -> None:
        """As a service manager does."""
        self._process.terminate()
        await self._gone()

    async def _gone(self) -> None:
        await self.admin.aclose()
        await asyncio.to_thread(self._process.wait, PATIENCE_SECONDS)
        assert self._process.stdout is not None
        self._process.stdout.close()


class WebhookReceiver:
    """A real HTTP server that keeps what it is told; `refuse` makes it answer 500 so many times."""

    def __init__(self) -> None:
        self.told: list[dict[str, Any]] = []
        self._about: str | None = None
        self.refuse = 0
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                self.send_response(receiver._take(json.loads(self.rfile.read(length))))
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name
                """Tests read `told`, nobody reads a log."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/webhooks/acquirer"

    def url_about(self, payment_id: str) -> str:
        """The address to be told at; only this payment is kept, an earlier test's is waved off."""
        self._about = payment_id
        return self.url

    @property
    def refund_ids(self) -> list[str]:
        """Whose success was told, in the order of arrival."""
        return [notification["object"]["id"] for notification in self.told]

    async def heard(self, count: int) -> None:
        """Return once so many have come."""

        async def enough() -> bool:
            return len(self.told) >= count

        await eventually(enough)

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _take(self, notification: dict[str, Any]) -> int:
        told = notification["object"]
        if self._about not in (None, told.get("payment_id", told["id"])):
            return 200
        if self.refuse:
            self.refuse -= 1
            return 500
        self.told.append(notification)
        return 200
