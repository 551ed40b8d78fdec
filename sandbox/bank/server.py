"""The sandbox bank's process: books, routes, one port."""

import asyncio
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from typing import Annotated

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sandbox.bank import faults
from sandbox.bank.books import Books, State, connect, days_after
from sandbox.bank.exchange import (
    FileRefusedError,
    Order,
    Party,
    kopecks_of,
    read_orders,
    write_statement,
)
from sandbox.bank.faults import RULES, Faults
from sandbox.bank.terms import ENCODINGS, MAX_BODY_BYTES, MAX_FILE_BYTES, MAX_TEXT_LENGTH

_KEEP_ALIVE_SECONDS = 30
_GOODBYE_SECONDS = 1
_BACKLOG = 512


@dataclass(frozen=True)
class BankOptions:
    """How the process was asked to run; `books` is a file, or ":memory:"."""

    host: str
    port: int
    books: str


class IncomingBody(BaseModel):
    """Somebody pays us."""

    model_config = ConfigDict(extra="forbid")
    account: Annotated[str, Field(pattern=r"^[0-9]{20}$")]
    number: Annotated[str, Field(min_length=1, max_length=6)]
    day: date
    amount: str
    payer_name: Annotated[str, Field(max_length=160)]
    payer_inn: Annotated[str, Field(max_length=12)]
    payer_account: Annotated[str, Field(pattern=r"^[0-9]{20}$")]
    payer_bic: Annotated[str, Field(pattern=r"^[0-9]{9}$")]
    purpose: Annotated[str, Field(max_length=MAX_TEXT_LENGTH)]


class BodyTooLargeError(Exception):
    """More than this call takes."""


class Bank:
    """Calls under `/sandbox`."""

    def __init__(self, books: Books, armed: Faults) -> None:
        self._books = books
        self._faults = armed

    async def health(self, request: Request) -> Response:
        """`GET /sandbox/health`."""
        return JSONResponse({"status": "ok"})

    async def take_orders(self, request: Request) -> Response:
        """`POST /sandbox/orders`: a file; refused whole when it is broken."""
        orders = read_orders(await _body(request, MAX_FILE_BYTES))
        stopped, outcome = False, []
        for order in orders:
            stopped = stopped or bool(
                self._faults.first(faults.Stop, order.number, order.recipient.account)
            )
            state = "waiting" if stopped else self._process(order)
            outcome.append({"number": order.number, "state": state})
        return JSONResponse({"orders": outcome})

    async def statement(self, request: Request) -> Response:
        """`GET /sandbox/statement?account=&from=&to=&encoding=`."""
        asked = request.query_params
        encoding = asked.get("encoding", "cp1251")
        try:
            account, first, last = asked["account"], asked["from"], asked["to"]
            span = date.fromisoformat(first), date.fromisoformat(last)
        except (KeyError, ValueError):
            return _refused(400, "account, from and to (ISO days) are needed")
        if encoding not in ENCODINGS or span[0] > span[1]:
            return _refused(400, f"encodings are {', '.join(ENCODINGS)}; from is not after to")
        content = write_statement(self._books.statement(account, *span), encoding)
        if rule := self._faults.first(faults.DamageStatement):
            content = faults.damaged(content, rule.how)
        return Response(content, media_type="application/octet-stream")

    async def take_incoming(self, request: Request) -> Response:
        """`POST /sandbox/incoming`."""
        body = IncomingBody.model_validate_json(await _body(request, MAX_BODY_BYTES))
        payer = Party(body.payer_name, body.payer_inn, body.payer_account, body.payer_bic)
        kopecks = kopecks_of(body.amount)
        self._books.credit(body.account, body.number, body.day, kopecks, payer, body.purpose)
        return JSONResponse({"number": body.number})

    async def set_faults(self, request: Request) -> Response:
        """`PUT /sandbox/faults`: replaces all rules."""
        self._faults.arm(RULES.validate_json(await _body(request, MAX_BODY_BYTES)))
        return JSONResponse({"rules": self._faults.shown()})

    async def show_faults(self, request: Request) -> Response:
        """`GET /sandbox/faults`."""
        return JSONResponse({"rules": self._faults.shown()})

    async def clear_faults(self, request: Request) -> Response:
        """`DELETE /sandbox/faults`: removes all rules."""
        self._faults.arm([])
        return Response(status_code=204)

    async def show_books(self, request: Request) -> Response:
        """`GET /sandbox/books`."""
        return JSONResponse({"orders": self._books.shown(), "incoming": self._books.came_in()})

    def _process(self, order: Order) -> State:
        """Executes an order, unless an earlier delivery of the file did."""
        row = self._books.deliver(order)
        state: State = row["state"]
        if state != "waiting":
            return state
        key = (order.number, order.recipient.account)
        if reject := self._faults.first(faults.Reject, *key):
            self._books.reject(row["seq"], reject.reason)
            return "rejected"
        late, back = self._faults.first(faults.Late, *key), self._faults.first(faults.Return, *key)
        posted = days_after(order.day, late.days if late else 0)
        returned = (days_after(posted, back.after_days), back.reason) if back else None
        self._books.execute(row, posted, returned)
        return "executed"


def build_app(options: BankOptions) -> FastAPI:
    """The application over its books."""
    connection = connect(options.books)
    bank = Bank(Books(connection), Faults(connection))

    @asynccontextmanager
    async def running(_: FastAPI) -> AsyncIterator[None]:
        yield
        connection.close()

    app = FastAPI(openapi_url=None, lifespan=running)
    for kind in (FileRefusedError, ValidationError):
        app.add_exception_handler(kind, _answer_refusal)
    app.add_exception_handler(BodyTooLargeError, _answer_too_large)
    _route(app, bank)
    return app


def serve(options: BankOptions) -> None:
    """Listens, prints the address on stdout, and serves until stopped."""
    listener = socket.create_server((options.host, options.port), backlog=_BACKLOG)
    config = uvicorn.Config(
        build_app(options),
        ws="none",
        log_level="warning",
        access_log=False,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=_GOODBYE_SECONDS,
    )
    host, port = listener.getsockname()[:2]
    sys.stdout.write(f"sandbox bank on http://{host}:{port}\n")
    sys.stdout.flush()
    asyncio.run(uvicorn.Server(config).serve(sockets=[listener]))


def _route(app: FastAPI, bank: Bank) -> None:
    for method, path, handler in (
        ("GET", "/sandbox/health", bank.health),
        ("POST", "/sandbox/orders", bank.take_orders),
        ("GET", "/sandbox/statement", bank.statement),
        ("POST", "/sandbox/incoming", bank.take_incoming),
        ("PUT", "/sandbox/faults", bank.set_faults),
        ("GET", "/sandbox/faults", bank.show_faults),
        ("DELETE", "/sandbox/faults", bank.clear_faults),
        ("GET", "/sandbox/books", bank.show_books),
    ):
        app.add_api_route(path, handler, methods=[method], response_model=None)


async def _body(request: Request, limit: int) -> bytes:
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > limit:
            raise BodyTooLargeError
    return body


async def _answer_refusal(_: Request, error: Exception) -> Response:
    return _refused(400, str(error))


async def _answer_too_large(_: Request, error: Exception) -> Response:
    return _refused(413, "the body is too large")


def _refused(status: int, why: str) -> Response:
    return JSONResponse({"error": why}, status_code=status)
