"""The bot's process: asks for updates and stores them, works through them, sends what is queued.
Where Telegram brings the updates by a webhook, `starter.telegram.webhook` stores them.

One process works at a time, by a lock of the database; another one waits to take over. Whatever is
under way when a process is killed is in the database, and the next one goes on from there.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import structlog

from db.access import telegram
from db.database import AlreadyHeld, Announced, Database, DatabaseFailure
from db.ticket import telegram_updates
from domain.ticket.telegram import SEEN_EVERY
from gateways.telegram import Bot, TelegramBusy, TelegramGateway
from gateways.telegram.errors import TelegramFailure
from starter.commands.services import Services
from starter.telegram.draining import Unhurried, drain
from starter.telegram.receiving import stored, webhook_secret
from starter.telegram.sending import Sender

LOCK = 7_316_451_092
"""The number of the lock, of our own choosing."""
LOOK_SECONDS = 0.5
"""Between two looks for what is to be done, while there is nothing."""
AGAIN_SECONDS = 2.0
"""The pause after Telegram or the database was lost, or while another process has the lock."""

Ask = Callable[[int | None], Awaitable[Sequence[Mapping[str, Any]]]]
"""Asks Telegram for updates from an offset on."""

log = structlog.get_logger()


async def run(services: Services, gateway: TelegramGateway) -> None:
    """Works until it is cancelled."""
    while True:
        try:
            async with services.database.alone(LOCK) as holding:
                log.info("telegram.begins")
                await _work(services, gateway, holding)
        except AlreadyHeld:
            log.info("telegram.stands_by")
        except (DatabaseFailure, TelegramFailure) as error:
            log.warning("telegram.begins_again", error=str(error))
        except ExceptionGroup as group:
            lost, others = group.split((DatabaseFailure, TelegramFailure))
            if others is not None:
                raise others from None
            log.warning("telegram.begins_again", error=str(lost))
        await asyncio.sleep(AGAIN_SECONDS)


async def _work(services: Services, gateway: TelegramGateway, holding: Announced) -> None:
    """Raises what ends the work: the database is lost, or Telegram does not know the bot."""
    bot = await gateway.bot()
    await _seen(services.database, bot)
    settings = services.settings
    webhook = settings.telegram_webhook_url
    if webhook is None:
        await gateway.listen_by_polling()
    else:
        await gateway.listen_by_webhook(webhook, webhook_secret(settings.code_key))
    sender = Sender(services.database, gateway, settings.cabinet_url)
    await sender.recover()
    fetch, news = Unhurried(gateway.download), asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(_hold(services.database, bot, holding))
        if webhook is None:
            tasks.create_task(poll(services.database, gateway.updates, bot.bot_id, news))
        tasks.create_task(_again_and_again(lambda: drain(services, fetch), news))
        tasks.create_task(_again_and_again(sender.send_due, asyncio.Event()))
        tasks.create_task(_again_and_again(sender.send_documents_due, asyncio.Event()))


async def _hold(database: Database, bot: Bot, holding: Announced) -> None:
    """Says every now and then that the bot works; ends, with an error, when the lock is lost."""
    while True:
        await holding(SEEN_EVERY.total_seconds())
        await _seen(database, bot)


async def _seen(database: Database, bot: Bot) -> None:
    await telegram.put_bot(database, bot.bot_id, bot.username, datetime.now(UTC))


async def poll(database: Database, ask: Ask, bot_id: int, news: asyncio.Event) -> None:
    """Stores updates as they come. Telegram forgets them by the next question, so not before."""
    offset = await _offset(database, bot_id)
    while True:
        try:
            updates = await ask(offset)
        except TelegramFailure as failure:
            log.warning("telegram.silent", error=str(failure))
            pause = failure.retry_after.total_seconds() if isinstance(failure, TelegramBusy) else 0
            await asyncio.sleep(max(pause, AGAIN_SECONDS))
            continue
        highest = await stored(database, bot_id, updates)
        if highest:
            offset = highest + 1
            news.set()
        else:
            offset = await _offset(database, bot_id)


async def _offset(database: Database, bot_id: int) -> int | None:
    """None: the updates that Telegram has not been told to forget, whatever their numbers."""
    found = await database.row(telegram_updates.offset(bot_id, datetime.now(UTC)))
    return None if found is None else found.offset


async def _again_and_again(work: Callable[[], Awaitable[bool]], news: asyncio.Event) -> None:
    """Works while there is something to do; else waits a moment, or for news."""
    while True:
        if await work():
            continue
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                await news.wait()
        except TimeoutError:
            continue
        news.clear()
