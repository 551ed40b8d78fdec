"""Who calls the API, a token each, by the same HTTP as any other caller."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Self
from uuid import uuid4

import httpx2

from domain.access.roles import Role
from simulation.dataset import Client
from simulation.expectation import Unexpected
from starter.api.http.auth import Caller, development_token

TOKEN_SECONDS = 3600 * 8
ANSWER_LIMIT_SECONDS = 20.0
TRIES = 10
"""A command whose outcome is not known is repeated under its key so often."""
PAUSE_SECONDS = 0.5
NOT_KNOWN = (HTTPStatus.ACCEPTED, HTTPStatus.SERVICE_UNAVAILABLE)

Document = Mapping[str, Any]


@dataclass(frozen=True)
class Person:
    """Somebody with a token. `name` is for the audience."""

    name: str
    caller: Caller
    http: httpx2.Client

    @property
    def role(self) -> Role:
        """Whose rights the token gives."""
        return self.caller.role

    def read(self, path: str, **query: str) -> Document:
        """What a GET answers; raises `Unexpected` unless it is a success."""
        answer = self.http.get(path, params=query)
        return self._successful(answer, f"GET {path}")

    def download(self, path: str) -> bytes:
        """The bytes of a GET; raises `Unexpected` unless it is a success."""
        answer = self.http.get(path)
        if not answer.is_success:
            raise Unexpected(self._step(f"GET {path}"), "success", _found(answer))
        return bytes(answer.content)

    def upload(self, path: str, content: bytes) -> Document:
        """What a POST of a file answers, which is its own key; raises like `command`."""
        answer = self.http.post(path, content=content, headers={"Content-Type": "text/plain"})
        return self._successful(answer, f"POST {path}")

    def command(self, method: str, path: str, body: Any = None) -> Document:
        """What a command answers; raises `Unexpected` unless it is a success."""
        return self._successful(self._sent(method, path, body), f"{method} {path}")

    def refused(self, code: str, method: str, path: str, body: Any = None) -> str:
        """The words in which a command is refused; raises `Unexpected` for any other answer."""
        answer = self._sent(method, path, body)
        found = answer.json().get("code") if answer.is_client_error else answer.status_code
        if found != code:
            raise Unexpected(self._step(f"{method} {path}"), f"the refusal {code}", found)
        return str(answer.json()["detail"])

    def _sent(self, method: str, path: str, body: Any) -> httpx2.Response:
        """Repeats under the same key while nobody can say what became of the command."""
        headers = {"Idempotency-Key": str(uuid4())}
        for _ in range(TRIES):
            answer = self.http.request(method, path, json=body, headers=headers)
            if answer.status_code not in NOT_KNOWN:
                break
            time.sleep(PAUSE_SECONDS)
        return answer

    def _successful(self, answer: httpx2.Response, request: str) -> Document:
        if not answer.is_success or answer.status_code in NOT_KNOWN:
            raise Unexpected(self._step(request), "success", _found(answer))
        document: Document = answer.json() if answer.content else {}
        return document

    def _step(self, request: str) -> str:
        return f"{self.name} ({self.role}) asks {request}"


class Cast:
    """Everybody at the API's door; left, their connections are closed."""

    def __init__(self, api_url: str, development_key: str) -> None:
        self._api_url = api_url
        self._key = development_key
        self._lines: list[httpx2.Client] = []
        self.billing = self._person("Биллинг", Caller("billing", Role.BILLING))
        self.specialist = self._person("Мария Орлова", Caller("m.orlova", Role.SPECIALIST))
        self.accountant = self._person("Павел Громов", Caller("p.gromov", Role.ACCOUNTANT))
        self.operator = self._person("Оператор", Caller("operator", Role.OPERATOR))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for line in self._lines:
            line.close()

    def client(self, client: Client) -> Person:
        """A client with its own data."""
        return self._person(client.name, Caller(client.id, Role.CLIENT, client.id))

    def in_another_role(self, person: Person, role: Role) -> Person:
        """The same person with the rights of another role."""
        return self._person(person.name, Caller(person.caller.login, role))

    def _person(self, name: str, caller: Caller) -> Person:
        token = development_token(self._key, caller, TOKEN_SECONDS)
        line = httpx2.Client(
            base_url=self._api_url,
            headers={"Authorization": f"Bearer {token}"},
            timeout=ANSWER_LIMIT_SECONDS,
            trust_env=False,  # a developer's proxy has no business on the loopback
        )
        self._lines.append(line)
        return Person(name, caller, line)


def _found(answer: httpx2.Response) -> str:
    try:
        problem = answer.json()
        wrong = [f"{one.get('pointer')} {one['code']}" for one in problem.get("errors", ())]
        return " ".join([str(answer.status_code), problem["code"], problem["detail"], *wrong])
    except (ValueError, KeyError, AttributeError, TypeError):
        return f"{answer.status_code} {answer.text[:200]!r}"
