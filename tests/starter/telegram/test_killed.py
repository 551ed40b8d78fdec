"""The bot's process is killed wherever it hurts: each message has its effect once, none is lost."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
import pytest_asyncio
from temporalio.testing import WorkflowEnvironment

from db.ticket import telegram_outbox, telegram_updates
from gateways.telegram import TelegramGateway
from simulation.telegram import Account
from starter.commands.services import Services
from starter.telegram.draining import drain
from tests.gateways.sandbox_telegram import TOKEN, SandboxTelegram
from tests.starter.refund.shop import Shop
from tests.starter.served import NOT_OURS, ROOT
from tests.starter.telegram.support import Support
from tests.starter.telegram.test_delivery import AGAIN

WAIT_SECONDS = 30.0


class Bot:
    """A bot of its own process, which is killed and comes back."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        self._environment = environment
        self.log = log
        self._process = self._started()

    def kill(self) -> None:
        """As `kill -9` does."""
        self._process.kill()
        self._process.wait()

    def begin_again(self) -> None:
        """A new process."""
        self._process = self._started()

    def _started(self) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as output:
            return subprocess.Popen(
                [sys.executable, "-m", "starter", "telegram"],
                cwd=ROOT,
                env={**NOT_OURS, "PATH": os.defpath, **self._environment},
                stdout=output,
                stderr=output,
            )


@pytest_asyncio.fixture(scope="module")
async def killed(
    environment: dict[str, str],
    temporal_env: WorkflowEnvironment,
    telegram_process: SandboxTelegram,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Bot]:
    """The bot's process."""
    config = temporal_env.client.service_client.config
    more = {
        "TEMPORAL_ADDRESS": config.target_host,
        "TEMPORAL_NAMESPACE": temporal_env.client.namespace,
        "KOPEYKA_TELEGRAM_TOKEN": TOKEN,
        "KOPEYKA_TELEGRAM_URL": telegram_process.url,
    }
    bot = Bot({**environment, **more}, tmp_path_factory.mktemp("bot") / "log")
    yield bot
    bot.kill()


@pytest_asyncio.fixture
async def survivor(
    killed: Bot, services: Services, shop: Shop, telegram_process: SandboxTelegram
) -> AsyncIterator[Support]:
    """A client whose bot is killed."""
    yield Support(services, shop, telegram_process)
    await telegram_process.misbehave()


@contextmanager
def locked(url: str, table: str) -> Iterator[None]:
    """Nobody writes to a table inside the block."""
    with psycopg.connect(url) as connection:
        connection.execute(f"LOCK TABLE {table} IN EXCLUSIVE MODE".encode())
        yield


async def until(what: Callable[[], Any]) -> None:
    async with asyncio.timeout(WAIT_SECONDS):
        while not what():  # noqa: ASYNC110 - another process does it
            await asyncio.sleep(0.05)


async def finished(account: Account) -> int:
    """Presses «Завершить»; the number of the ticket, however often other words were repeated."""
    shown = [one for one in await account.messages() if one["buttons"]][-1]
    await account.do("press", message_id=shown["message_id"], data=shown["buttons"][0][0][1])
    async with asyncio.timeout(WAIT_SECONDS):
        while True:
            for one in await account.messages():
                if "Отправлено" in one["text"]:
                    return int(one["text"].split("№ ")[1].split(" ")[0])
            await asyncio.sleep(0.05)


async def test_killed_between_storing_an_update_and_working_through_it(
    killed: Bot, survivor: Support, database_url: str
) -> None:
    _, account = await survivor.linked()
    with locked(database_url, "telegram_drafts"):
        await account.do("say", text="/createticket")
        await until(lambda: survivor.to_do(account))
        killed.kill()
    killed.begin_again()
    assert await account.hear() == "Выберите отдел."
    assert await account.press("Возвраты") == "Введите тему запроса, до 200 знаков."
    assert len(survivor.drafts(account)) == 1


async def test_killed_between_opening_a_ticket_and_storing_that_the_update_is_done(
    killed: Bot, survivor: Support, database_url: str
) -> None:
    caller, account = await survivor.linked()
    await account.say("/createticket")
    await account.press("Возвраты")
    await account.say("Один")
    await account.press("Пропустить")
    await account.say("Вопрос")
    finish = (await account.messages())[-1]
    opened = "SELECT number FROM tickets WHERE client_id = %(c)s"
    books = survivor.shop.books
    with locked(database_url, "telegram_drafts"):
        data = finish["buttons"][0][0][1]
        await account.do("press", message_id=finish["message_id"], data=data)
        await until(lambda: books.rows(opened, c=caller.client_id))
        killed.kill()
    killed.begin_again()
    assert "Отправлено" in await account.hear()
    (ticket,) = books.rows(opened, c=caller.client_id)
    assert survivor.thread(ticket.number) == [(False, "Вопрос")]


