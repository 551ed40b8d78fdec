"""An account of the sandbox of Telegram: what it writes to the bot, and what the bot says."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx2

from simulation.expectation import Unexpected

ANSWER_LIMIT_SECONDS = 5.0
PATIENCE_SECONDS = 15.0
"""How long the bot is listened for."""
LOOK_SECONDS = 0.02


def telegram_at(url: str) -> httpx2.AsyncClient:
    """A client of the sandbox's address, which its owner closes."""
    return httpx2.AsyncClient(base_url=url, timeout=ANSWER_LIMIT_SECONDS, trust_env=False)


@dataclass
class Account:
    """A person in Telegram. `heard` counts what it has read of the bot's messages."""

    http: httpx2.AsyncClient
    chat_id: int
    heard: int = 0

    async def do(self, what: str, **more: Any) -> int:
        """Does something; the id of the message that it made."""
        answer = await self.http.post(self._path, json={"do": what, **more})
        answer.raise_for_status()
        return int(answer.json()["message_id"] or 0)

    async def say(self, text: str) -> str:
        """Writes, and gives the bot's answer."""
        await self.do("say", text=text)
        return await self.hear()

    async def send_files(self, caption: str, files: Mapping[str, bytes]) -> Sequence[str]:
        """Sends files by their names, several as an album; the bot's answer to each."""
        sent = [("file", (name, content)) for name, content in files.items()]
        path, said = f"/chats/{self.chat_id}/files", {"caption": caption}
        answer = await self.http.post(path, data=said, files=sent)
        if answer.is_error:
            answer.raise_for_status()
        return [await self.hear() for _ in files]

    async def press(self, button: str) -> str:
        """Presses the newest button that says so, and gives what the bot says then."""
        shown = await self.messages()
        found = [
            (one["message_id"], data)
            for one in shown
            for row in one["buttons"]
            for text, data in row
            if text.startswith(button)
        ]
        if not found:
            raise Unexpected(f"chat {self.chat_id}", f"a button «{button}»", shown)
        message_id, data = found[-1]
        await self.do("press", message_id=message_id, data=data)
        return await self.hear()

    async def chat(self) -> dict[str, Any]:
        """The chat as the account sees it."""
        found: dict[str, Any] = (await self.http.get(self._path)).raise_for_status().json()
        return found

    async def messages(self) -> list[dict[str, Any]]:
        """What the bot has written."""
        return _of_bot(await self.chat())

    async def hear(self) -> str:
        """The next message of the bot that was not read yet."""
        chat = await self._until(lambda chat: len(_of_bot(chat)) > self.heard, "a message")
        self.heard += 1
        return str(_of_bot(chat)[self.heard - 1]["text"])

    async def notice(self) -> str:
        """What a button was answered with."""
        return str((await self._until(lambda chat: bool(chat["notice"]), "a notice"))["notice"])

    @property
    def _path(self) -> str:
        return f"/sandbox/chats/{self.chat_id}"

    async def _until(self, reached: Callable[[dict[str, Any]], bool], what: str) -> dict[str, Any]:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not reached(chat := await self.chat()):
            if time.monotonic() > deadline:
                found = f"none in {PATIENCE_SECONDS:g} s"
                raise Unexpected(f"listening to the bot in chat {self.chat_id}", what, found)
            await asyncio.sleep(LOOK_SECONDS)
        return chat


def _of_bot(chat: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for one in chat["messages"] if one["is_bots"]]
