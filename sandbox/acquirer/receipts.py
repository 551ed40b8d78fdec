"""The protocol of closing receipts: create one, get one."""

import sqlite3

from fastapi import Request, Response

from sandbox.acquirer.books import Books
from sandbox.acquirer.fault_injection import Rules, receipt_of
from sandbox.acquirer.faults import Call, Operation
from sandbox.acquirer.request_pipeline import RequestPipeline, read_request
from sandbox.acquirer.wire import Answer, ReceiptRequest, error, kopecks, receipt_total


class Receipts:
    """The two calls."""

    def __init__(self, books: Books, pipeline: RequestPipeline) -> None:
        self._books = books
        self._pipeline = pipeline

    async def create(self, request: Request) -> Response:
        """`POST /v3/receipts`."""
        key = request.headers.get("idempotence-key", "")
        asked = await read_request(request, key, ReceiptRequest)
        payment_id = asked.payment_id if isinstance(asked, ReceiptRequest) else None

        def handler(rules: Rules) -> Answer:
            return self._create(asked, key, rules) if isinstance(asked, ReceiptRequest) else asked

        return await self._pipeline.answer(
            request, Call(Operation.RECEIPT, payment_id, key), handler
        )

    async def get(self, request: Request) -> Response:
        """`GET /v3/receipts/{id}`."""
        receipt = self._books.receipt(request.path_params["receipt_id"])

        def handler(rules: Rules) -> Answer:
            if receipt is None:
                return error(404, "not_found", "Receipt doesn't exist", "receipt_id")
            return Answer(200, _shown(receipt))

        return await self._pipeline.answer(request, Call(Operation.GET_RECEIPT, None), handler)

    def _create(self, asked: ReceiptRequest, key: str, rules: Rules) -> Answer:
        if self._books.payment(asked.payment_id) is None:
            return error(404, "not_found", "Payment doesn't exist", "payment_id")
        if receipt_total(asked) != kopecks(asked.settlements[0].amount.value):
            return error(400, "invalid_request", "Settlements are of another sum", "settlements")
        receipt = self._books.print_receipt(asked, key, receipt_of(rules))
        if receipt is None:
            return error(400, "invalid_request", "Idempotence key duplicated", "Idempotence-Key")
        return Answer(200, _shown(receipt))


def _shown(receipt: sqlite3.Row) -> dict[str, object]:
    return {
        "id": receipt["id"],
        "type": "payment",
        "payment_id": receipt["payment_id"],
        "status": receipt["state"],
    }
