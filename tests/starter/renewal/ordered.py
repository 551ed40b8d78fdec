"""Orders as clients place them."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx2

from domain.access.roles import Role
from tests.patience import PATIENCE_SECONDS
from tests.starter.caller import Api
from tests.starter.subscription.registered import subscribe

REQUISITES: Mapping[str, Any] = {
    "name": "ООО «Ромашка»",
    "inn": "7707083893",
    "kpp": "770701001",
}


OWN_ACCOUNT = "40702810638000000000"
OWN_REQUISITES: Mapping[str, Any] = {
    "bic": "044525225",
    "bank_name": "ПАО Сбербанк",
    "correspondent_account": "30101810400000000225",
    "name": "ООО «Копейка»",
    "inn": "7707083893",
    "kpp": "770701001",
}


async def write_own_account(api: Api, **changes: Any) -> None:
    """The account that our invoices ask to be paid to."""
    path = f"/v1/own-accounts/{OWN_ACCOUNT}"
    answer = await api.call("PUT", path, role=Role.ACCOUNTANT, json={**OWN_REQUISITES, **changes})
    assert answer.status_code in (200, 201), answer.text


@dataclass(frozen=True)
class Subscriber:
    """A client with a subscription."""

    api: Api
    client_id: str
    subscription_id: str

    async def get(self, path: str, *, role: Role | None = None, **params: str) -> httpx2.Response:
        """A read: by the client unless another role is named."""
        who = {"client_id": self.client_id} if role is None else {"role": role}
        return await self.api.call("GET", path, params=params, **who)

    async def post(self, path: str, body: Any = None, *, key: str | None = None) -> httpx2.Response:
        """A command of the client."""
        return await self.api.call("POST", path, client_id=self.client_id, key=key, json=body)

    async def offers(self) -> list[dict[str, Any]]:
        """What is offered now."""
        answer = await self.get(f"/v1/subscriptions/{self.subscription_id}/offers")
        assert answer.status_code == 200, answer.text
        items: list[dict[str, Any]] = answer.json()["items"]
        return items

    async def order_body(self, place: int = 0, **changes: Any) -> dict[str, Any]:
        """An order of one of the offers, right in everything."""
        offer = (await self.offers())[place]
        seen = {name: offer[name] for name in ("offer", "tariff_code", "price")}
        if offer["individual_offer_id"] is not None:
            seen["individual_offer_id"] = offer["individual_offer_id"]
        return {**seen, "method": "bank_transfer", "requisites": dict(REQUISITES), **changes}

    async def place(self, body: Any, *, key: str | None = None) -> httpx2.Response:
        """A try to order."""
        return await self.post(f"/v1/subscriptions/{self.subscription_id}/orders", body, key=key)

    async def ordered(self, **changes: Any) -> dict[str, Any]:
        """An order that was taken."""
        answer = await self.place(await self.order_body(**changes))
        assert answer.status_code == 201, answer.text
        placed: dict[str, Any] = answer.json()
        return placed

    async def read(self, renewal_id: str, role: Role | None = None) -> dict[str, Any]:
        """The case in full."""
        answer = await self.get(f"/v1/renewals/{renewal_id}", role=role)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def until(self, renewal_id: str, status: str) -> dict[str, Any]:
        """The case once it is there."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while (found := await self.read(renewal_id))["status"] != status:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
            return found


async def subscriber(api: Api, code: str | None = "400", **term: int) -> Subscriber:
    """A new one: with a term of a tariff that ends in a week, or without any."""
    return Subscriber(api, *await subscribe(api, code, **term))
