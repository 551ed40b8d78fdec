"""The HTTP client: one connection pool, a limit on every wait and on the size of every answer."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from urllib.parse import quote

import httpx2

from domain.ticket.telegram import FILE_BYTES
from gateways.telegram.errors import (
    TelegramAway,
    TelegramBlocked,
    TelegramBusy,
    TelegramRefused,
    TelegramSilent,
)

MAX_ANSWER_BYTES: Final = 8 * 1024 * 1024
"""A hundred updates, each with a message of 4,096 characters and its surroundings."""
POLL_SECONDS: Final = 25
"""How long Telegram keeps a question for updates open while there are none."""
UPDATES_AT_MOST: Final = 100
ALLOWED_UPDATES: Final = ("message", "edited_message", "callback_query", "my_chat_member")
MAX_RETRY_AFTER_SECONDS: Final = 3_600
MAX_DESCRIPTION: Final = 120
DOWNLOAD_SECONDS: Final = 60.0
UPLOAD_SECONDS: Final = 60.0
"""How much longer than an answer a file may take."""
MAX_CONNECTIONS: Final = 20
KEEP_ALIVE_SECONDS: Final = 3.0

_NEVER_SENT: Final = (
    httpx2.ConnectError,
    httpx2.ConnectTimeout,
    httpx2.PoolTimeout,
    httpx2.UnsupportedProtocol,
)


@dataclass(frozen=True)
class TelegramTimeouts:
    """Seconds; `overall` bounds one request whatever its parts do."""

    connect: float = 5.0
    read: float = 20.0
    pool: float = 5.0
    overall: float = 30.0


@dataclass(frozen=True)
class Bot:
    """The bot that the token is of."""

    bot_id: int
    username: str


@dataclass(frozen=True, repr=False)
class SentFile:
    """A file to be sent, under the name that it has for its reader; `field` is the method's."""

    field: str
    name: str
    content: bytes
    media_type: str


class _TooLarge(Exception):  # noqa: N818 - becomes TelegramRefused before it leaves
    """An answer, or a file, that is larger than is taken; no repeat makes it smaller."""


