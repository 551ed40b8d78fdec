"""The protocol of payments by the acquirer's page: ask for one, look at one."""

import sqlite3
from datetime import timedelta

from fastapi import Request, Response

from sandbox.acquirer.books import Books, body_hash
from sandbox.acquirer.conversation import Conversation, read_request
from sandbox.acquirer.faults import Call, Operation
from sandbox.acquirer.misbehaviour import Rules, page_plan_of
from sandbox.acquirer.till import Till
from sandbox.acquirer.wire import (
    Answer,
    PaymentRequest,
    error,
    kopecks,
    payment_object,
    processing,
    registered_object,
)


class Payments:
    """The two calls. `page_url` is where browsers reach the page; None: where the call came to."""

    def __init__(
        self,
        till: Till,
        books: Books,
        conversation: Conversation,
        key_lifetime: timedelta,
        page_url: str | None,
    ) -> None:
        self._till = till
        self._books = books
        self._conversation = conversation
        self._key_lifetime = key_lifetime
        self._page_url = page_url

    async def create(self, request: Request) -> Response:
        """`POST /v3/payments`."""
        key = request.headers.get("idempotence-key", "")
        asked = await read_request(request, key, PaymentRequest)

        def deed(rules: Rules) -> Answer:
            if not isinstance(asked, PaymentRequest):
                return asked
            return self._create(request, asked, key, rules)

        return await self._conversation.answer(
            request, Call(Operation.CREATE_PAYMENT, None, key), deed
        )

    async def get(self, request: Request) -> Response:
        """`GET /v3/payments/{payment_id}`."""
        asked_id = request.path_params["payment_id"]
        payment, registered = self._till.payment(asked_id), self._books.payment(asked_id)
        key = payment["key"] if payment else None
        known = payment or registered
        payment_id = known["id"] if known else None

        def deed(rules: Rules) -> Answer:
            if payment is not None and payment["state"] != "processing":
                return self._shown(request, payment["id"])
            if registered is not None:
                refunded = self._books.refunded(registered["id"])
                return Answer(200, registered_object(registered, refunded))
            return error(404, "not_found", "Payment doesn't exist", "payment_id")

        return await self._conversation.answer(
            request, Call(Operation.GET_PAYMENT, payment_id, key), deed
        )

    def _create(self, request: Request, asked: PaymentRequest, key: str, rules: Rules) -> Answer:
        known = self._till.remembered(key, self._key_lifetime)
        if known is not None:
            if known["body_hash"] != body_hash(asked):
                return error(
                    400, "invalid_request", "Idempotence key duplicated", "Idempotence-Key"
                )
            return self._shown(request, known["payment_id"])
        if asked.receipt_kopecks != kopecks(asked.amount.value):
            return error(400, "invalid_request", "Receipt is for another sum", "receipt.items")
        payment = self._till.create(asked, key, page_plan_of(rules))
        if payment["state"] == "processing":
            return processing()
        return Answer(200, self._object(request, payment))

    def _shown(self, request: Request, payment_id: str) -> Answer:
        payment = self._till.look_at(payment_id)
        if payment["state"] == "processing":
            return processing()
        return Answer(200, self._object(request, payment))

    def _object(self, request: Request, payment: sqlite3.Row) -> dict[str, object]:
        refunded = self._books.refunded(payment["id"])
        return payment_object(payment, self._page(request, payment["id"]), refunded)

    def _page(self, request: Request, payment_id: str) -> str:
        base = self._page_url or str(request.base_url)
        return f"{base.rstrip('/')}/pay/{payment_id}"
