"""Updates that Telegram brings: stored before it is answered, from nobody else."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

import httpx2
import pytest
import pytest_asyncio

from db.access import telegram
from db.database import Database
from gateways.telegram import TelegramGateway, TelegramRefused
from starter.cli.serving import beside, listen
from starter.commands.services import Services
from starter.telegram.process import run
from starter.telegram.receiving import webhook_secret
from starter.telegram.webhook import HEADER, MAX_UPDATE_BYTES, create_app
from tests.gateways.sandbox_acquirer import eventually
from tests.gateways.sandbox_telegram import TOKEN, SandboxTelegram
from tests.patience import PATIENCE_SECONDS
from tests.starter.refund.shop import Shop
from tests.starter.telegram.support import Support

BOT_ID = int(TOKEN.partition(":")[0])
PATH = "/telegram/updates"
NOBODY = 4_242_424_242
UPDATE = {
    "update_id": 7,
    "message": {
        "message_id": 1,
        "date": 1,
        "chat": {"id": NOBODY, "type": "private"},
        "from": {"id": NOBODY, "is_bot": False, "first_name": "И"},
        "text": "/start",
    },
}


@dataclass(frozen=True)
class Brought:
    """A bot that updates are brought to."""

    support: Support
    address: str
    secret: str
    gateway: TelegramGateway

    async def bring(self, content: Any, *, secret: str | None = None, **more: Any) -> int:
        """What somebody is answered who brings this."""
        headers = {} if secret is None else {HEADER.encode(): secret.encode()}
        body = {"content": content} if isinstance(content, bytes) else {"json": content}
        async with httpx2.AsyncClient(timeout=PATIENCE_SECONDS, trust_env=False) as http:
            return (await http.post(self.address, headers=headers, **body, **more)).status_code

    def stored(self, chat_id: int = NOBODY) -> list[Any]:
        return self.support.shop.books.rows(
            "SELECT * FROM telegram_updates WHERE chat_id = %(c)s", c=chat_id
        )


@pytest_asyncio.fixture(scope="module")
async def webhook(
    services: Services, shop: Shop, telegram_process: SandboxTelegram
) -> AsyncIterator[Brought]:
    """The bot at work, as its command starts it in this mode."""
    listening = listen("127.0.0.1", 0)
    address = f"http://127.0.0.1:{listening.getsockname()[1]}{PATH}"
    settings = services.settings.model_copy(update={"telegram_webhook_url": address})
    told = replace(services, settings=settings)
    gateway = TelegramGateway(telegram_process.url, TOKEN)
    work = run(told, gateway)
    working = asyncio.create_task(beside(work, create_app(told, BOT_ID, address), listening))

    async def begun() -> bool:
        return await services.database.row(telegram.bot()) is not None

    await eventually(begun)
    support = Support(told, shop, telegram_process)
    yield Brought(support, address, webhook_secret(settings.code_key), gateway)
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)
    await gateway.listen_by_polling()
    await gateway.aclose()


async def test_a_conversation_goes_by_the_webhook_also_when_updates_are_brought_twice(
    webhook: Brought,
) -> None:
    support = webhook.support
    await support.sandbox.misbehave({"kind": "twice", "method": "webhook"})
    _, account = await support.linked()
    number = await support.wrote(account, "Раз", "Два")
    assert support.thread(number) == [(False, "Раз\n\nДва")]
    await support.answer(number, "Выплатили.")
    assert "Выплатили." in await account.hear()
    await support.sandbox.misbehave()
    with pytest.raises(TelegramRefused, match="webhook is active"):
        await webhook.gateway.updates(None)


@pytest.mark.parametrize("secret", [None, "", "0" * 64, "й"], ids=["none", "empty", "wrong", "odd"])
async def test_an_update_of_somebody_else_is_refused_and_not_stored(
    webhook: Brought, secret: str | None
) -> None:
    assert await webhook.bring(UPDATE, secret=secret) == 401
    assert not webhook.stored()


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"{", 400),
        (b"[]", 400),
        (b"[" * 100_000, 400),
        (b'"' + b"x" * MAX_UPDATE_BYTES + b'"', 413),
        ({}, 200),
        ({"update_id": "7"}, 200),
        ({"update_id": 2**63}, 200),
    ],
    ids=["cut", "list", "deep", "large", "empty", "no number", "number too large"],
)
async def test_what_is_no_update_harms_nothing(webhook: Brought, content: Any, status: int) -> None:
    assert await webhook.bring(content, secret=webhook.secret) == status


async def test_what_telegram_brings_is_stored_once_without_what_no_database_takes(
    webhook: Brought,
) -> None:
    said = json.dumps(UPDATE).replace("/start", "/start\\u0000\\ud800").encode()
    for _ in range(2):
        assert await webhook.bring(said, secret=webhook.secret) == 200
    (row,) = webhook.stored()
    assert (row.bot_id, row.update_id) == (BOT_ID, UPDATE["update_id"])


async def test_while_the_database_is_away_telegram_is_told_to_come_again(
    webhook: Brought,
) -> None:
    settings = webhook.support.services.settings
    async with Database("postgresql://nobody@127.0.0.1:1/nothing") as away:
        services = replace(webhook.support.services, database=away)
        app = create_app(services, BOT_ID, settings.telegram_webhook_url or "")
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://bot") as http:
            answer = await http.post(PATH, json=UPDATE, headers={HEADER: webhook.secret})
            assert answer.status_code == 503
            assert (await http.get(PATH)).status_code == 405
            assert (await http.post("/")).status_code == 404
