"""A client of the API: a command keeps its key and is repeated while its outcome is unknown."""

import asyncio
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Self
from uuid import uuid4

import httpx2

from simulation.expectation import Unexpected
from starter.api.http.auth import Caller, development_token

TOKEN_SECONDS = 3600 * 24
ANSWER_LIMIT_SECONDS = 20.0
PATIENCE_SECONDS = 10.0
"""How long a request with an unknown outcome is repeated."""
PAUSE_SECONDS = 0.3
OUTCOME_UNKNOWN = frozenset({HTTPStatus.ACCEPTED, HTTPStatus.SERVICE_UNAVAILABLE})
"""Answers after which the request is sent again under the same key."""

Document = Mapping[str, Any]


@dataclass(frozen=True)
class Request:
    """A request; a command keeps its key each time it is sent. `file` is sent as `media_type`."""

    method: str
    path: str
    body: Any = None
    file: bytes | None = None
    media_type: str = "application/pdf"
    query: Mapping[str, Any] | None = None
    key: str = field(default_factory=lambda: uuid4().hex)


class ApiClient:
    """Sends everybody's requests, over an HTTP client that its owner closes.

    `outlives_processes`: the API may be killed, so no answer and 500 are repeated. `heard` counts
    every answer by its status, and errors by their name. `broken` are answers that must never come,
    whatever was killed: 500 and the like.
    """

    def __init__(
        self,
        http: httpx2.AsyncClient,
        development_key: str,
        *,
        patience_seconds: float = PATIENCE_SECONDS,
        outlives_processes: bool = False,
    ) -> None:
        self.heard: Counter[str] = Counter()
        self.broken: list[str] = []
        self._http = http
        self._key = development_key
        self._patience_seconds = patience_seconds
        self._outlives_processes = outlives_processes
        self._tokens: dict[Caller, str] = {}

    @classmethod
    def to(cls, api_url: str, development_key: str, **options: Any) -> Self:
        """A client with its own connections; `async with` closes them."""
        # A developer's proxy is not used on the loopback.
        http = httpx2.AsyncClient(base_url=api_url, timeout=ANSWER_LIMIT_SECONDS, trust_env=False)
        return cls(http, development_key, **options)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def read(self, caller: Caller, path: str, **query: Any) -> Document:
        """The answer to a GET."""
        return await self.ask(caller, Request("GET", path, query=query or None))

    async def command(self, caller: Caller, method: str, path: str, body: Any = None) -> Document:
        """The answer to a command."""
        return await self.ask(caller, Request(method, path, body))

    async def ask(self, caller: Caller, request: Request) -> Document:
        """The answer to a request; raises `Unexpected` unless it is a success."""
        answer = _successful(caller, request, await self.answer(caller, request))
        document: Document = answer.json() if answer.content else {}
        return document

    async def download(self, caller: Caller, path: str) -> bytes:
        """The bytes of a GET; raises as `ask` does."""
        request = Request("GET", path)
        return bytes(_successful(caller, request, await self.answer(caller, request)).content)

    async def answer(self, caller: Caller, request: Request) -> httpx2.Response:
        """The last answer, a refusal too; raises `Unexpected` with what came instead of one."""
        deadline = time.monotonic() + self._patience_seconds
        while True:
            answer = await self._final(caller, request)
            if not isinstance(answer, str):
                return answer
            if time.monotonic() > deadline:
                found = f"none in {self._patience_seconds:g} s, at last {answer}"
                raise Unexpected(named(caller, request), "an answer", found)
            await asyncio.sleep(PAUSE_SECONDS)

    async def send(self, caller: Caller, request: Request) -> httpx2.Response:
        """One answer of any kind, without a repeat."""
        headers = {"Authorization": f"Bearer {self._token(caller)}"}
        if request.method != "GET":
            headers["Idempotency-Key"] = request.key
        if request.file is not None:
            headers["Content-Type"] = request.media_type
        built = self._http.build_request(
            request.method,
            request.path,
            params=request.query,
            json=request.body,
            content=request.file,
            headers=headers,
        )
        return await self._http.send(built)

    async def _final(self, caller: Caller, request: Request) -> httpx2.Response | str:
        """The answer, or why the request must be repeated."""
        try:
            answer = await self.send(caller, request)
        except httpx2.TransportError as silence:
            if not self._outlives_processes:
                raise
            self.heard[type(silence).__name__] += 1
            return type(silence).__name__
        self.heard[str(answer.status_code)] += 1
        if answer.status_code in OUTCOME_UNKNOWN:
            return found_in(answer)
        if answer.is_server_error and self._outlives_processes:
            self.broken.append(f"{named(caller, request)}: {answer.status_code}")
            return found_in(answer)
        return answer

    def _token(self, caller: Caller) -> str:
        if caller not in self._tokens:
            self._tokens[caller] = development_token(self._key, caller, TOKEN_SECONDS)
        return self._tokens[caller]


def found_in(answer: httpx2.Response) -> str:
    """An answer in one line: the status, and of a problem its code, its text and wrong fields."""
    try:
        problem = answer.json()
        wrong = [f"{one.get('pointer')} {one['code']}" for one in problem.get("errors", ())]
        return " ".join([str(answer.status_code), problem["code"], problem["detail"], *wrong])
    except (ValueError, KeyError, AttributeError, TypeError):
        return f"{answer.status_code} {answer.text[:200]!r}"


def named(caller: Caller, request: Request) -> str:
    """A request in a failure's text."""
    return f"{caller.login} ({caller.role}) asks {request.method} {request.path}"


def _successful(caller: Caller, request: Request, answer: httpx2.Response) -> httpx2.Response:
    if not answer.is_success:
        raise Unexpected(named(caller, request), "success", found_in(answer))
    return answer
