"""The protocol: create a refund, get one, list those of a payment, each with its faults."""

import hmac
import json
import sqlite3
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

from fastapi import Request, Response
from fastapi.responses import JSONResponse
from pydantic import ValidationError

from sandbox.acquirer import faults
from sandbox.acquirer.books import Books, body_hash, now_ms
from sandbox.acquirer.faults import Call, Faults, Operation, first
from sandbox.acquirer.ledger import Ledger
from sandbox.acquirer.misbehaviour import Rules, after, before, plan_of
from sandbox.acquirer.terms import (
    AGE_LIMITS,
    DEFAULT_AGE_LIMIT,
    DEFAULT_PAGE,
    MAX_BODY_BYTES,
    MAX_KEY_LENGTH,
    MAX_PAGE,
    NOT_REFUNDABLE_METHODS,
)
from sandbox.acquirer.webhooks import Webhooks
from sandbox.acquirer.wire import (
    CURRENCY,
    Answer,
    RefundRequest,
    error,
    kopecks,
    moment_text,
    processing,
    value_text,
)

DROP = "sandbox.drop"
"""Name of the ASGI extension that closes the connection at once."""


class BodyTooLargeError(Exception):
    """More bytes than any honest request has."""


async def read_body(request: Request) -> bytes:
    """The body; BodyTooLargeError as soon as it passes the limit."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise BodyTooLargeError
    return bytes(body)


def refund_object(refund: sqlite3.Row) -> dict[str, object]:
    """A refund as the API shows it."""
    shown: dict[str, object] = {
        "id": refund["id"],
        "payment_id": refund["payment_id"],
        "status": refund["state"],
        "created_at": moment_text(refund["created_at_ms"]),
        "amount": {"value": value_text(refund["amount_kopecks"]), "currency": CURRENCY},
        "metadata": json.loads(refund["metadata"]),
    }
    if refund["description"] is not None:
        shown["description"] = refund["description"]
    if refund["state"] == "canceled":
        shown["cancellation_details"] = {"party": refund["party"], "reason": refund["reason"]}
    return shown


class Refunds:
    """The three calls. Deeds are synchronous, so equal requests at one moment make one refund."""

    def __init__(
        self,
        books: Books,
        ledger: Ledger,
        armed: Faults,
        webhooks: Webhooks,
        credentials: tuple[str, str],
        key_lifetime: timedelta,
    ) -> None:
        self._books = books
        self._ledger = ledger
        self._faults = armed
        self._webhooks = webhooks
        self._credentials = ":".join(credentials).encode()
        self._key_lifetime = key_lifetime

    async def create(self, request: Request) -> Response:
        """`POST /v3/refunds`."""
        key = request.headers.get("idempotence-key", "")
        asked = await _refund_request(request, key)
        payment_id = asked.payment_id if isinstance(asked, RefundRequest) else None

        def deed(rules: Rules) -> Answer:
            return self._create(asked, key, rules) if isinstance(asked, RefundRequest) else asked

        return await self._converse(request, Call(Operation.CREATE, payment_id), key, deed)

    async def get(self, request: Request) -> Response:
        """`GET /v3/refunds/{id}`."""
        refund = self._books.refund(request.path_params["refund_id"])
        payment_id = refund["payment_id"] if refund else None

        def deed(rules: Rules) -> Answer:
            if refund is None or refund["state"] == "processing":
                return error(404, "not_found", "Refund doesn't exist", "refund_id")
            return self._shown(refund["id"])

        return await self._converse(request, Call(Operation.GET, payment_id), None, deed)

    async def list(self, request: Request) -> Response:
        """`GET /v3/refunds`."""
        payment_id = request.query_params.get("payment_id")

        def deed(rules: Rules) -> Answer:
            return self._list(request, payment_id)

        return await self._converse(request, Call(Operation.LIST, payment_id), None, deed)

    async def _converse(
        self, request: Request, call: Call, key: str | None, deed: Callable[[Rules], Answer]
    ) -> Response:
        number = self._ledger.note_request(
            request.method, urlsplit(str(request.url)).path, call.payment_id, key
        )
        answer = await self._answer(request, call, deed)
        self._ledger.note_answer(number, "dropped" if answer.dropped else str(answer.status))
        self._webhooks.wake()
        if answer.dropped:
            request.scope["extensions"][DROP]()
            return Response(status_code=500)
        return JSONResponse(answer.body, status_code=answer.status)

    async def _answer(
        self, request: Request, call: Call, deed: Callable[[Rules], Answer]
    ) -> Answer:
        if not self._authorised(request.headers.get("authorization", "")):
            return error(401, "invalid_credentials", "Error in shopId or secret key")
        rules = self._faults.fire(call)
        instead = await before(rules)
        if instead is not None:
            return instead
        answer = deed(rules)
        if first(rules, faults.EarlyWebhook) and isinstance(
            refund_id := answer.body.get("id"), str
        ):
            await self._webhooks.deliver(refund_id)
        return await after(rules, answer)

    def _authorised(self, header: str) -> bool:
        scheme, _, token = header.partition(" ")
        try:
            given = b64decode(token, validate=True)
        except (NotBase64, ValueError):
            return False
        return scheme.lower() == "basic" and hmac.compare_digest(given, self._credentials)

    def _create(self, asked: RefundRequest, key: str, rules: Rules) -> Answer:
        known = self._books.remembered(key, self._key_lifetime)
        if known is not None:
            if known["body_hash"] != body_hash(asked):
                return error(
                    400, "invalid_request", "Idempotence key duplicated", "Idempotence-Key"
                )
            return self._shown(known["refund_id"])
        refusal = self._refusal(asked)
        if refusal is not None:
            return refusal
        refund_id = self._books.create_refund(asked, key, plan_of(rules))
        refund = self._books.refund(refund_id)
        assert refund is not None
        return (
            processing() if refund["state"] == "processing" else Answer(200, refund_object(refund))
        )

    def _refusal(self, asked: RefundRequest) -> Answer | None:
        payment = self._books.payment(asked.payment_id)
        if payment is None:
            return error(404, "not_found", "Payment doesn't exist", "payment_id")
        if payment["method"] in NOT_REFUNDABLE_METHODS:
            return error(400, "not_supported", "Payment method can't be refunded", "payment_id")
        age = timedelta(milliseconds=now_ms() - payment["captured_at_ms"])
        if age > AGE_LIMITS.get(payment["method"], DEFAULT_AGE_LIMIT):
            return error(400, "invalid_request", "Payment is too old to be refunded", "payment_id")
        left = payment["amount_kopecks"] - self._books.promised(asked.payment_id)
        if kopecks(asked.amount.value) > left:
            return error(400, "invalid_request", "Amount exceeds what is left", "amount.value")
        return None

    def _shown(self, refund_id: str) -> Answer:
        refund = self._books.look_at(refund_id)
        return (
            processing() if refund["state"] == "processing" else Answer(200, refund_object(refund))
        )

    def _list(self, request: Request, payment_id: str | None) -> Answer:
        limit = _number(request.query_params.get("limit", str(DEFAULT_PAGE)))
        cursor = request.query_params.get("cursor")
        below = None if cursor is None else _number(cursor)
        if limit is None or not 1 <= limit <= MAX_PAGE:
            return error(400, "invalid_request", "Limit is out of range", "limit")
        if cursor is not None and below is None:
            return error(400, "invalid_request", "Cursor is not ours", "cursor")
        found = self._books.page(payment_id, below, limit + 1)
        looked = [self._books.look_at(row["id"]) for row in found[:limit]]
        body: dict[str, object] = {"type": "list", "items": [refund_object(row) for row in looked]}
        if len(found) > limit:
            body["next_cursor"] = str(looked[-1]["seq"])
        return Answer(200, body)


async def _refund_request(request: Request, key: str) -> RefundRequest | Answer:
    """The request, or what is wrong with it."""
    if not 0 < len(key) <= MAX_KEY_LENGTH:
        return error(400, "invalid_request", "Idempotence key is incorrect", "Idempotence-Key")
    try:
        return RefundRequest.model_validate_json(await read_body(request))
    except BodyTooLargeError:
        return error(413, "invalid_request", "Body is too large")
    except ValidationError as invalid:
        place = ".".join(str(part) for part in invalid.errors()[0]["loc"]) or None
        return error(400, "invalid_request", "Request is incorrect", place)


def _number(text: str) -> int | None:
    """A number of at most twelve digits; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 12 else None
