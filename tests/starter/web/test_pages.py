"""Every page and form: who may, from which site, with which headers."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from fastapi import APIRouter

from domain.access.roles import Role
from starter.access import PAGES, PUBLIC_PAGES, AccessUndecided, roles_of_page
from starter.caller import CALLING_ROLES
from starter.web.app import all_pages
from starter.web.http.headers import HEADERS
from starter.web.http.page import PageRoute, pages
from tests.books import Books
from tests.starter.web.browser import Browser

PARAMETERS = {
    "account": "40702810700000000417",
    "attempt": "1",
    "link_id": UUID(int=7),
    "client_id": "romashka",
    "order_id": "00000000-0000-4000-8000-000000000417",
    "run_id": "00000000-0000-4000-8000-000000000417",
    "entry_id": "00000000-0000-4000-8000-000000000417",
    "invoice_number": "2026-000117",
    "refund_id": "refund-2026-000117-1",
    "renewal_id": "renewal-kompas-7-2026-11-30",
    "request_id": "00000000-0000-4000-8000-000000000117",
    "subscription_id": "kompas-7",
    "letter_id": "7",
    "token": "a-token-that-nobody-was-ever-sent",
    "number": "2026-000117",
    "message_id": UUID(int=1),
    "process_id": "refund-2026-000117-1",
    "difference_id": UUID(int=5),
    "kind": "csv",
    "receipt_id": UUID(int=6),
    "statement_id": UUID(int=2),
    "scan_id": UUID(int=3),
    "claim_id": UUID(int=4),
    "day": "2026-05-04",
    "year": "2026",
    "policy_kind": "refund",
    "tariff_code": "400",
    "version": "1",
    "change_id": UUID(int=5),
    "view_id": UUID(int=8),
    "ticket_id": "ticket-117",
    "dispute_id": "dispute-2026-000117-1",
    "paper_id": UUID(int=9),
    "incident_id": UUID(int=9),
    "dossier_id": UUID(int=10),
    "return_id": "return-2026-000117-1",
    "code": "need-details",
    "department_code": "support",
    "file_id": UUID(int=8),
}
QUERIES = {
    "/desk/reports/cases": "?figure=status&value=paying&first_day=2026-11-01&last_day=2026-11-30",
    "/desk/reports/refunds.csv": "?first_day=2026-11-01&last_day=2026-11-30",
    "/refunds/new": "?invoice=2026-000117",
    "/returns/new": "?invoice=2026-000117",
    "/subscriptions/kompas-7/order": "?offer=same&tariff=400",
}


def doors() -> Iterator[tuple[str, str, str]]:
    """Operation, method and a real address of every page and form."""
    for page in all_pages():
        (method,) = sorted(page.methods or ())
        path = page.path.format(**PARAMETERS)
        yield str(page.operation_id), method, path + QUERIES.get(path, "")


DOORS = list(doors())
GUARDED = [door for door in DOORS if door[0] not in PUBLIC_PAGES]
FORMS = [door for door in DOORS if door[1] == "POST"]


def test_every_row_of_the_table_is_a_page_and_none_is_public_by_chance() -> None:
    operations = {operation for operation, _, _ in DOORS}
    assert set(PAGES) | PUBLIC_PAGES <= operations
    assert PUBLIC_PAGES & {operation for operation, _, _ in GUARDED} == set()


def test_a_page_that_nobody_decided_about_is_not_made() -> None:
    routes: APIRouter = pages()

    async def undecided() -> None:
        """Nobody."""

    with pytest.raises(AccessUndecided):
        routes.get("/undecided")(undecided)
    assert routes.route_class is PageRoute


@pytest.mark.parametrize(("operation", "method", "path"), GUARDED)
async def test_nobody_gets_in_without_a_session(
    browser: Browser, operation: str, method: str, path: str
) -> None:
    if method == "GET":
        answer = await browser.get(path)
        assert answer.status == 303
        assert answer.leads_to.startswith("/login?target=%2F")
    else:
        answer = await browser.send(path, {"idempotency_key": "k", "typed": "«Ромашка»"})
        assert answer.status == 401
        assert answer.form(path)["typed"] == "«Ромашка»", operation


@pytest.mark.parametrize("role", sorted(CALLING_ROLES))
@pytest.mark.parametrize(("operation", "method", "path"), GUARDED)
async def test_a_role_sees_what_the_table_lets_it_see(
    browser: Browser, books: Books, operation: str, method: str, path: str, role: Role
) -> None:
    clients = [books.client()] if role is Role.CLIENT else []
    await browser.log_in(role, *clients)
    fields = {"idempotency_key": f"{operation}-{role}-0123456789"}
    answer = await (browser.get(path) if method == "GET" else browser.send(path, fields))
    refused = role not in roles_of_page(operation)
    assert (answer.status == 403) == refused
    assert ("Эта страница вам недоступна" in answer.words) == refused
    assert answer.status != 500
    assert "Traceback" not in answer.html


@pytest.mark.parametrize(
    ("headers", "passes"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Origin": "http://cabinet.example"}, True),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://cabinet.example"}, False),
        ({"Sec-Fetch-Site": "", "Origin": "http://cabinet.example"}, False),
        ({"Origin": "http://cabinet.example.evil.example"}, False),
        ({"Origin": "https://cabinet.example"}, False),
        ({"Origin": "null"}, False),
        ({}, False),
    ],
)
async def test_a_form_comes_from_our_own_pages_only(
    browser: Browser, headers: dict[str, str], passes: bool
) -> None:
    answer = await browser.send("/login/link", {"email": "nobody@nowhere.example"}, headers=headers)
    assert answer.status == (200 if passes else 403)


@pytest.mark.parametrize(("operation", "method", "path"), FORMS)
async def test_no_form_is_taken_from_another_site(
    browser: Browser, books: Books, operation: str, method: str, path: str
) -> None:
    await browser.log_in(Role.CLIENT, books.client())
    answer = await browser.send(
        path, {"idempotency_key": f"{operation}-cross"}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert answer.status == 403, method


@pytest.mark.parametrize("path", ["/login", "/", "/nowhere", "/static/0/app.css", "/health/live"])
async def test_every_answer_has_the_headers(browser: Browser, path: str) -> None:
    answer = await browser.get(path)
    assert {name: answer.response.headers.get(name) for name in HEADERS} == dict(HEADERS)


@pytest.mark.parametrize(
    ("operation", "path"), [(one, at) for one, how, at in DOORS if how == "GET"]
)
async def test_head_is_answered_as_get_without_a_body(
    browser: Browser, books: Books, operation: str, path: str
) -> None:
    role = min(roles_of_page(operation) or {Role.CLIENT})
    clients = [books.client()] if role is Role.CLIENT else []
    await browser.log_in(role, *clients)
    head = await browser.http.head(path)
    assert head.content == b""
    assert head.headers["Content-Security-Policy"] == HEADERS["Content-Security-Policy"]
    if operation == "follow_changes":
        return  # its GET never ends
    shown = await browser.get(path)
    assert head.status_code == shown.status
    assert head.headers.get("content-type") == shown.response.headers.get("content-type")


async def test_an_address_that_no_page_has_says_what_to_do(browser: Browser) -> None:
    for path in ("/nowhere", "/refunds/REFUND 1", "/refunds/refund-1-1/"):
        answer = await browser.get(path)
        assert answer.status in {404, 303}
    assert "К заказам" in (await browser.get("/nowhere")).html


async def test_whoever_is_logged_in_keeps_the_menu_on_an_error_page(
    browser: Browser, books: Books
) -> None:
    await browser.log_in(Role.CLIENT, books.client())
    page = await browser.get("/nowhere")
    assert page.status == 404
    assert 'action="/logout"' in page.html


async def test_files_are_kept_for_a_year_under_an_address_of_their_own(browser: Browser) -> None:
    page = await browser.get("/login")
    address = page.html.split('rel="stylesheet" href="')[1].split('"')[0]
    answer = await browser.get(address)
    assert answer.status == 200
    assert answer.response.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.response.headers["content-type"].startswith("text/css")
    assert len(answer.response.content) <= 40_000
