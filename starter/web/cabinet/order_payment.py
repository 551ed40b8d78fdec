"""«Проверить оплату»: how the payment of an order stands, as far as anybody has told us."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from markupsafe import Markup
from starlette.responses import Response

from db.banking import bank_statement, own_account
from db.billing import client_money, payment_check
from db.billing import invoice as invoices
from db.billing.client_money import PaidInvoice
from db.card import card_payment
from db.facts import load
from domain.billing.invoice_vat import vat_of_rest
from domain.billing.requisites import Requisites
from domain.card.card_payment import ENDED
from domain.money import VatRate
from gateways.documents import InvoicePayment, payment_to
from starter.access import require_visible
from starter.commands.card import pay
from starter.commands.card import payment_check as command
from starter.commands.card.payment_check import CheckedOften
from starter.web.cabinet.addresses import InvoiceNumber, order_payment_page, renewal_page
from starter.web.cabinet.money import money_of
from starter.web.cabinet.payment_check import last_check
from starter.web.cabinet.surplus import surpluses_of
from starter.web.http.page import pages
from starter.web.http.visit import Visit, VisitDep
from texts.purposes import invoice_purpose

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
    money, (banked,), checks, cards = await visit.database.read(
        client_money.of_client(invoice.client_id, MAX_MONEY, invoice_number=invoice_number),
        bank_statement.known_until(),
        payment_check.of_invoice(invoice_number, 1),
        card_payment.of_invoice(invoice_number),
    )
    return visit.page(
        "order_payment.html",
        bank=await _by_bank(visit, invoice),
        invoice=invoice,
        left=max(0, invoice.total_kopecks - invoice.paid_kopecks),
        money=[money_of(row, visit.language) for row in money],
        banked_until=banked.last_day,
        check=last_check(checks, visit.language),
        card=pay.page_of(cards[0]) if cards else None,
        ended=ENDED,
        surpluses=surpluses_of([invoice]),
        now=datetime.now(UTC),
    )


@routes.post("/orders/{invoice_number}/card")
async def pay_by_card(visit: VisitDep, invoice_number: InvoiceNumber) -> Response:
    """Opens a page for what is left; it stands on the order's page, since ours lead nowhere else by
    themselves.
    """
    await pay.pay_by_card(visit.services, visit.caller, visit.command_id, invoice_number)
    return visit.see(order_payment_page(invoice_number))


@routes.post("/orders/{invoice_number}/check")
async def check_payment(visit: VisitDep, invoice_number: InvoiceNumber) -> Response:
    """Leads to what the check found; one that comes too soon, to what the last one did."""
    invoice = await _own(visit, invoice_number)
    with suppress(CheckedOften):
        await command.check_payment(visit.services, visit.caller, visit.command_id, invoice_number)
    if invoice.renewal_id is not None:
        return visit.see(f"{renewal_page(invoice.renewal_id)}#money")
    return visit.see(order_payment_page(invoice_number))


@dataclass(frozen=True)
class ByBank:
    """How what is left is paid by a transfer; `code` is the QR code as SVG."""

    recipient: Requisites
    payment: InvoicePayment
    code: Markup


async def _by_bank(visit: Visit, invoice: PaidInvoice) -> ByBank | None:
    """What a client copies into its bank; None where nothing is to be paid, or while no account of
    ours is stored.
    """
    left = 0 if invoice.voided_at else invoice.total_kopecks - invoice.paid_kopecks
    supplier = await load(visit.database, own_account.supplier())
    if left <= 0 or supplier is None:
        return None
    _, lines = await visit.database.read(*invoices.facts(invoice.number))
    rated = [(VatRate(line.vat_rate), line.sum_kopecks) for line in lines]
    purpose = invoice_purpose(invoice.number, invoice.issued_on, vat_of_rest(left, rated))
    payment = await asyncio.to_thread(payment_to, supplier.requisites, left, purpose)
    return ByBank(supplier.requisites, payment, Markup(payment.qr))  # noqa: S704 - drawn by us


async def _own(visit: Visit, invoice_number: str) -> PaidInvoice:
    return require_visible(
        visit.caller, await visit.database.rows(client_money.of_invoice(invoice_number))
    )
