"""The FastAPI application: its routes, middlewares, error answers and documentation."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import cache
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from fastapi.responses import Response
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from temporalio.client import Client

from db.database import Database
from gateways.scans import ScanReader
from settings import Settings
from starter.api import (
    banking,
    collection,
    dispute,
    goods_return,
    refund,
    renewal,
    subscription,
    ticket,
)
from starter.api.billing import client, invoice, payment, reconciliation_act
from starter.api.calendar import calendar, calendar_import
from starter.api.card import pay, payment_check, webhook
from starter.api.compensation import calculation, key_rate
from starter.api.dossier import dossier
from starter.api.file import upload
from starter.api.http import health
from starter.api.http.auth import Authentication
from starter.api.http.docs_page import add_docs_page
from starter.api.http.problems import Problem, ProblemBody, response_to
from starter.api.http.route import Route
from starter.api.notification import inbox, letters
from starter.api.receipt import receipt
from starter.api.reconciliation import acquirer_difference, books
from starter.commands.cases import Cases
from starter.commands.refusal import Refusal
from starter.commands.services import Services
from starter.http.headers import COMMON_HEADERS, WithHeaders

ROUTERS: tuple[APIRouter, ...] = (
    client.routes,
    reconciliation_act.routes,
    invoice.routes,
    payment.routes,
    pay.routes,
    payment_check.routes,
    *refund.ROUTERS,
    *banking.ROUTERS,
    *subscription.ROUTERS,
    *renewal.ROUTERS,
    *ticket.ROUTERS,
    *goods_return.ROUTERS,
    *collection.ROUTERS,
    *dispute.ROUTERS,
    dossier.routes,
    upload.routes,
    webhook.routes,
    acquirer_difference.routes,
    books.routes,
    receipt.routes,
    calendar.routes,
    calendar_import.routes,
    key_rate.routes,
    calculation.routes,
    inbox.routes,
    letters.routes,
    health.routes,
)
"""Every noun's routes, in the order of the documentation."""

TITLE = "Kopeyka"
VERSION = "1"
DESCRIPTION = """
Gives money back for online invoices.

- Every command (anything but GET) needs an `Idempotency-Key`; a repeat gets the first final answer.
  The acquirer's notifications need none: whatever they say is looked up.
- Sums are texts in roubles with kopecks (`"9693.55"`), dates are ISO 8601, instants carry a zone.
- A field or a parameter that an operation does not know is refused, and so is a slash too many.
- A refusal is `application/problem+json` with a stable `code`.
- 202 means that the outcome is not known yet: look at `Location`, or repeat with the same key.
"""


def create_app(
    settings: Settings, database: Database, connect: Callable[[], Awaitable[Client]]
) -> FastAPI:
    """Builds the application. `connect` is called when Temporal is first needed: reads work without
    it.

    The application opens and closes `database` itself. Raises `AccessUndecided` for a route that
    the access table does not list.
    """
    app = FastAPI(
        title=TITLE,
        version=VERSION,
        description=DESCRIPTION,
        lifespan=_opening(database),
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,  # it would lead to whatever address the Host header names
    )
    cases = Cases(connect, settings.task_queue)
    app.state.services = Services(settings, database, cases, ScanReader())
    app.state.authentication = Authentication(settings)
    # An included router would build each of its routes once more, at the first request.
    app.router.routes.extend(route for routes in ROUTERS for route in routes.routes)
    for kind in (Problem, Refusal, HTTPException, RequestValidationError):
        app.add_exception_handler(kind, _answer)
    app.add_middleware(_Unforeseen)
    app.add_middleware(WithHeaders, headers=COMMON_HEADERS)
    app.openapi = documentation  # type: ignore[method-assign]
    add_docs_page(app)
    return app


def all_routes() -> Iterable[Route]:
    """Every route of the API."""
    return (route for routes in ROUTERS for route in routes.routes if isinstance(route, Route))


def _opening(
    database: Database,
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def opened(_: FastAPI) -> AsyncIterator[None]:
        async with database:
            yield

    return opened


async def _answer(request: Request, error: Exception) -> Response:
    response = response_to(request, error)
    if response.status_code == 405:
        response.headers["Allow"] = ", ".join(sorted(_methods_at(request.url.path)))
    return response


def _methods_at(path: str) -> set[str]:
    """The methods allowed at an address, over all routes that share it."""
    return {
        method
        for route in all_routes()
        if route.path_regex.match(path)
        for method in route.methods or ()
    }


class _Unforeseen:
    """Answers a problem for exceptions that no handler expects, in place of the framework's
    page.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = False

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception as error:
            if begun:
                raise
            await response_to(Request(scope), error)(scope, receive, send)


@cache
def documentation() -> dict[str, Any]:
    """The OpenAPI document, with the one schema that no route's model adds; it is read-only."""
    document = get_openapi(
        title=TITLE, version=VERSION, description=DESCRIPTION, routes=[*all_routes()]
    )
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    problem = ProblemBody.model_json_schema(ref_template="#/components/schemas/{model}")
    for name, schema in problem.pop("$defs").items():
        schemas[name] = schema
    schemas["Problem"] = problem
    return document