class TelegramGateway:
    """One client for the life of the process. `base_url` is without the token: methods are
    `{base_url}/bot{token}/{method}`.
    """

    def __init__(
        self, base_url: str, token: str, *, timeouts: TelegramTimeouts = TelegramTimeouts()
    ) -> None:
        self._timeouts = timeouts
        self._methods = f"{base_url.rstrip('/')}/bot{token}"
        self._files = f"{base_url.rstrip('/')}/file/bot{token}"
        self._client = httpx2.AsyncClient(
            headers={"Accept": "application/json", "Accept-Encoding": "identity"},
            timeout=httpx2.Timeout(timeouts.read, connect=timeouts.connect, pool=timeouts.pool),
            limits=httpx2.Limits(
                max_connections=MAX_CONNECTIONS, keepalive_expiry=KEEP_ALIVE_SECONDS
            ),
            trust_env=False,
        )

    async def bot(self) -> Bot:
        """Who we are (`getMe`)."""
        me = await self.call("getMe", {})
        if not isinstance(me, dict):
            raise TelegramSilent("getMe answers no bot")
        return Bot(int(me["id"]), str(me["username"]))

    async def listen_by_polling(self) -> None:
        """No webhook takes the updates from now on (`deleteWebhook`); those that wait stay."""
        await self.call("deleteWebhook", {"drop_pending_updates": False})

    async def listen_by_webhook(self, address: str, secret: str) -> None:
        """Telegram brings the updates to an address from now on (`setWebhook`), one after another,
        so that those of a chat come in order, and says the secret with each.
        """
        asked = {
            "url": address,
            "secret_token": secret,
            "max_connections": 1,
            "allowed_updates": list(ALLOWED_UPDATES),
        }
        await self.call("setWebhook", asked)

    async def updates(self, offset: int | None) -> Sequence[Mapping[str, Any]]:
        """Updates from an offset on (`getUpdates`); waits `POLL_SECONDS` while there are none.

        Telegram forgets those before the offset: ask only once they are stored.
        """
        asked: dict[str, Any] = {
            "timeout": POLL_SECONDS,
            "limit": UPDATES_AT_MOST,
            "allowed_updates": list(ALLOWED_UPDATES),
        }
        if offset is not None:
            asked["offset"] = offset
        found = await self.call("getUpdates", asked, patience=POLL_SECONDS)
        if not isinstance(found, list):
            raise TelegramSilent("getUpdates answers no list")
        return [one for one in found if isinstance(one, dict)]

    async def download(self, file_id: str) -> bytes:
        """The content of a file (`getFile`, then its address, which lives an hour); raises
        `TelegramRefused` for one that is gone or larger than `FILE_BYTES`.
        """
        found = await self.call("getFile", {"file_id": file_id})
        path = found.get("file_path") if isinstance(found, dict) else None
        if not isinstance(path, str):
            raise TelegramRefused(httpx2.codes.NOT_FOUND, "no file_path")
        address = f"{self._files}/{quote(path)}"
        request = self._client.build_request("GET", address)
        status, content = await self._sent(request, DOWNLOAD_SECONDS, FILE_BYTES)
        if status != httpx2.codes.OK:
            raise TelegramRefused(status, "the file is not given out")
        return content

    async def call(self, method: str, asked: Mapping[str, Any], *, patience: float = 0.0) -> Any:
        """What a method answers; `patience` in seconds is added to the time-outs.

        Raises the errors of this package.
        """
        request = self._client.build_request(
            "POST",
            f"{self._methods}/{method}",
            json=dict(asked),
            timeout=httpx2.Timeout(
                self._timeouts.read + patience,
                connect=self._timeouts.connect,
                pool=self._timeouts.pool,
            ),
        )
        return _understood(*await self._sent(request, patience, MAX_ANSWER_BYTES))

    async def upload(self, method: str, asked: Mapping[str, Any], file: SentFile) -> Any:
        """What a method answers that takes a file beside its parameters.

        Raises the errors of this package.
        """
        request = self._client.build_request(
            "POST",
            f"{self._methods}/{method}",
            data=dict(asked),
            files={file.field: (file.name, file.content, file.media_type)},
            timeout=httpx2.Timeout(
                self._timeouts.read + UPLOAD_SECONDS,
                connect=self._timeouts.connect,
                pool=self._timeouts.pool,
            ),
        )
        return _understood(*await self._sent(request, UPLOAD_SECONDS, MAX_ANSWER_BYTES))

    async def aclose(self) -> None:
        """Closes the connections."""
        await self._client.aclose()

    async def _sent(
        self, request: httpx2.Request, patience: float, at_most: int
    ) -> tuple[int, bytes]:
        try:
            async with asyncio.timeout(self._timeouts.overall + patience):
                return await self._exchange(request, at_most)
        except _NEVER_SENT as error:
            raise TelegramAway(_name(error)) from None
        except (httpx2.HTTPError, TimeoutError) as error:
            raise TelegramSilent(_name(error)) from None
        except _TooLarge:
            too_large = httpx2.codes.REQUEST_ENTITY_TOO_LARGE
            raise TelegramRefused(too_large, "larger than is taken") from None

    async def _exchange(self, request: httpx2.Request, at_most: int) -> tuple[int, bytes]:
        answer = await self._client.send(request, stream=True)
        try:
            content = bytearray()
            async for chunk in answer.aiter_bytes():
                content += chunk
                if len(content) > at_most:
                    raise _TooLarge
        finally:
            await answer.aclose()
        return answer.status_code, bytes(content)


def _understood(status: int, content: bytes) -> Any:
    """The result of a method. A 5xx may come after the deed: the outcome is unknown."""
    if httpx2.codes.is_server_error(status):
        raise TelegramSilent(f"answered {status}")
    told = _object(content)
    if status == httpx2.codes.OK and told.get("ok") is True:
        return told.get("result")
    if status == httpx2.codes.TOO_MANY_REQUESTS:
        raise TelegramBusy(_retry_after(told))
    description = str(told.get("description", ""))[:MAX_DESCRIPTION]
    if status == httpx2.codes.FORBIDDEN:
        raise TelegramBlocked(status, description)
    raise TelegramRefused(status, description)


def _object(content: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise TelegramSilent("the answer is not an object")
    return found


def _retry_after(told: Mapping[str, Any]) -> timedelta:
    parameters = told.get("parameters")
    seconds = parameters.get("retry_after") if isinstance(parameters, dict) else None
    known = seconds if isinstance(seconds, int) and not isinstance(seconds, bool) else 1
    return timedelta(seconds=min(max(known, 1), MAX_RETRY_AFTER_SECONDS))


def _name(error: Exception) -> str:
    # The text of a transport error may contain the address, and the token with it.
    return f"Telegram does not answer: {type(error).__name__}"
