"""No page of the cabinet is heavy, with everything that it needs but fonts."""

from collections.abc import Iterator

from bench.pages import weigh
from bench.pages_report import MAX_PAGE_BYTES
from domain.access.roles import Role
from starter.web.app import all_pages
from starter.web.cabinet.orders import SHOWN
from tests.starter.refund.shop import SUBSCRIPTION, Shop
from tests.starter.web.browser import Browser
from tests.starter.web.test_refund import REQUISITES

NO_HTML = frozenset({"follow_changes", "read_invoice_pdf", "read_statement_pdf"})
LOG_IN = frozenset({"show_login", "show_login_link", "begin_issuer_login", "end_issuer_login"})
"""They lead on whoever is logged in, or are a sentence and a button."""


def looked_at() -> Iterator[str]:
    """The address of every page that is worth weighing, without its parameters."""
    for page in all_pages():
        if page.methods == {"GET"} and page.operation_id not in NO_HTML | LOG_IN:
            yield page.path


QUERIES = {"/refunds/new": "?invoice={invoice_number}"}


async def test_every_page_is_light(customer: Browser, shop: Shop) -> None:
    number = await shop.invoice(SUBSCRIPTION)
    row = shop.books.row("SELECT client_id FROM invoices WHERE number = %(n)s", n=number)
    await customer.log_in(Role.CLIENT, row.client_id)
    for _ in range(SHOWN):
        shop.books.invoice(client_id=row.client_id)
    start = await customer.get(f"/refunds/new?invoice={number}")
    case = (await customer.send("/refunds", start.form("/refunds"))).leads_to
    form = (await customer.get(f"{case}/statement")).form("/statement")
    await customer.send(f"{case}/statement", {**form, **REQUISITES})
    known = {"refund_id": case.removeprefix("/refunds/"), "invoice_number": number}
    weights = {
        path: await weigh(customer.http, (path + QUERIES.get(path, "")).format(**known))
        for path in looked_at()
    }
    customer.http.cookies.clear()
    weights["/login"] = await weigh(customer.http, "/login")
    assert min(weights.values()) > 1_000
    assert {path: weight for path, weight in weights.items() if weight > MAX_PAGE_BYTES} == {}
