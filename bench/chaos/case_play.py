"""What every play of a case over the API has: looks, words that may come too late, and waits."""

import asyncio
import time
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from bench.chaos.play import Days
from simulation.api_client import ApiClient, Document, Request, found_in, named
from simulation.expectation import Unexpected
from starter.api.http.auth import Caller

LOOK_SECONDS = 0.4
PATIENCE_SECONDS = 300.0
"""How long a case may stay where its people do nothing about it."""


class CasePlay:
    """One case: who plays it says what its people do, and reads it as `reader`."""

    def __init__(self, api: ApiClient, days: Days, where: str, reader: Caller) -> None:
        self.id = ""
        self._api = api
        self._days = days
        self._where = where
        self._reader = reader

    @property
    def cases(self) -> tuple[str, ...]:
        """The case, once it is open."""
        return (self.id,) if self.id else ()

    async def play(self) -> None:
        """Until the case has ended, or its people have gone home."""
        raise NotImplementedError

    async def _say(self, caller: Caller, word: str, **body: Any) -> Document:
        """A command that must be taken."""
        return await self._api.ask(caller, self._request(word, body))

    async def _try(self, caller: Caller, word: str, **body: Any) -> bool:
        """A command that races with something else; whether it was taken."""
        request = self._request(word, body)
        answer = await self._api.answer(caller, request)
        if not answer.is_success and answer.status_code != HTTPStatus.CONFLICT:
            raise Unexpected(named(caller, request), "success or a conflict", found_in(answer))
        return answer.is_success

    async def _until(self, *statuses: str, passing: timedelta | None = None) -> Document:
        """The case once it is in one of these; `passing`: its days pass until then."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (view := await self._view())["status"] not in statuses:
            if time.monotonic() > deadline:
                found = f"{PATIENCE_SECONDS:g} s in {view['status']}"
                raise Unexpected(self.id, f"to be in {' or '.join(statuses)}", found)
            if passing is not None:
                await self._days.pass_for(self.id, passing)
            await asyncio.sleep(LOOK_SECONDS)
        return view

    async def _view(self) -> Document:
        return await self._api.read(self._reader, f"{self._where}/{self.id}")

    def _request(self, word: str, body: dict[str, Any]) -> Request:
        return Request("POST", f"{self._where}/{self.id}/{word}", body or None)
