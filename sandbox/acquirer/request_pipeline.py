"""The processing of every call: journal, credentials, faults, lost connections."""

import hmac
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Callable
from typing import TypeVar
from urllib.parse import urlsplit

from fastapi import Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ValidationError

from sandbox.acquirer import faults
from sandbox.acquirer.fault_injection import Rules, after, before
from sandbox.acquirer.faults import Call, Faults, first
from sandbox.acquirer.ledger import Ledger
from sandbox.acquirer.terms import MAX_BODY_BYTES, MAX_KEY_LENGTH
from sandbox.acquirer.webhooks import Webhooks
from sandbox.acquirer.wire import Answer, error
from sandbox.droppable import DROP

Body = TypeVar("Body", bound=BaseModel)


class BodyTooLargeError(Exception):
    """The body is larger than any valid request."""


async def read_body(request: Request) -> bytes:
    """The body; BodyTooLargeError as soon as it passes the limit."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise BodyTooLargeError
    return bytes(body)


async def read_request(request: Request, key: str, shape: type[Body]) -> Body | Answer:
    """The body of a call with an idempotence key, or its errors."""
    if not 0 < len(key) <= MAX_KEY_LENGTH:
        return error(400, "invalid_request", "Idempotence key is incorrect", "Idempotence-Key")
    try:
        return shape.model_validate_json(await read_body(request))
    except BodyTooLargeError:
        return error(413, "invalid_request", "Body is too large")
    except ValidationError as invalid:
        place = ".".join(str(part) for part in invalid.errors()[0]["loc"]) or None
        return error(400, "invalid_request", "Request is incorrect", place)


class RequestPipeline:
    """Handlers are synchronous, so of equal simultaneous requests one is executed."""

    def __init__(
        self, ledger: Ledger, armed: Faults, webhooks: Webhooks, credentials: tuple[str, str]
    ) -> None:
        self._ledger = ledger
        self._faults = armed
        self._webhooks = webhooks
        self._credentials = ":".join(credentials).encode()

    async def answer(
        self, request: Request, call: Call, handler: Callable[[Rules], Answer]
    ) -> Response:
        """Stores the request, applies the faults, and answers."""
        number = self._ledger.note_request(
            request.method, urlsplit(str(request.url)).path, call.payment_id, call.key
        )
        answer = await self._answer(request, call, handler)
        self._ledger.note_answer(number, "dropped" if answer.dropped else str(answer.status))
        self._webhooks.wake()
        if answer.dropped:
            request.scope["extensions"][DROP]()
            return Response(status_code=500)
        return JSONResponse(answer.body, status_code=answer.status)

    async def _answer(
        self, request: Request, call: Call, handler: Callable[[Rules], Answer]
    ) -> Answer:
        if not self._authorised(request.headers.get("authorization", "")):
            return error(401, "invalid_credentials", "Error in shopId or secret key")
        rules = self._faults.fire(call)
        instead = await before(rules)
        if instead is not None:
            return instead
        answer = handler(rules)
        if first(rules, faults.EarlyWebhook) and isinstance(
            subject_id := answer.body.get("id"), str
        ):
            await self._webhooks.deliver(subject_id)
        return await after(rules, answer)

    def _authorised(self, header: str) -> bool:
        scheme, _, token = header.partition(" ")
        try:
            given = b64decode(token, validate=True)
        except (NotBase64, ValueError):
            return False
        return scheme.lower() == "basic" and hmac.compare_digest(given, self._credentials)
