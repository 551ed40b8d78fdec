"""A sandbox of Telegram started for tests, and its accounts as a test plays them."""

import asyncio
import subprocess
import sys
from dataclasses import dataclass
from itertools import count
from typing import Any

import httpx2

TOKEN = "777000001:test"
USERNAME = "kopeyka_test_bot"
PATIENCE_SECONDS = 15.0
_ACCOUNTS = count(1_001)


class SandboxTelegram:
    """A running process and the test's side of it."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "sandbox", "telegram", "--port", "0"]
        command += ["--token", TOKEN, "--username", USERNAME]
        self._process = subprocess.Popen(  # noqa: S603 - our own program
            command, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        announced = self._process.stdout.readline()
        assert announced, "the sandbox did not start"
        self.url = announced.split()[-1]
        self.admin = httpx2.AsyncClient(base_url=f"{self.url}/sandbox", trust_env=False)

    async def misbehave(self, *rules: dict[str, Any]) -> None:
        """Puts these rules in force in place of all others."""
        (await self.admin.put("/faults", json=list(rules))).raise_for_status()

    def account(self) -> "Account":
        """An account that nobody has used before."""
        return Account(self, next(_ACCOUNTS))

    async def stop(self) -> None:
        """Ends the process."""
        await self.admin.aclose()
        self._process.terminate()
        self._process.communicate()


@dataclass
class Account:
    """A person in Telegram. `heard` counts what it has read of the bot's messages."""

    sandbox: SandboxTelegram
    chat_id: int
    heard: int = 0

    async def do(self, what: str, **more: Any) -> int:
        """Does something; the id of the message that it made."""
        answer = await self.sandbox.admin.post(f"/chats/{self.chat_id}", json={"do": what, **more})
        answer.raise_for_status()
        return int(answer.json()["message_id"] or 0)

    async def say(self, text: str) -> str:
        """Writes, and gives the bot's answer."""
        await self.do("say", text=text)
        return await self.hear()

    async def press(self, button: str) -> str:
        """Presses the newest button that says so, and gives what the bot says then."""
        found = [
            (shown["message_id"], data)
            for shown in await self.messages()
            for row in shown["buttons"]
            for text, data in row
            if text.startswith(button)
        ]
        assert found, f"no button says {button}: {await self.messages()}"
        message_id, data = found[-1]
        await self.do("press", message_id=message_id, data=data)
        return await self.hear()

    async def chat(self) -> dict[str, Any]:
        """The chat as the account sees it."""
        found: dict[str, Any] = (await self.sandbox.admin.get(f"/chats/{self.chat_id}")).json()
        return found

    async def messages(self) -> list[dict[str, Any]]:
        """What the bot has written."""
        return [one for one in (await self.chat())["messages"] if one["is_bots"]]

    async def hear(self) -> str:
        """The next message of the bot that was not read yet."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while len(found := await self.messages()) <= self.heard:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        self.heard += 1
        return str(found[self.heard - 1]["text"])

    async def notice(self) -> str:
        """What a button was answered with."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not (found := (await self.chat())["notice"]):  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        return str(found)
