"""The control API of the sandbox acquirer: payments, faults, webhook address, books."""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated, TypeVar

from fastapi import Request, Response
from fastapi.responses import JSONResponse
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    TypeAdapter,
    ValidationError,
)

from sandbox.acquirer.books import Books
from sandbox.acquirer.checkout import Checkout
from sandbox.acquirer.faults import RULES, Faults
from sandbox.acquirer.ledger import Ledger
from sandbox.acquirer.page import DECLINED, PAYER
from sandbox.acquirer.request_pipeline import BodyTooLargeError, read_body
from sandbox.acquirer.terms import PAGE_METHODS
from sandbox.acquirer.webhooks import Webhooks
from sandbox.acquirer.wire import CHARGEBACK, Address, Answer, Identifier, error, kopecks

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_Body = TypeVar("_Body")


class PaymentBody(BaseModel):
    """A payment that can be refunded; `amount` is text such as "12200.50"."""

    model_config = ConfigDict(extra="forbid")
    id: Identifier
    amount: Annotated[str, AfterValidator(lambda value: str(kopecks(value)))]
    method: Identifier
    captured_at: AwareDatetime


class WebhookBody(BaseModel):
    """The address of notifications; null for none."""

    model_config = ConfigDict(extra="forbid")
    url: Address | None


class PayBody(BaseModel):
    """How the payer pays."""

    model_config = ConfigDict(extra="forbid")
    method: Identifier = PAGE_METHODS[0]


class TakeBackBody(BaseModel):
    """What is taken back without the shop's API: in the cabinet, or by the payer's bank."""

    model_config = ConfigDict(extra="forbid")
    amount: Annotated[str, AfterValidator(lambda value: str(kopecks(value)))]
    respond_by: date | None = None
    key: Identifier | None = None


class DeclineBody(BaseModel):
    """Who declines, and why, in the acquirer's codes."""

    model_config = ConfigDict(extra="forbid")
    party: Identifier = PAYER
    reason: Identifier = DECLINED


_PAYMENT = TypeAdapter(PaymentBody)
_PAY = TypeAdapter(PayBody)
_DECLINE = TypeAdapter(DeclineBody)
_TAKE_BACK = TypeAdapter(TakeBackBody)
_WEBHOOK = TypeAdapter(WebhookBody)


async def _read(request: Request, shape: TypeAdapter[_Body]) -> _Body | Answer:
    try:
        return shape.validate_json(await read_body(request))
    except BodyTooLargeError:
        return error(413, "invalid_request", "Body is too large")
    except ValidationError as invalid:
        return error(400, "invalid_request", str(invalid))


def _sent(answer: Answer) -> Response:
    return JSONResponse(answer.body, status_code=answer.status)


class Admin:
    """Calls under `/sandbox`: no authentication, so never leave a loopback address."""

    def __init__(
        self, books: Books, checkout: Checkout, ledger: Ledger, armed: Faults, webhooks: Webhooks
    ) -> None:
        self._books = books
        self._checkout = checkout
        self._ledger = ledger
        self._faults = armed
        self._webhooks = webhooks

    async def health(self, request: Request) -> Response:
        """`GET /sandbox/health`."""
        return JSONResponse({"status": "ok"})

    async def add_payment(self, request: Request) -> Response:
        """`POST /sandbox/payments`: 200 also for a repeat, 409 for another payment of that id."""
        body = await _read(request, _PAYMENT)
        if isinstance(body, Answer):
            return _sent(body)
        captured_ms = (body.captured_at - _EPOCH) // timedelta(milliseconds=1)
        if not self._books.register_payment(body.id, int(body.amount), body.method, captured_ms):
            return _sent(error(409, "invalid_request", "Another payment has this id", "id"))
        return JSONResponse({"id": body.id, "amount_kopecks": int(body.amount)})

    async def pay(self, request: Request) -> Response:
        """`POST /sandbox/payments/{payment_id}/pay`: as the page does; 409 when it is not open."""
        body = await _read(request, _PAY)
        if isinstance(body, Answer):
            return _sent(body)
        payment_id = request.path_params["payment_id"]
        return self._ended(payment_id, done=self._checkout.pay(payment_id, body.method))

    async def decline(self, request: Request) -> Response:
        """`POST /sandbox/payments/{payment_id}/decline`: likewise."""
        body = await _read(request, _DECLINE)
        if isinstance(body, Answer):
            return _sent(body)
        payment_id = request.path_params["payment_id"]
        done = self._checkout.decline(payment_id, body.party, body.reason)
        return self._ended(payment_id, done=done)

    def _ended(self, payment_id: str, *, done: bool) -> Response:
        self._webhooks.wake()
        if not done:
            return _sent(error(409, "invalid_request", "The payment's page is not open", "id"))
        return JSONResponse({"id": payment_id})

    async def take_back(self, request: Request) -> Response:
        """`POST /sandbox/payments/{payment_id}/take-back`: money goes back at once, whatever is
        left of the payment; with `respond_by` as a chargeback. It stands among the refunds; a
        repeat under the same `key` takes nothing.
        """
        body = await _read(request, _TAKE_BACK)
        if isinstance(body, Answer):
            return _sent(body)
        payment_id = request.path_params["payment_id"]
        if self._books.payment(payment_id) is None:
            return _sent(error(404, "not_found", "Payment doesn't exist", "payment_id"))
        told = {} if body.respond_by is None else {CHARGEBACK: body.respond_by.isoformat()}
        refund_id = self._books.take_back(payment_id, int(body.amount), told, body.key)
        self._webhooks.wake()
        return JSONResponse({"id": refund_id})

    async def settle(self, request: Request) -> Response:
        """`POST /sandbox/payments/{payment_id}/outcome`: its open refunds end now, regardless of
        the times in their rules.
        """
        settled = self._books.settle_now(request.path_params["payment_id"])
        self._webhooks.wake()
        return JSONResponse({"settled": settled})

    async def set_faults(self, request: Request) -> Response:
        """`PUT /sandbox/faults`: replaces all rules."""
        rules = await _read(request, RULES)
        if isinstance(rules, Answer):
            return _sent(rules)
        self._faults.arm(rules)
        return JSONResponse({"rules": self._faults.shown()})

    async def show_faults(self, request: Request) -> Response:
        """`GET /sandbox/faults`: the rules with how often each was evaluated and applied."""
        return JSONResponse({"rules": self._faults.shown()})

    async def clear_faults(self, request: Request) -> Response:
        """`DELETE /sandbox/faults`: removes all rules."""
        self._faults.arm([])
        return Response(status_code=204)

    async def set_webhook(self, request: Request) -> Response:
        """`PUT /sandbox/webhook`."""
        body = await _read(request, _WEBHOOK)
        if isinstance(body, Answer):
            return _sent(body)
        self._books.set_webhook_url(body.url)
        return JSONResponse({"url": body.url})

    async def show_books(self, request: Request) -> Response:
        """`GET /sandbox/books`, of one payment with `?payment_id=`."""
        return JSONResponse(self._ledger.shown(request.query_params.get("payment_id")))
