"""Idempotency-Key: a repeated command gets the first final answer."""

import re
from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType

from fastapi import Request
from fastapi.responses import Response

from db import idempotency
from db.database import Database
from db.idempotency import StoredAnswer
from starter.api.http.auth import Caller
from starter.api.http.problems import Problem

HEADER = "Idempotency-Key"
MAX_KEY_LENGTH = 100
KEY_PATTERN = r"^[!-~]{1,100}$"
"""Visible ASCII."""
KEPT_HEADERS = ("content-type", "content-language", "location", "etag")
"""Headers of an answer that a repeat gets too."""
FINAL = frozenset({*range(200, 300), 404, 409, 422}) - {HTTPStatus.ACCEPTED}
"""Statuses that say how a command ended; the others leave it open and a repeat tries again."""

WITHOUT_KEY: Mapping[str, str] = MappingProxyType(
    {
        "take_acquirer_notification": "the acquirer sends none; a repeat only makes a payout look"
        " at the acquirer once more",
        "upload_bank_statement": "too large to be held whole; a repeat is known by the file itself",
    }
)
"""Commands that take no key, and why their repeats do no harm."""

_KEY = re.compile(KEY_PATTERN)


def key_of(request: Request) -> str:
    """The request's key; raises `Problem` 422 without a usable one."""
    key = request.headers.get(HEADER, "")
    if not _KEY.fullmatch(key):
        raise Problem("idempotency_key_missing", HTTPStatus.UNPROCESSABLE_ENTITY)
    return key


class Reservation:
    """A key reserved for a request; nothing is locked, because every command may run twice.

    The answer is not stored with the rows of the command: these are written by steps of cases, in
    other processes. Whoever dies in between leaves the key open, and the repeat has the same
    command id: it finds the rows that it has made, and is answered by them, not by what the case
    has become since.
    """

    def __init__(self, database: Database, caller: Caller, key: str) -> None:
        self._database = database
        self._caller = caller.name
        self._key = key

    async def earlier(self, mark: str) -> Response | None:
        """Reserves the key, or returns the answer that the same request got before.

        Raises `Problem` 422 when the key belongs to another request.
        """
        row = await idempotency.reserve(self._database, self._caller, self._key, mark)
        if row is None:
            return None
        if row.fingerprint != mark:
            raise Problem("idempotency_key_reused", HTTPStatus.UNPROCESSABLE_ENTITY)
        answer = idempotency.answer_in(row)
        return None if answer is None else _stored(answer)

    async def settle(self, response: Response) -> Response:
        """Stores a final answer and returns the one stored first; an answer that is not final
        leaves the key open.
        """
        if response.status_code not in FINAL:
            return response
        kept = await idempotency.store(
            self._database,
            self._caller,
            self._key,
            response.status_code,
            {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers},
            bytes(response.body).decode(),
        )
        answer = None if kept is None else idempotency.answer_in(kept)
        return response if answer is None else _stored(answer)

    async def release(self) -> None:
        """Releases the key: the request was malformed, and nothing was tried."""
        await idempotency.release(self._database, self._caller, self._key)


def _stored(answer: StoredAnswer) -> Response:
    return Response(answer.text, answer.status_code, dict(answer.headers))
