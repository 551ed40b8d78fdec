"""The protocol of payments by the acquirer's page: create one, get one, list them."""

import sqlite3
from datetime import timedelta

from fastapi import Request, Response

from sandbox.acquirer.books import Books, body_hash
from sandbox.acquirer.checkout import Checkout
from sandbox.acquirer.fault_injection import Rules, page_plan_of
from sandbox.acquirer.faults import Call, Operation
from sandbox.acquirer.request_pipeline import RequestPipeline, read_request
from sandbox.acquirer.terms import DEFAULT_PAGE, MAX_PAGE
from sandbox.acquirer.wire import (
    Answer,
    PaymentRequest,
    error,
    kopecks,
    moment_in,
    payment_object,
    processing,
    registered_object,
)

EARLIEST = "1970-01-01T00:00:00Z"


class Payments:
    """The calls. `page_url` is where browsers reach the page; None: the host that was called."""

    def __init__(
        self,
        checkout: Checkout,
        books: Books,
        pipeline: RequestPipeline,
        key_lifetime: timedelta,
        page_url: str | None,
    ) -> None:
        self._checkout = checkout
        self._books = books
        self._pipeline = pipeline
        self._key_lifetime = key_lifetime
        self._page_url = page_url

    async def create(self, request: Request) -> Response:
        """`POST /v3/payments`."""
        key = request.headers.get("idempotence-key", "")
        asked = await read_request(request, key, PaymentRequest)

        def handler(rules: Rules) -> Answer:
            if not isinstance(asked, PaymentRequest):
                return asked
            return self._create(request, asked, key, rules)

        return await self._pipeline.answer(
            request, Call(Operation.CREATE_PAYMENT, None, key), handler
        )

    async def get(self, request: Request) -> Response:
        """`GET /v3/payments/{payment_id}`."""
        asked_id = request.path_params["payment_id"]
        payment, registered = self._checkout.payment(asked_id), self._books.payment(asked_id)
        key = payment["key"] if payment else None
        known = payment or registered
        payment_id = known["id"] if known else None

        def handler(rules: Rules) -> Answer:
            if payment is not None and payment["state"] != "processing":
                return self._shown(request, payment["id"])
            if registered is not None:
                refunded = self._books.refunded(registered["id"])
                return Answer(200, registered_object(registered, refunded))
            return error(404, "not_found", "Payment doesn't exist", "payment_id")

        return await self._pipeline.answer(
            request, Call(Operation.GET_PAYMENT, payment_id, key), handler
        )

    async def list(self, request: Request) -> Response:
        """`GET /v3/payments`: those that succeeded, as far as it is spoken here."""

        def handler(rules: Rules) -> Answer:
            return self._list(request)

        return await self._pipeline.answer(request, Call(Operation.LIST_PAYMENTS, None), handler)

    def _list(self, request: Request) -> Answer:
        query = request.query_params
        limit, cursor = query.get("limit", str(DEFAULT_PAGE)), query.get("cursor")
        since_ms = moment_in(query.get("captured_at.gte", EARLIEST))
        if query.get("status") != "succeeded" or since_ms is None:
            return error(400, "invalid_request", "Say status and captured_at.gte", "status")
        if not limit.isdecimal() or not 1 <= int(limit) <= MAX_PAGE:
            return error(400, "invalid_request", "Limit is out of range", "limit")
        if cursor is not None and not cursor.isdecimal():
            return error(400, "invalid_request", "Cursor is not ours", "cursor")
        found = self._books.captured(
            since_ms, None if cursor is None else int(cursor), int(limit) + 1
        )
        shown = found[: int(limit)]
        body: dict[str, object] = {"type": "list", "items": [self._captured(row) for row in shown]}
        if len(found) > len(shown):
            body["next_cursor"] = str(shown[-1]["seq"])
        return Answer(200, body)

    def _captured(self, row: sqlite3.Row) -> dict[str, object]:
        refunded, by_page = self._books.refunded(row["id"]), self._checkout.payment(row["id"])
        if by_page is None:
            return registered_object(row, refunded)
        return payment_object(by_page, None, refunded)

    def _create(self, request: Request, asked: PaymentRequest, key: str, rules: Rules) -> Answer:
        known = self._checkout.remembered(key, self._key_lifetime)
        if known is not None:
            if known["body_hash"] != body_hash(asked):
                return error(
                    400, "invalid_request", "Idempotence key duplicated", "Idempotence-Key"
                )
            return self._shown(request, known["payment_id"])
        if asked.receipt_kopecks != kopecks(asked.amount.value):
            return error(400, "invalid_request", "Receipt is for another sum", "receipt.items")
        payment = self._checkout.create(asked, key, page_plan_of(rules))
        if payment["state"] == "processing":
            return processing()
        return Answer(200, self._object(request, payment))

    def _shown(self, request: Request, payment_id: str) -> Answer:
        payment = self._checkout.look_at(payment_id)
        if payment["state"] == "processing":
            return processing()
        return Answer(200, self._object(request, payment))

    def _object(self, request: Request, payment: sqlite3.Row) -> dict[str, object]:
        refunded = self._books.refunded(payment["id"])
        return payment_object(payment, self._page(request, payment["id"]), refunded)

    def _page(self, request: Request, payment_id: str) -> str:
        base = self._page_url or str(request.base_url)
        return f"{base.rstrip('/')}/pay/{payment_id}"
