"""The acquirer's door into the API: who may notify, and the sandbox that does."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Any

import httpx2
import uvicorn
from temporalio.client import Client

from db.database import Database
from starter.api.app import create_app
from tests.patience import PATIENCE_SECONDS
from tests.starter.refund.shop import Shop

PATH = "/v1/acquirer/notifications"
ACQUIRER = "185.71.76.5"
PROXIES = (ip_network("10.0.0.0/8"),)
LOOPBACK = ip_network("127.0.0.0/8")


@dataclass
class Door:
    """The API with its own idea of who may notify it, called from any address."""

    app: Any

    @asynccontextmanager
    async def _from(self, address: str) -> AsyncIterator[httpx2.AsyncClient]:
        transport = httpx2.ASGITransport(self.app, client=(address, 50_000))
        async with httpx2.AsyncClient(transport=transport, base_url="http://api.example") as http:
            yield http

    async def told(self, content: Any, address: str = ACQUIRER, **headers: str) -> httpx2.Response:
        """One notification; what is not bytes goes as JSON."""
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        async with self._from(address) as http:
            return await http.post(PATH, content=body, headers=headers)


def door_of(shop: Shop, database: Database, temporal: Client) -> Door:
    """A door that the acquirer's networks, our proxies and this machine may use."""

    async def connect() -> Client:
        return temporal

    networks = (*shop.settings.acquirer_networks, LOOPBACK)
    who = {"trusted_proxies": PROXIES, "acquirer_networks": networks}
    return Door(create_app(shop.settings.model_copy(update=who), database, connect))


@asynccontextmanager
async def told_by_the_sandbox(door: Door, shop: Shop) -> AsyncIterator[None]:
    """The sandbox tells the API behind a real port, as it does in the stack."""
    config = uvicorn.Config(
        door.app, port=0, lifespan="off", log_config=None, proxy_headers=False, ws="none"
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not server.started:  # noqa: ASYNC110 - it has no event to wait for
            await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    await shop.acquirer.tell(f"http://127.0.0.1:{port}{PATH}")
    yield
    await shop.acquirer.tell(None)
    await shop.acquirer.misbehave()
    server.should_exit = True
    await serving
