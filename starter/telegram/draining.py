"""Works through the updates that are stored: each chat's in order, several chats at once."""

import asyncio
from datetime import UTC, datetime, timedelta
from time import monotonic

import structlog

from db.database import Database, DatabaseFailure, DatabaseUnavailable
from db.ticket import telegram_outbox, telegram_updates
from db.ticket.telegram_updates import UpdateRow
from gateways.telegram import TelegramBusy, TelegramFailure
from starter.commands.refusal import Refusal
from starter.commands.services import Services
from starter.telegram.conversation import answer
from starter.telegram.talk import Fetch, Talk, store, talk_of

TRIES = 5
"""Of an update that fails by an error that nobody foresaw; then its chat goes on without it."""
CHATS_AT_ONCE = 8

log = structlog.get_logger()


class Unhurried:
    """Fetches files as Telegram lets us: nothing is asked for before the time that it has named,
    which holds for all chats. Not for two event loops.
    """

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch
        self._free_at = 0.0

    async def __call__(self, file_id: str) -> bytes:
        """The content of a file; raises `TelegramBusy` until files may be asked for again."""
        left = self._free_at - monotonic()
        if left > 0:
            raise TelegramBusy(timedelta(seconds=left))
        try:
            return await self._fetch(file_id)
        except TelegramBusy as busy:
            self._free_at = monotonic() + busy.retry_after.total_seconds()
            raise


async def drain(services: Services, fetch: Fetch) -> bool:
    """Works through the first update of each chat that has any; whether something was done.

    An update whose command cannot be carried out now stays, and what comes after it in its chat
    waits; other chats do not, however many have to.
    """
    turns, did_something = asyncio.Semaphore(CHATS_AT_ONCE), False
    after = telegram_updates.BEFORE_ALL_CHATS
    while waiting := await services.database.rows(telegram_updates.next_of_chats(after)):
        done = await asyncio.gather(*(_one(services, update, fetch, turns) for update in waiting))
        did_something, after = did_something or any(done), waiting[-1].chat_id
    return did_something


async def _one(
    services: Services, update: UpdateRow, fetch: Fetch, turns: asyncio.Semaphore
) -> bool:
    async with turns:
        talk = await talk_of(services, update, fetch, datetime.now(UTC))
        try:
            await answer(talk)
            await store(services.database, talk)
        except Refusal as refusal:
            log.warning("telegram.update_waits", update=update.update_id, code=refusal.code)
            await _say_once_that_it_waits(talk)
            return False
        except TelegramFailure as failure:
            log.warning("telegram.file_waits", update=update.update_id, error=str(failure))
            return False
        except DatabaseUnavailable:
            raise
        except Exception as error:  # one chat's update must not stop the others
            log.exception("telegram.update_failed", update=update.update_id)
            return await _failed(services.database, talk, error)
    return True


async def _say_once_that_it_waits(talk: Talk) -> None:
    """Nothing is lost; but whoever waits for an answer should know why there is none."""
    update = talk.update
    said = {"chat_id": talk.heard.chat_id, "text": talk.t("telegram.waits")}
    async with talk.services.database.transaction() as transaction:
        occasion = f"waits-{update.bot_id}-{update.update_id}"
        telegram_outbox.put(
            transaction, occasion, talk.heard.chat_id, "sendMessage", said, talk.now
        )


async def _failed(database: Database, talk: Talk, error: Exception) -> bool:
    """Counts the try; after the last one the chat hears of it and goes on."""
    update = talk.update
    if update.tries + 1 < TRIES:
        await telegram_updates.tried(database, update)
        return False
    async with database.transaction() as transaction:
        said = {"chat_id": talk.heard.chat_id, "text": talk.t("telegram.failed")}
        occasion = f"failed-{update.bot_id}-{update.update_id}"
        telegram_outbox.put(
            transaction, occasion, talk.heard.chat_id, "sendMessage", said, talk.now
        )
        telegram_updates.done(transaction, update, talk.now, _name(error))
    return True


def _name(error: Exception) -> str:
    """Without the error's words, which may be a person's."""
    return type(error).__name__ if not isinstance(error, DatabaseFailure) else str(error)
