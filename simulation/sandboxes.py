"""Clients of the sandboxes' control API; calls are repeated, since sandboxes are killed as well."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode

import httpx2

from domain.money import amount_text
from simulation.billing_data import Client
from stack.product import OWN_ACCOUNT

ANSWER_LIMIT_SECONDS = 5.0
TRIES = 60
PAUSE_SECONDS = 0.5
CARD, SUCCEEDED = "bank_card", "succeeded"

Rules = Sequence[dict[str, Any]]


@dataclass(frozen=True)
class Payer:
    """Who pays to our account."""

    name: str
    inn: str
    account: str
    bic: str


def payer_of(client: Client) -> Payer:
    """A client that pays by its own account."""
    return Payer(client.name, client.inn, client.requisites.account, client.requisites.bic)


@dataclass(frozen=True)
class Transfer:
    """A transfer to us through the bank; `number` is that of the payer's order."""

    number: str
    day: date
    kopecks: int
    payer: Payer
    purpose: str


class Sandbox:
    """Calls under `/sandbox` of one process."""

    def __init__(self, url: str) -> None:
        self._http = httpx2.AsyncClient(
            base_url=f"{url}/sandbox", timeout=ANSWER_LIMIT_SECONDS, trust_env=False
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._http.aclose()

    async def misbehave(self, rules: Rules) -> None:
        """Replaces all rules of faults; none for no faults."""
        await self._asked("PUT", "/faults", json=list(rules))

    async def rules(self) -> Rules:
        """The present rules."""
        found: Rules = (await self._asked("GET", "/faults")).json()["rules"]
        return found

    async def books(self, **of: str | None) -> dict[str, Any]:
        """The debits really made; `payment_id` for one payment of the acquirer."""
        found: dict[str, Any] = (await self._asked("GET", "/books", params=of)).json()
        return found

    async def _asked(self, method: str, path: str, **options: Any) -> httpx2.Response:
        return (await self._answered(method, path, **options)).raise_for_status()

    async def _answered(self, method: str, path: str, **options: Any) -> httpx2.Response:
        for attempt in range(1, TRIES + 1):
            try:
                return await self._http.request(method, path, **options)
            except httpx2.TransportError:
                if attempt == TRIES:
                    raise
                await asyncio.sleep(PAUSE_SECONDS)
        raise AssertionError("unreachable")


class Acquirer(Sandbox):
    """The sandbox acquirer."""

    async def take(self, payment: dict[str, Any]) -> None:
        """Registers a payment, which can then be refunded."""
        await self._asked("POST", "/payments", json=payment)

    async def fired(self) -> int:
        """How many faults the present rules have caused."""
        return sum(rule["fired"] for rule in await self.rules())

    async def paid_pages(self) -> list[dict[str, Any]]:
        """The payments by its page that succeeded."""
        pages = (await self.books())["page_payments"]
        return [page for page in pages if page["state"] == SUCCEEDED]

    async def take_back(self, payment_id: str, kopecks: int, respond_by: date) -> None:
        """The payer's bank takes money of a payment back, once: a chargeback."""
        body = {
            "amount": amount_text(kopecks),
            "respond_by": respond_by.isoformat(),
            "key": f"chargeback-{payment_id}",
        }
        await self._asked("POST", f"/payments/{payment_id}/take-back", json=body)

    async def answer_page(self, href: str, choice: str) -> None:
        """Pays or declines on a payment page; a page that is closed changes nothing."""
        said = urlencode({"choice": choice, "method": CARD})
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = await self._answered("POST", href, content=said, headers=form)
        if answer.status_code != HTTPStatus.SEE_OTHER:
            answer.raise_for_status()


class Bank(Sandbox):
    """The sandbox bank."""

    async def gone_off(self) -> int:
        """How many faults the present rules have caused."""
        return sum(rule["gone_off"] for rule in await self.rules())

    async def deliver(self, file: bytes) -> dict[str, str]:
        """The result of each order of a file, by number. After a lost answer the file is delivered
        again.
        """
        answer = await self._asked("POST", "/orders", content=file)
        return {order["number"]: order["state"] for order in answer.json()["orders"]}

    async def statement(self, first: date, last: date, encoding: str = "cp1251") -> bytes:
        """The entries of our account, both days included."""
        span = {"from": first.isoformat(), "to": last.isoformat()}
        params = {"account": OWN_ACCOUNT, "encoding": encoding, **span}
        return bytes((await self._asked("GET", "/statement", params=params)).content)

    async def receive(self, transfer: Transfer) -> None:
        """Pays to our account. After a lost answer it may have been paid twice."""
        body = {
            "account": OWN_ACCOUNT,
            "number": transfer.number,
            "day": transfer.day.isoformat(),
            "amount": amount_text(transfer.kopecks),
            "payer_name": transfer.payer.name,
            "payer_inn": transfer.payer.inn,
            "payer_account": transfer.payer.account,
            "payer_bic": transfer.payer.bic,
            "purpose": transfer.purpose,
        }
        await self._asked("POST", "/incoming", json=body)


class Telegram(Sandbox):
    """The sandbox of Telegram, whose accounts are played."""

    async def do(self, chat_id: int, what: str, **more: Any) -> None:
        """An account does something."""
        await self._asked("POST", f"/chats/{chat_id}", json={"do": what, **more})

    async def heard(self, chat_id: int) -> Sequence[str]:
        """What the bot has written to an account."""
        chat = (await self._asked("GET", f"/chats/{chat_id}")).json()
        return [str(one["text"]) for one in chat["messages"] if one["is_bots"]]
