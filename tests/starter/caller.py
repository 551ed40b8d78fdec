"""A caller of the real application: in this process, with tokens of the development key."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from time import monotonic
from typing import Any
from uuid import uuid4

import httpx2
from fastapi import FastAPI

from domain.access.roles import Role
from settings import Settings
from simulation.api_client import OUTCOME_UNKNOWN, PAUSE_SECONDS
from starter.api.http.auth import Caller, development_token
from tests.gateways.sandbox_acquirer import SECRET_KEY, SHOP_ID
from tests.patience import PATIENCE_SECONDS
from tests.product_settings import settings_of

DEVELOPMENT_KEY = "a development key of thirty-two bytes"
TOKEN_SECONDS = 3600
NOWHERE_PORT = "9"
"""Nobody listens there."""


def environment(database_url: str, **more: str) -> dict[str, str]:
    """The variables of a development installation around one database."""
    return {
        "KOPEYKA_ENVIRONMENT": "development",
        "KOPEYKA_DATABASE_URL": database_url,
        "KOPEYKA_TASK_QUEUE": f"test-{uuid4().hex}",
        "KOPEYKA_MAIL_FROM": "refunds@kopeyka.example",
        "KOPEYKA_SMTP_HOST": "127.0.0.1",
        "KOPEYKA_SMTP_PORT": NOWHERE_PORT,
        "KOPEYKA_ACQUIRER_URL": f"http://127.0.0.1:{NOWHERE_PORT}",
        "KOPEYKA_ACQUIRER_SHOP_ID": SHOP_ID,
        "KOPEYKA_ACQUIRER_SECRET_KEY": SECRET_KEY,
        "KOPEYKA_SCANNER_HOST": "127.0.0.1",
        "KOPEYKA_SCANNER_PORT": NOWHERE_PORT,
        "KOPEYKA_CODE_KEY": "a key of codes, thirty-two bytes long",
        "KOPEYKA_DOSSIER_KEY": "d0" * 32,
        "KOPEYKA_DEVELOPMENT_KEY": DEVELOPMENT_KEY,
        "KOPEYKA_BANK_DAYS_AHEAD": "400",
        **more,
    }


def settings(database_url: str, **more: str) -> Settings:
    """Settings of a development installation around one database."""
    return settings_of(environment(database_url, **more))


class Api:
    """The API as its callers use it. Without `key` a command gets a new Idempotency-Key.

    A command is repeated under its key while nobody knows its outcome, unless `once`.
    """

    def __init__(self, http: httpx2.AsyncClient, *, once: bool = False) -> None:
        self.http = http
        self._once = once

    async def call(
        self,
        method: str,
        path: str,
        *,
        role: Role | None = Role.BILLING,
        client_id: str | None = None,
        login: str | None = None,
        key: str | None = None,
        headers: Mapping[str, str] | None = None,
        **body: Any,
    ) -> httpx2.Response:
        """One request; `role` None calls without a token, `client_id` calls as that client."""
        if client_id is not None:
            role = Role.CLIENT
        sent = dict(headers or {})
        if role is not None:
            name = login or client_id or str(role)
            sent["Authorization"] = f"Bearer {token(Caller(name, role, client_id))}"
        if method != "GET":
            sent.setdefault("Idempotency-Key", key or uuid4().hex)

        async def send() -> httpx2.Response:
            return await self.http.request(method, path, headers=sent, **body)

        return await (send() if self._once or method == "GET" else until_known(send))


async def until_known(send: Callable[[], Awaitable[httpx2.Response]]) -> httpx2.Response:
    """What a command is answered, which is sent again while nobody knows what became of it: a cold
    worker on a busy machine comes late.
    """
    patient_until = monotonic() + PATIENCE_SECONDS
    while (answer := await send()).status_code in OUTCOME_UNKNOWN and monotonic() < patient_until:  # noqa: ASYNC110 - nobody tells
        await asyncio.sleep(PAUSE_SECONDS)
    return answer


def token(caller: Caller) -> str:
    """A token that the tests' settings believe."""
    return development_token(DEVELOPMENT_KEY, caller, TOKEN_SECONDS)


@asynccontextmanager
async def calling(app: FastAPI) -> AsyncIterator[Api]:
    """The API while it runs; what it answers is told as it is."""
    transport = httpx2.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=transport, base_url="http://api.example") as http,
    ):
        yield Api(http, once=True)