async def test_killed_while_a_message_is_under_way_it_is_sent_once_more_and_says_so(
    killed: Bot, survivor: Support
) -> None:
    _, account = await survivor.linked()
    slow = {"kind": "slow", "method": "sendMessage", "times": 1, "seconds": 3}
    await survivor.sandbox.misbehave(slow)
    await account.do("say", text="/start")
    await until(lambda: survivor.outbox(account)[-1].status == "sending")
    killed.kill()
    killed.begin_again()
    first = await account.hear()
    assert first in {"Активных запросов нет.", f"{AGAIN}\nАктивных запросов нет."}
    assert {first, await account.hear()} == {
        "Активных запросов нет.",
        f"{AGAIN}\nАктивных запросов нет.",
    }


async def test_killed_again_and_again_while_people_write_each_message_comes_once_and_in_order(
    killed: Bot, survivor: Support
) -> None:
    accounts = [(await survivor.linked())[1] for _ in range(4)]
    for account in accounts:
        await account.say("/createticket")
        await account.press("Возвраты")
        await account.say("Буря")
        await account.press("Пропустить")
    written = [str(number) for number in range(12)]

    async def write(account: Account) -> None:
        for one in written:
            await account.do("say", text=one)
            await asyncio.sleep(0.2)

    writing = asyncio.gather(*map(write, accounts))
    for _ in range(2):
        await asyncio.sleep(0.7)
        killed.kill()
        killed.begin_again()
    await writing
    count = "SELECT FROM telegram_draft_parts"
    await until(lambda: len(survivor.shop.books.rows(count)) >= len(accounts) * len(written))
    for account in accounts:
        number = await finished(account)
        assert survivor.thread(number) == [(False, "\n\n".join(written))]


async def test_killed_with_a_message_under_way_it_is_sent_however_many_chats_have_to_wait(
    killed: Bot, survivor: Support
) -> None:
    """Chats that Telegram has told to wait an hour stand before all others."""
    _, account = await survivor.linked()
    await account.say("/start")
    killed.kill()
    books, now = survivor.shop.books, datetime.now(UTC)
    waiting = {"method": "sendMessage", "payload": {}, "created_at": now}
    for chat in range(1, telegram_outbox.CHATS_AT_ONCE + 1):
        due_at = now + timedelta(hours=1)
        row = {"occasion": f"waits-{chat}", "chat_id": -chat, "status": "queued", "due_at": due_at}
        books.put("telegram_outbox", **row, **waiting)
    last = survivor.outbox(account)[-1].id
    under_way = "UPDATE telegram_outbox SET status = 'sending', settled_at = NULL WHERE id = %s"
    books.connection.execute(under_way, (last,))
    killed.begin_again()
    assert await account.hear() == f"{AGAIN}\nАктивных запросов нет."
    assert await account.say("/start") == "Активных запросов нет."
    given_up = "UPDATE telegram_outbox SET status = 'failed', settled_at = now() WHERE chat_id < 0"
    books.connection.execute(given_up)


async def test_one_look_works_through_every_chat_s_next_update_however_many_there_are(
    killed: Bot, survivor: Support
) -> None:
    killed.kill()
    now, count = datetime.now(UTC), telegram_updates.CHATS_AT_ONCE + 1
    rows = [
        {"update_id": -chat, "chat_id": -1_000_000 - chat, "payload": {"update_id": -chat}}
        for chat in range(1, count + 1)
    ]
    database = survivor.services.database
    await telegram_updates.put(database, int(TOKEN.partition(":")[0]), rows, now)
    assert await drain(survivor.services, TelegramGateway("http://nobody.example", TOKEN).download)
    left = "SELECT FROM telegram_updates WHERE chat_id < -1000000 AND done_at IS NULL"
    assert survivor.shop.books.rows(left) == []
    killed.begin_again()


def test_its_log_never_has_the_token(killed: Bot) -> None:
    logged = killed.log.read_text()
    assert "telegram.begins" in logged
    assert TOKEN not in logged
