"""«Проверить оплату»: how the payment of an order stands, as far as anybody has told us."""

from datetime import UTC, datetime

from starlette.responses import Response

from db.banking import bank_statement
from db.billing import client_money
from db.billing.client_money import PaidInvoice
from starter.access import require_visible
from starter.commands.card.check import check_card_payment
from starter.web.cabinet.addresses import InvoiceNumber, renewal_page
from starter.web.cabinet.money import money_of
from starter.web.cabinet.surplus import surpluses_of
from starter.web.http.page import pages
from starter.web.http.visit import Visit, VisitDep

MAX_MONEY = 50
"""Payments and attempts of an order that are shown; all are on the page of payments."""

routes = pages()


@routes.get("/orders/{invoice_number}/payment")
async def show_order_payment(visit: VisitDep, invoice_number: InvoiceNumber) -> Response:
    """What has come for an order of billing; an order of a subscription has a page that says it,
    to which the acquirer leads back too.
    """
    invoice = await _own(visit, invoice_number)
    if invoice.renewal_id is not None:
        return visit.see(renewal_page(invoice.renewal_id))
    money, (banked,) = await visit.database.read(
        client_money.of_client(invoice.client_id, MAX_MONEY, invoice_number=invoice_number),
        bank_statement.known_until(),
    )
    return visit.page(
        "order_payment.html",
        invoice=invoice,
        left=max(0, invoice.total_kopecks - invoice.paid_kopecks),
        money=[money_of(row, visit.language) for row in money],
        banked_until=banked.last_day,
        surpluses=surpluses_of([invoice]),
        now=datetime.now(UTC),
    )


@routes.post("/orders/{invoice_number}/check")
async def check_payment(visit: VisitDep, invoice_number: InvoiceNumber) -> Response:
    """Has the acquirer asked where a payment by card is open; what came by the bank is in our books
    as soon as its statement is.
    """
    invoice = await _own(visit, invoice_number)
    await check_card_payment(visit.services, invoice_number)
    if invoice.renewal_id is not None:
        return visit.see(f"{renewal_page(invoice.renewal_id)}#money")
    return visit.see(f"/orders/{invoice_number}/payment")


async def _own(visit: Visit, invoice_number: str) -> PaidInvoice:
    return require_visible(
        visit.caller, await visit.database.rows(client_money.of_invoice(invoice_number))
    )
