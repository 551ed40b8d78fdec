"""The application of the pages: its routes, headers and error pages."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress

from fastapi import APIRouter, FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from temporalio.client import Client

from db.database import Database, DatabaseFailure
from gateways.scans import ScanReader
from settings import Settings
from starter.commands.cases import Cases
from starter.commands.services import Services
from starter.http.headers import WithHeaders
from starter.web import live
from starter.web.cabinet import (
    debt,
    dispute,
    disputes,
    documents,
    dossier,
    goods_return,
    goods_return_form,
    help_page,
    inquiry,
    limit_request,
    notifications,
    order_payment,
    ordering,
    orders,
    papers,
    payment_claim,
    payments,
    preferences,
    reconciliation_act,
    refund,
    refund_contact,
    refund_start,
    renewal,
    requisites_check,
    signing,
    statement,
    subscription,
    tariffs,
    telegram,
    ticket,
    tickets,
)
from starter.web.desk import (
    books,
    client,
    collections,
    decision,
    differences,
    entries,
    entry_decision,
    goods_returns,
    incidents,
    lawyer,
    letters,
    limit_requests,
    operators,
    parked,
    queue,
    receipts,
    report,
    requisites_reads,
    run_decision,
    runs,
    scan,
    search,
    start,
    statements,
    surpluses,
    ticket_deeds,
    ticket_transcript,
    views,
)
from starter.web.desk import dispute as dispute_on_desk
from starter.web.desk import disputes as disputes_on_desk
from starter.web.desk import dossier as dossier_on_desk
from starter.web.desk import goods_return as goods_return_on_desk
from starter.web.desk import reconciliation_act as act_on_desk
from starter.web.desk import refund as refund_on_desk
from starter.web.desk import renewal as renewal_on_desk
from starter.web.desk import ticket as ticket_on_desk
from starter.web.desk import tickets as tickets_on_desk
from starter.web.desk.reference import (
    accounts,
    calculator,
    calendar,
    canned,
    departments,
    key_rate,
    mailboxes,
    policies,
    prices,
)
from starter.web.http import health
from starter.web.http.changes import Changes
from starter.web.http.errors import error_page
from starter.web.http.head import HeadAsGet
from starter.web.http.headers import headers_of_pages
from starter.web.http.page import PageRoute
from starter.web.http.session import Sessions
from starter.web.http.static import static_route
from starter.web.http.visit import visit_of
from starter.web.login import language, link, logout, oidc
from starter.web.login.issuer import issuer_of

MIN_GZIPPED_BYTES = 1_000
GZIP_LEVEL = 5
"""Little is gained beyond it, for twice the time."""

ROUTERS: tuple[APIRouter, ...] = (
    link.routes,
    oidc.routes,
    logout.routes,
    language.routes,
    orders.routes,
    goods_return_form.routes,
    goods_return.routes,
    goods_return_on_desk.routes,
    goods_returns.routes,
    order_payment.routes,
    payments.routes,
    renewal.routes,
    payment_claim.routes,
    refund_start.routes,
    refund.routes,
    inquiry.routes,
    refund_contact.routes,
    statement.routes,
    requisites_check.routes,
    signing.routes,
    subscription.routes,
    tariffs.routes,
    ordering.routes,
    limit_request.routes,
    disputes.routes,
    dispute.routes,
    dossier.routes,
    tickets.routes,
    ticket.routes,
    debt.routes,
    documents.routes,
    papers.routes,
    reconciliation_act.routes,
    notifications.routes,
    preferences.routes,
    telegram.routes,
    help_page.routes,
    live.routes,
    start.routes,
    queue.routes,
    search.routes,
    client.routes,
    refund_on_desk.routes,
    decision.routes,
    scan.routes,
    requisites_reads.routes,
    entries.routes,
    entry_decision.routes,
    runs.routes,
    run_decision.routes,
    statements.routes,
    act_on_desk.routes,
    surpluses.routes,
    renewal_on_desk.routes,
    limit_requests.routes,
    disputes_on_desk.routes,
    dispute_on_desk.routes,
    dossier_on_desk.routes,
    tickets_on_desk.routes,
    views.routes,
    ticket_on_desk.routes,
    ticket_deeds.routes,
    ticket_transcript.routes,
    canned.routes,
    departments.routes,
    differences.routes,
    books.routes,
    collections.routes,
    lawyer.routes,
    receipts.routes,
    report.routes,
    letters.routes,
    parked.routes,
    incidents.routes,
    operators.routes,
    calendar.routes,
    policies.routes,
    prices.routes,
    accounts.routes,
    mailboxes.routes,
    key_rate.routes,
    calculator.routes,
)
"""Every family of pages."""


def create_app(
    settings: Settings, database: Database, connect: Callable[[], Awaitable[Client]]
) -> FastAPI:
    """Builds the application; `connect` is called when Temporal is first needed.

    It opens and closes `database` itself. Raises `AccessUndecided` for a page that the access table
    does not list.
    """
    changes = Changes(database)
    app = FastAPI(
        lifespan=_opening(database, changes),
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,  # it would lead to whatever address the Host header names
    )
    is_https = settings.cabinet_url.startswith("https:")
    cases = Cases(connect, settings.task_queue)
    app.state.services = Services(settings, database, cases, ScanReader())
    app.state.changes = changes
    app.state.issuer = issuer_of(settings)
    app.state.sessions = Sessions(database, is_https=is_https)
    # An included router would build each of its routes once more, at the first request.
    app.router.routes.extend(route for routes in ROUTERS for route in routes.routes)
    app.router.routes.extend((static_route(), health.route()))
    app.add_exception_handler(HTTPException, _absent)
    app.add_middleware(GZipMiddleware, minimum_size=MIN_GZIPPED_BYTES, compresslevel=GZIP_LEVEL)
    app.add_middleware(WithHeaders, headers=headers_of_pages(is_https=is_https))
    app.add_middleware(HeadAsGet)
    return app


def end_streams(app: FastAPI) -> None:
    """Ends the streams of open pages, which would go on for ever."""
    changes: Changes = app.state.changes
    changes.end_all()


def all_pages() -> Iterable[PageRoute]:
    """Every page and form."""
    return (route for routes in ROUTERS for route in routes.routes if isinstance(route, PageRoute))


def _opening(
    database: Database, changes: Changes
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def opened(_: FastAPI) -> AsyncIterator[None]:
        async with database, changes.listening():
            yield

    return opened


async def _absent(request: Request, error: Exception) -> Response:
    """An address that no page has; whoever is logged in keeps the menu, unless nobody can say."""
    visit = visit_of(request)
    with suppress(DatabaseFailure):
        visit = visit.of_session(await visit.sessions.of(request))
    return error_page(visit, error)
