"""The way to an API that dies: every command is repeated under its key until somebody answers."""

import asyncio
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from uuid import uuid4

import httpx2

from starter.api.http.auth import Caller, development_token

TOKEN_SECONDS = 3600 * 24
PATIENCE_SECONDS = 240.0
"""How long a caller repeats one request."""
PAUSE_SECONDS = 0.3
SHOWN = 300
"""Characters of an answer that a failure shows."""
OPEN = frozenset({HTTPStatus.ACCEPTED, HTTPStatus.SERVICE_UNAVAILABLE})
"""Answers that say: ask again under the same key."""

Document = Mapping[str, Any]


class Unanswered(Exception):  # noqa: N818  the name says what is the matter
    """A request was refused that must not be, or nobody answered it for too long."""


@dataclass(frozen=True)
class Request:
    """What is asked; a command keeps its key however often it is sent. `file` is sent as
    `media_type`.
    """

    method: str
    path: str
    body: Any = None
    file: bytes | None = None
    media_type: str = "application/pdf"
    key: str = field(default_factory=lambda: uuid4().hex)


class Line:
    """HTTP to the API, over a client that its owner closes.

    `heard` counts every answer by its status, and silence under its error's name.
    `broken` are answers that no caller should ever see, whatever has died: 500 and the like.
    """

    def __init__(
        self,
        http: httpx2.AsyncClient,
        development_key: str,
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        self.heard: Counter[str] = Counter()
        self.broken: list[str] = []
        self._key = development_key
        self._tokens: dict[Caller, str] = {}
        self._http = http
        self._patience = patience_seconds

    async def read(self, caller: Caller, path: str) -> Document:
        """What a GET answers."""
        return await self.ask(caller, Request("GET", path))

    async def ask(self, caller: Caller, request: Request) -> Document:
        """What a request answers; raises `Unanswered` when that is a refusal, or when nothing
        comes.
        """
        found: Document = _successful(caller, request, await self.answer(caller, request)).json()
        return found

    async def download(self, caller: Caller, path: str) -> bytes:
        """The bytes of a GET; raises as `ask` does."""
        request = Request("GET", path)
        return bytes(_successful(caller, request, await self.answer(caller, request)).content)

    async def answer(self, caller: Caller, request: Request) -> httpx2.Response:
        """The final answer, a refusal too; raises `Unanswered` with what came instead of one."""
        deadline = time.monotonic() + self._patience
        while True:
            answer = await self._sent(caller, request)
            if not isinstance(answer, str):
                return answer
            if time.monotonic() > deadline:
                named = _named(caller, request)
                raise Unanswered(f"{named}: no answer in {self._patience:g} s, at last {answer}")
            await asyncio.sleep(PAUSE_SECONDS)

    async def _sent(self, caller: Caller, request: Request) -> httpx2.Response | str:
        """The answer, or what was heard instead of one: the request must be repeated."""
        try:
            answer = await self._http.send(self._built(caller, request))
        except httpx2.TransportError as silence:
            self.heard[type(silence).__name__] += 1
            return type(silence).__name__
        self.heard[str(answer.status_code)] += 1
        if answer.status_code not in OPEN and not answer.is_server_error:
            return answer
        if answer.status_code not in OPEN:
            self.broken.append(f"{_named(caller, request)}: {answer.status_code}")
        return f"{answer.status_code} {answer.text[:SHOWN]}"

    def _built(self, caller: Caller, request: Request) -> httpx2.Request:
        headers = {"Authorization": f"Bearer {self._token(caller)}"}
        if request.method != "GET":
            headers["Idempotency-Key"] = request.key
        if request.file is not None:
            headers["Content-Type"] = request.media_type
        return self._http.build_request(
            request.method,
            request.path,
            json=request.body,
            content=request.file,
            headers=headers,
        )

    def _token(self, caller: Caller) -> str:
        if caller not in self._tokens:
            self._tokens[caller] = development_token(self._key, caller, TOKEN_SECONDS)
        return self._tokens[caller]


def _successful(caller: Caller, request: Request, answer: httpx2.Response) -> httpx2.Response:
    if not answer.is_success:
        raise Unanswered(f"{_named(caller, request)}: {answer.text[:SHOWN]}")
    return answer


def _named(caller: Caller, request: Request) -> str:
    return f"{caller.role} {request.method} {request.path}"
