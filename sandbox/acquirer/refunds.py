"""The protocol: create a refund, get one, list those of a payment, each with its faults."""

from datetime import timedelta

from fastapi import Request, Response

from sandbox.acquirer.books import Books, body_hash
from sandbox.acquirer.clock import now_ms
from sandbox.acquirer.fault_injection import Rules, plan_of, receipt_of
from sandbox.acquirer.faults import Call, Operation
from sandbox.acquirer.request_pipeline import RequestPipeline, read_request
from sandbox.acquirer.terms import (
    AGE_LIMITS,
    DEFAULT_AGE_LIMIT,
    DEFAULT_PAGE,
    MAX_PAGE,
    NOT_REFUNDABLE_METHODS,
)
from sandbox.acquirer.wire import (
    Answer,
    RefundRequest,
    error,
    kopecks,
    moment_in,
    processing,
    receipt_total,
    refund_object,
)


class Refunds:
    """The three calls."""

    def __init__(self, books: Books, pipeline: RequestPipeline, key_lifetime: timedelta) -> None:
        self._books = books
        self._pipeline = pipeline
        self._key_lifetime = key_lifetime

    async def create(self, request: Request) -> Response:
        """`POST /v3/refunds`."""
        key = request.headers.get("idempotence-key", "")
        asked = await read_request(request, key, RefundRequest)
        payment_id = asked.payment_id if isinstance(asked, RefundRequest) else None

        def handler(rules: Rules) -> Answer:
            return self._create(asked, key, rules) if isinstance(asked, RefundRequest) else asked

        return await self._pipeline.answer(
            request, Call(Operation.CREATE, payment_id, key), handler
        )

    async def get(self, request: Request) -> Response:
        """`GET /v3/refunds/{id}`."""
        refund = self._books.refund(request.path_params["refund_id"])
        payment_id = refund["payment_id"] if refund else None

        def handler(rules: Rules) -> Answer:
            if refund is None or refund["state"] == "processing":
                return error(404, "not_found", "Refund doesn't exist", "refund_id")
            return self._shown(refund["id"])

        return await self._pipeline.answer(request, Call(Operation.GET, payment_id), handler)

    async def list(self, request: Request) -> Response:
        """`GET /v3/refunds`."""
        payment_id = request.query_params.get("payment_id")

        def handler(rules: Rules) -> Answer:
            return self._list(request, payment_id)

        return await self._pipeline.answer(request, Call(Operation.LIST, payment_id), handler)

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
        refund_id = self._books.create_refund(asked, key, plan_of(rules), receipt_of(rules))
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
            return error(400, "not_supported", "Payment is too old to be refunded", "payment_id")
        left = payment["amount_kopecks"] - self._books.promised(asked.payment_id)
        amount = kopecks(asked.amount.value)
        if amount > left:
            return error(400, "invalid_request", "Amount exceeds what is left", "amount.value")
        if asked.receipt is None and amount < payment["amount_kopecks"]:
            return error(400, "invalid_request", "A partial refund needs a receipt", "receipt")
        if asked.receipt is not None and receipt_total(asked.receipt) != amount:
            return error(400, "invalid_request", "Receipt is for another sum", "receipt.items")
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
        since = request.query_params.get("created_at.gte")
        since_ms = None if since is None else moment_in(since)
        if since is not None and since_ms is None:
            return error(400, "invalid_request", "Not a moment", "created_at.gte")
        found = self._books.page(payment_id, below, limit + 1, since_ms)
        looked = [self._books.look_at(row["id"]) for row in found[:limit]]
        body: dict[str, object] = {"type": "list", "items": [refund_object(row) for row in looked]}
        if len(found) > limit:
            body["next_cursor"] = str(looked[-1]["seq"])
        return Answer(200, body)


def _number(text: str) -> int | None:
    """A number of at most twelve digits; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 12 else None
