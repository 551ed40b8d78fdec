"""Event streams as a browser reads them, over HTTP from a process of its own."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import MappingProxyType

import httpx2

from tests.patience import PATIENCE_SECONDS
from tests.starter.served import Served

ACCEPT = MappingProxyType({"Accept": "text/event-stream"})


class Events:
    """One stream; `status` is what it was answered."""

    def __init__(self, answer: httpx2.Response) -> None:
        self.status = answer.status_code
        self.answer = answer
        self._lines = answer.aiter_lines()

    async def begun(self) -> "Events":
        """The same, once its first line is there."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            assert (await anext(self._lines)).startswith("retry: ")
        return self

    async def said(self) -> str:
        """What is said next."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            async for line in self._lines:
                if line.startswith("data: "):
                    return line.removeprefix("data: ")
        raise EOFError

    async def until(self, word: str) -> list[str]:
        """All that is said until something has this word in it."""
        said: list[str] = []
        while not said or word not in said[-1].split(" "):
            said.append(await self.said())
        return said

    async def ended(self) -> None:
        """Returns once the other side has ended it."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            async for _ in self._lines:
                pass


@asynccontextmanager
async def following(pages: Served, token: str) -> AsyncIterator[Events]:
    """A stream of the session with this token."""
    async with (
        httpx2.AsyncClient(
            base_url=pages.address,
            cookies={"session": token},
            headers=ACCEPT,
            trust_env=False,
            timeout=None,
        ) as http,
        http.stream("GET", "/events") as answer,
    ):
        events = Events(answer)
        yield await events.begun() if events.status == 200 else events
