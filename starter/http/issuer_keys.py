"""The public keys of the token issuer, fetched in the background."""

import asyncio
import json
import time
from collections import deque
from collections.abc import Mapping
from typing import Any

import httpx2
import jwt
import structlog
from jwt import PyJWK, PyJWKSet

from starter.commands.refusal import Refusal, unavailable

KEYS_LIFETIME_SECONDS = 3600.0
"""How long fetched keys are used without asking the issuer again."""
KEYS_PAUSE_SECONDS = 30.0
"""In which the issuer is asked `KEYS_BURST` times at most, whatever keys the tokens name."""
KEYS_BURST = 3
"""More than one: a token of a made-up key must not hide a key that the issuer has just changed."""
KEYS_TIMEOUT_SECONDS = 3.0
"""Of a whole fetch, however slowly its bytes come."""
MAX_KEYS_BYTES = 256 * 1024
MAX_ABSENT_NAMES = 100
"""Names that the issuer had no key of, remembered for a pause."""

SIGNING_USE = "sig"
VERIFYING = "verify"

UNUSABLE = (httpx2.HTTPError, jwt.PyJWTError, ValueError, TimeoutError, RecursionError)
"""What comes of an issuer that is away, slow, or says something else than its keys."""

log = structlog.get_logger()


class IssuerKeys:
    """The issuer's keys. A token with a known key never waits: old keys are refreshed in the
    background, and stay valid while the issuer does not answer.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._keys: tuple[PyJWK, ...] = ()
        self._fetched_at: float | None = None
        self._tries: deque[float] = deque(maxlen=KEYS_BURST)
        self._fetching: asyncio.Task[None] | None = None
        self._absent: dict[str, float] = {}

    def known(self, key_id: str | None) -> tuple[PyJWK, ...]:
        """The keys that may have signed a token of this `kid`: those of that name, else those that
        the issuer publishes without one.
        """
        if self._is_stale() and self._may_ask():
            self._begin()
        return self._named(key_id) or self._named(None)

    async def looked_again(self, key_id: str | None) -> bool:
        """Asks the issuer for a key that is not known; False where no answer could change anything.

        Raises `Refusal` (unavailable) when the issuer cannot be asked: nobody can say that there is
        no key.
        """
        if key_id is not None and (self._named(key_id) or self._is_absent(key_id)):
            return False
        if self._fetching is None and not self._may_ask():
            raise _cannot_say()
        before = self._fetched_at
        await asyncio.shield(self._begin())
        if self._fetched_at == before:
            raise _cannot_say()
        if key_id is not None and not self._named(key_id):
            self._remember_absent(key_id)
        return True

    def _named(self, key_id: str | None) -> tuple[PyJWK, ...]:
        return tuple(key for key in self._keys if key.key_id == key_id)

    def _is_stale(self) -> bool:
        return (
            self._fetched_at is not None
            and time.monotonic() - self._fetched_at >= KEYS_LIFETIME_SECONDS
        )

    def _may_ask(self) -> bool:
        return (
            len(self._tries) < KEYS_BURST or time.monotonic() - self._tries[0] >= KEYS_PAUSE_SECONDS
        )

    def _is_absent(self, key_id: str) -> bool:
        asked_at = self._absent.get(key_id)
        return asked_at is not None and time.monotonic() - asked_at < KEYS_PAUSE_SECONDS

    def _remember_absent(self, key_id: str) -> None:
        self._absent.pop(key_id, None)
        if len(self._absent) >= MAX_ABSENT_NAMES:
            del self._absent[next(iter(self._absent))]
        self._absent[key_id] = time.monotonic()

    def _begin(self) -> asyncio.Task[None]:
        """The fetch that is under way, or a new one."""
        if self._fetching is None:
            self._tries.append(time.monotonic())
            self._fetching = asyncio.create_task(self._fetch())
            self._fetching.add_done_callback(self._ended)
        return self._fetching

    def _ended(self, _: asyncio.Task[None]) -> None:
        self._fetching = None

    async def _fetch(self) -> None:
        """Replaces the keys; a failure keeps the old ones."""
        before = self._keys
        try:
            async with asyncio.timeout(KEYS_TIMEOUT_SECONDS):
                self._keys = _keys_in(await _read(self._url))
        except UNUSABLE as error:
            log.warning("api.keys_unavailable", error=type(error).__name__)
        else:
            self._fetched_at = time.monotonic()
            for key in before:
                if key.key_id is not None and not self._named(key.key_id):
                    self._remember_absent(key.key_id)


async def _read(url: str) -> bytes:
    async with (
        httpx2.AsyncClient(timeout=KEYS_TIMEOUT_SECONDS) as http,
        http.stream("GET", url) as response,
    ):
        response.raise_for_status()
        body = bytearray()
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) > MAX_KEYS_BYTES:
                raise ValueError("a key set is smaller than this")
        return bytes(body)


def _keys_in(body: bytes) -> tuple[PyJWK, ...]:
    """The signing keys in a JWK Set; raises ValueError, or PyJWT's errors, for anything else."""
    told = json.loads(body)
    keys = told.get("keys") if isinstance(told, dict) else None
    if not isinstance(keys, list):
        raise ValueError("a key set has its keys in a list")
    return tuple(PyJWKSet([key for key in keys if isinstance(key, dict) and _signs(key)]).keys)


def _signs(key: Mapping[str, Any]) -> bool:
    """Whether a key may sign, by `use` and `key_ops` of RFC 7517; a symmetric key may not."""
    operations = key.get("key_ops") or [VERIFYING]
    return key.get("use", SIGNING_USE) == SIGNING_USE and VERIFYING in operations


def _cannot_say() -> Refusal:
    return unavailable("identity_unavailable")
