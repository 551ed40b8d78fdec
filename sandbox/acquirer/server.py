"""The sandbox acquirer's process: books, routes, webhook delivery, one port."""

import asyncio
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta

import uvicorn
from fastapi import FastAPI

from sandbox.acquirer.admin import Admin
from sandbox.acquirer.books import Books
from sandbox.acquirer.books_file import connect
from sandbox.acquirer.checkout import Checkout
from sandbox.acquirer.faults import Faults
from sandbox.acquirer.ledger import Ledger
from sandbox.acquirer.page import Page
from sandbox.acquirer.payments import Payments
from sandbox.acquirer.receipts import Receipts
from sandbox.acquirer.refunds import Refunds
from sandbox.acquirer.request_pipeline import RequestPipeline
from sandbox.acquirer.webhooks import Webhooks
from sandbox.droppable import DroppableProtocol

_KEEP_ALIVE_SECONDS = 30
_GOODBYE_SECONDS = 1
_BACKLOG = 512


@dataclass(frozen=True)
class AcquirerOptions:
    """How the process was asked to run; `books` is a file, or ":memory:".

    `page_url` None: browsers reach the payment page where the API's caller reached the API.
    """

    host: str
    port: int
    shop_id: str
    secret_key: str
    books: str
    webhook_url: str | None
    key_lifetime: timedelta
    page_url: str | None = None


def build_app(options: AcquirerOptions) -> FastAPI:
    """The application over its books; webhooks are delivered while it runs."""
    connection = connect(options.books)
    books, ledger, armed = Books(connection), Ledger(connection), Faults(connection)
    if options.webhook_url is not None:
        books.set_webhook_url(options.webhook_url)
    checkout = Checkout(connection, books)
    webhooks = Webhooks(books.webhook_url, (books, checkout))
    pipeline = RequestPipeline(ledger, armed, webhooks, (options.shop_id, options.secret_key))
    refunds = Refunds(books, pipeline, options.key_lifetime)
    payments = Payments(checkout, books, pipeline, options.key_lifetime, options.page_url)

    @asynccontextmanager
    async def running(_: FastAPI) -> AsyncIterator[None]:
        delivery = asyncio.create_task(webhooks.run())
        yield
        delivery.cancel()
        with suppress(asyncio.CancelledError):
            await delivery
        connection.close()

    app = FastAPI(openapi_url=None, lifespan=running)
    _route(app, refunds, payments, Receipts(books, pipeline), Page(checkout, webhooks))
    _route_admin(app, Admin(books, checkout, ledger, armed, webhooks))
    return app


def _route(
    app: FastAPI, refunds: Refunds, payments: Payments, receipts: Receipts, page: Page
) -> None:
    for method, path, handler in (
        ("POST", "/v3/refunds", refunds.create),
        ("GET", "/v3/refunds", refunds.list),
        ("GET", "/v3/refunds/{refund_id}", refunds.get),
        ("POST", "/v3/payments", payments.create),
        ("POST", "/v3/receipts", receipts.create),
        ("GET", "/v3/receipts/{receipt_id}", receipts.get),
        ("GET", "/v3/payments", payments.list),
        ("GET", "/v3/payments/{payment_id}", payments.get),
        ("GET", "/pay/{payment_id}", page.show),
        ("POST", "/pay/{payment_id}", page.answer),
    ):
        app.add_api_route(path, handler, methods=[method], response_model=None)


def _route_admin(app: FastAPI, admin: Admin) -> None:
    for method, path, handler in (
        ("GET", "/sandbox/health", admin.health),
        ("POST", "/sandbox/payments", admin.add_payment),
        ("POST", "/sandbox/payments/{payment_id}/outcome", admin.settle),
        ("POST", "/sandbox/payments/{payment_id}/take-back", admin.take_back),
        ("POST", "/sandbox/payments/{payment_id}/pay", admin.pay),
        ("POST", "/sandbox/payments/{payment_id}/decline", admin.decline),
        ("PUT", "/sandbox/faults", admin.set_faults),
        ("GET", "/sandbox/faults", admin.show_faults),
        ("DELETE", "/sandbox/faults", admin.clear_faults),
        ("PUT", "/sandbox/webhook", admin.set_webhook),
        ("GET", "/sandbox/books", admin.show_books),
    ):
        app.add_api_route(path, handler, methods=[method], response_model=None)


def serve(options: AcquirerOptions) -> None:
    """Listens, prints the address on stdout, and serves until stopped."""
    listener = socket.create_server((options.host, options.port), backlog=_BACKLOG)
    # asyncio sets this itself only on sockets it made; without it an answer waits 40 ms for an ACK.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    config = uvicorn.Config(
        build_app(options),
        http=DroppableProtocol,
        ws="none",
        log_level="warning",
        access_log=False,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=_GOODBYE_SECONDS,
    )
    host, port = listener.getsockname()[:2]
    sys.stdout.write(f"sandbox acquirer on http://{host}:{port}\n")
    sys.stdout.flush()
    asyncio.run(uvicorn.Server(config).serve(sockets=[listener]))
