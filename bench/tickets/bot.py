"""Messages to support through the bot: accounts that reply to tickets in Telegram's sandbox."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import LiteralString
from uuid import uuid4

import httpx2

from bench.database import Connection
from bench.driver import side_by_side
from bench.tickets.cases import Tickets
from domain.ticket.telegram import Button, Step, Verb

FIRST_CHAT = 700_000
TEXT = "Спасибо, но деньги так и не пришли. Когда их ждать?"
LOOK_SECONDS = 0.02
LIMIT_SECONDS = 120.0
_LINKED: LiteralString = """
WITH switched AS (
    INSERT INTO telegram_switches (client_id, is_on, changed_by, changed_at)
    VALUES (%(client)s, true, 'bench', now()) ON CONFLICT DO NOTHING)
INSERT INTO telegram_links (id, token_hash, client_id, login, asked_at, ends_at, chat_id, account,
       opened_at, confirmed_at)
VALUES (%(id)s, %(token)s, %(client)s, %(login)s, now(), now() + interval '10 minutes', %(chat)s,
        'bench', now(), now())
"""
_DRAFT: LiteralString = """
SELECT max(draft.id) FROM telegram_drafts AS draft
  JOIN telegram_draft_parts AS part ON part.draft_id = draft.id
 WHERE draft.chat_id = %s AND draft.id > %s
"""
_TAKEN: LiteralString = """
SELECT count(*) FROM ticket_history
  JOIN ticket_messages ON ticket_messages.id = submission_id WHERE channel = 'telegram'
"""
_QUEUED: LiteralString = """
SELECT count(*) FROM telegram_outbox WHERE status IN ('queued', 'sending')
"""
_CALLS: LiteralString = "SELECT count(*) FROM telegram_outbox"


@dataclass
class Chat:
    """An account, the number of the ticket that it replies to, and the last draft it has seen."""

    chat_id: int
    ticket: int
    draft: int = 0


class BotMessages:
    """Replies of several accounts at once; each presses, writes, presses."""

    def __init__(
        self, chats: Sequence[Chat], http: httpx2.AsyncClient, database: Connection
    ) -> None:
        self._chats = chats
        self._http = http
        self._database = database

    async def send(self, messages: int) -> float:
        """The seconds until tickets have taken so many messages, a whole number of each chat."""
        began, taken = time.monotonic(), await self._count(_TAKEN)
        each = messages // len(self._chats)
        await asyncio.gather(*(self._write(chat, each) for chat in self._chats))
        await self._until(_TAKEN, taken + each * len(self._chats))
        return time.monotonic() - began

    async def settled(self) -> None:
        """Returns once all that the bot has to say is said, which Telegram's limits slow down."""
        await self._until(_QUEUED, 0)

    async def calls(self) -> int:
        """How many calls of the Bot API there were."""
        return await self._count(_CALLS)

    async def _write(self, chat: Chat, messages: int) -> None:
        for _ in range(messages):
            await self._do(chat, {"do": "press", **_pressed(Button(Verb.REPLY, chat.ticket))})
            await self._do(chat, {"do": "say", "text": TEXT})
            chat.draft = await self._draft_of(chat)
            finish = Button(Verb.FINISH, chat.draft, Step.MESSAGES)
            await self._do(chat, {"do": "press", **_pressed(finish)})

    async def _draft_of(self, chat: Chat) -> int:
        async with asyncio.timeout(LIMIT_SECONDS):
            while True:
                found = await self._database.execute(_DRAFT, (chat.chat_id, chat.draft))
                row = await found.fetchone()
                if row is not None and row[0] is not None:
                    return int(row[0])
                await asyncio.sleep(LOOK_SECONDS)

    async def _do(self, chat: Chat, what: dict[str, object]) -> None:
        answer = await self._http.post(f"/sandbox/chats/{chat.chat_id}", json=what)
        answer.raise_for_status()

    async def _until(self, query: LiteralString, wanted: int) -> None:
        async with asyncio.timeout(LIMIT_SECONDS):
            while await self._count(query) != wanted:  # noqa: ASYNC110 - nobody announces it
                await asyncio.sleep(LOOK_SECONDS)

    async def _count(self, query: LiteralString) -> int:
        row = await (await self._database.execute(query)).fetchone()
        return 0 if row is None else int(row[0])


async def linked(tickets: Tickets, database: Connection, chats: int) -> Sequence[Chat]:
    """So many accounts that write for clients with a ticket each, put beside what people do."""
    opened = await side_by_side([tickets.opened] * chats, chats)
    found = []
    for place, (client, ticket_id) in enumerate(opened):
        chat = Chat(FIRST_CHAT + place, int(ticket_id.removeprefix("ticket-")))
        link = {
            "id": uuid4(),
            "token": sha256(ticket_id.encode()).digest(),
            "client": client.client_id,
            "login": f"bench-{chat.chat_id}",
            "chat": chat.chat_id,
        }
        await database.execute(_LINKED, link)
        found.append(chat)
    return found


def _pressed(button: Button) -> dict[str, object]:
    return {"message_id": 1, "data": button.data}
