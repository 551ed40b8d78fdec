"""The people who call the API, each with a token of their own."""

import asyncio
from collections.abc import Coroutine
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass
from typing import Any, Self, TypeVar

from domain.access.roles import Role
from simulation.api_client import ApiClient, Document, Request, found_in, named
from simulation.billing_data import Client
from simulation.expectation import Unexpected
from starter.api.http.auth import Caller

BILLING = Caller("billing", Role.BILLING)
SPECIALIST = Caller("m.orlova", Role.SPECIALIST)
ACCOUNTANT = Caller("p.gromov", Role.ACCOUNTANT)

Answer = TypeVar("Answer")
Opened = TypeVar("Opened")


def caller_of(client: Client) -> Caller:
    """A client with its own data."""
    return Caller(client.id, Role.CLIENT, client.id)


class Cast:
    """All people of a play in which one thing follows another: each call blocks until it is
    answered. At the end the connections are closed.
    """

    def __init__(self, api_url: str, development_key: str) -> None:
        self._runner = asyncio.Runner()
        self._opened = AsyncExitStack()
        self.api = self.enter(ApiClient.to(api_url, development_key))
        self.billing = Person("Биллинг", BILLING, self)
        self.specialist = Person("Мария Орлова", SPECIALIST, self)
        self.accountant = Person("Павел Громов", ACCOUNTANT, self)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.wait(self._opened.aclose())
        self._runner.close()

    def enter(self, opened: AbstractAsyncContextManager[Opened]) -> Opened:
        """Something else that is closed at the end, such as a sandbox."""
        return self.wait(self._opened.enter_async_context(opened))

    def wait(self, asked: Coroutine[Any, Any, Answer]) -> Answer:
        """The result of a call."""
        return self._runner.run(asked)

    def client(self, client: Client) -> "Person":
        """A client with its own data."""
        return Person(client.name, caller_of(client), self)

    def in_another_role(self, person: "Person", role: Role) -> "Person":
        """The same person with the rights of another role."""
        return Person(person.name, Caller(person.caller.login, role), self)


@dataclass(frozen=True)
class Person:
    """Somebody with a token. `name` is shown to the audience."""

    name: str
    caller: Caller
    cast: Cast

    @property
    def role(self) -> Role:
        """The role in the token."""
        return self.caller.role

    def read(self, path: str, **query: str) -> Document:
        """The answer to a GET; raises `Unexpected` unless it is a success."""
        return self.cast.wait(self.cast.api.read(self.caller, path, **query))

    def download(self, path: str) -> bytes:
        """The bytes of a GET; raises `Unexpected` unless it is a success."""
        return self.cast.wait(self.cast.api.download(self.caller, path))

    def upload(self, path: str, content: bytes) -> Document:
        """The answer to a POST of a text file; raises like `command`."""
        request = Request("POST", path, file=content, media_type="text/plain")
        return self.cast.wait(self.cast.api.ask(self.caller, request))

    def command(self, method: str, path: str, body: Any = None) -> Document:
        """The answer to a command; raises `Unexpected` unless it is a success."""
        return self.cast.wait(self.cast.api.command(self.caller, method, path, body))

    def refused(self, code: str, method: str, path: str, body: Any = None) -> str:
        """The text of a command's refusal; raises `Unexpected` for any other answer."""
        request = Request(method, path, body)
        answer = self.cast.wait(self.cast.api.answer(self.caller, request))
        if not answer.is_client_error or answer.json().get("code") != code:
            expected = f"the refusal {code}"
            raise Unexpected(named(self.caller, request), expected, found_in(answer))
        return str(answer.json()["detail"])
