"""Sends what is queued: each chat's in order, within Telegram's limits.

A message is marked before it is sent. Where Telegram is silent, or the process ended in between,
nobody knows whether it came: it is sent once more, and says so; after a second silence it stays
unknown. What the call may do twice without a trace (answering a button) is sent again as it is.
"""

import asyncio
from collections import deque
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any, Final

import structlog

from db.access import telegram
from db.database import Database
from db.ticket import telegram_outbox
from db.ticket.telegram_outbox import DOCUMENT, OutgoingRow
from gateways.telegram import (
    TelegramAway,
    TelegramBlocked,
    TelegramBusy,
    TelegramGateway,
    TelegramRefused,
    TelegramSilent,
)
from starter.telegram.answers import sent_payload
from starter.telegram.documents import is_given_out, send_document
from starter.telegram.linking import end_blocked

SEND = "sendMessage"
SENT_ONCE: Final = frozenset({SEND, DOCUMENT})
"""What a repeat would say twice."""
A_SECOND: Final = 25
"""Messages to all chats; Telegram takes 30."""
AWAY_SECONDS: Final = (1, 2, 5, 10, 30, 60)
"""The wait after each try while Telegram cannot be reached, then the last of them."""
AGAIN = timedelta(seconds=2)
"""The wait before a message that may have been sent is sent once more."""
CALL_TRIES: Final = 5
"""Of a call that may be repeated."""

log = structlog.get_logger()


class Pace:
    """At most so many calls in any second; whoever waits comes in line."""

    def __init__(self, at_most: int) -> None:
        self._made: deque[float] = deque(maxlen=at_most)
        self._line = asyncio.Lock()

    async def turn(self) -> None:
        """Returns when a call may be made."""
        async with self._line:
            if len(self._made) == self._made.maxlen:
                await asyncio.sleep(max(0.0, self._made[0] + 1 - monotonic()))
            self._made.append(monotonic())


class Sender:
    """Sends for one bot; no other process sends at the same time."""

    def __init__(self, database: Database, gateway: TelegramGateway, cabinet_url: str) -> None:
        self._database = database
        self._gateway = gateway
        self._cabinet_url = cabinet_url
        self._pace = Pace(A_SECOND)

    async def recover(self) -> None:
        """Settles what was under way when the process before this one ended."""
        while lost := await self._database.rows(telegram_outbox.under_way()):
            for one in lost:
                await self._silence(one)

    async def send_due(self) -> bool:
        """Sends the next message of each chat that is due; whether there was any."""
        due = await self._database.rows(telegram_outbox.due(datetime.now(UTC)))
        await asyncio.gather(*(self._send(one) for one in due))
        return bool(due)

    async def send_documents_due(self) -> bool:
        """The same for files, which take longer and hold up nothing that is said."""
        due = await self._database.rows(telegram_outbox.due_documents(datetime.now(UTC)))
        await asyncio.gather(*(self._send(one) for one in due))
        return bool(due)

    async def _send(self, one: OutgoingRow) -> None:
        await self._pace.turn()
        if not await telegram_outbox.take(self._database, one.id, datetime.now(UTC)):
            return
        try:
            answer = await self._called(one)
        except TelegramBusy as busy:
            await self._later(one, busy.retry_after)
        except TelegramAway:
            pause = AWAY_SECONDS[min(one.tries, len(AWAY_SECONDS) - 1)]
            await self._later(one, timedelta(seconds=pause))
        except TelegramSilent:
            await self._silence(one)
        except TelegramBlocked as blocked:
            await self._blocked(one, blocked)
        except TelegramRefused as refused:
            await self._settle(one, "failed", failure=str(refused))
            log.warning("telegram.refused", outgoing=one.id, code=refused.code)
        except LookupError:  # a file that was erased since it was looked at
            await self._later(one, AGAIN)
        else:
            await self._settle(one, "sent", sent_as=_message_id(answer))

    async def _called(self, one: OutgoingRow) -> Any:
        """What Telegram answers. A file that is not given out is named instead."""
        if is_given_out(one):
            return await send_document(self._database, self._gateway, one)
        method = SEND if one.method == DOCUMENT else one.method
        return await self._gateway.call(method, sent_payload(one, self._cabinet_url))

    async def _later(self, one: OutgoingRow, pause: timedelta) -> None:
        await telegram_outbox.postpone(self._database, one.id, datetime.now(UTC) + pause)

    async def _silence(self, one: OutgoingRow) -> None:
        """A message is sent once more at most; a call that may be repeated, a few times."""
        log.warning("telegram.silent", outgoing=one.id, method=one.method)
        if one.method not in SENT_ONCE and one.tries < CALL_TRIES:
            await self._later(one, AGAIN)
        elif one.method in SENT_ONCE and not one.is_repeat:
            await telegram_outbox.repeat(self._database, one.id, datetime.now(UTC) + AGAIN)
        else:
            await self._settle(one, "unknown")

    async def _blocked(self, one: OutgoingRow, blocked: TelegramBlocked) -> None:
        """The account is unlinked, and whom it wrote for is told."""
        links = await self._database.rows(telegram.links_of_chat(one.chat_id))
        now = datetime.now(UTC)
        async with self._database.transaction() as transaction:
            end_blocked(transaction, one.chat_id, links, now)
        log.info("telegram.blocked", links=len(links), code=blocked.code)

    async def _settle(
        self,
        one: OutgoingRow,
        status: str,
        *,
        sent_as: int | None = None,
        failure: str | None = None,
    ) -> None:
        await telegram_outbox.settle(
            self._database, one.id, status, datetime.now(UTC), sent_as=sent_as, failure=failure
        )


def _message_id(answer: Any) -> int | None:
    found = answer.get("message_id") if isinstance(answer, dict) else None
    return found if isinstance(found, int) else None
