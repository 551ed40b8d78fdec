"""Paying an order of billing by card: a page of the acquirer's for what is left of its invoice."""

import asyncio
from dataclasses import dataclass
from time import monotonic
from uuid import UUID, uuid5

from db.billing import client_money
from db.billing.client_money import PaidInvoice
from db.card import card_payment
from db.card.card_payment import CardPaymentOfInvoice
from db.database import Database
from domain.card.card_payment import (
    ENDED,
    CardPaymentRequest,
    CardStatus,
    card_payment_workflow_id,
)
from starter.access import require_visible
from starter.caller import Caller
from starter.commands.command import command
from starter.commands.refusal import LookAt, Noun, conflict
from starter.commands.services import Services
from workflows.card_payment import ACQUIRER_SAID, CardPaymentWorkflow

PAGE_SECONDS = 4.0
"""How long the command waits for the page; one that comes later is read with the order."""
PAUSE_SECONDS = 0.1


@dataclass(frozen=True)
class PaymentPage:
    """How a payment by card stands; `href` is the acquirer's page while it can be paid on,
    `reason` why none can.
    """

    status: CardStatus
    amount_kopecks: int
    href: str | None
    reason: str | None


@command
async def pay_by_card(
    services: Services, caller: Caller, command_id: UUID, invoice_number: str
) -> PaymentPage:
    """Opens a page for what is left of an invoice, or answers the one that is open: an invoice has
    one at a time. Money that comes another way meanwhile is a surplus, as any above the price.

    Raises `Refusal`: `order_paid` where nothing is left, `order_void`, and
    `order_paid_on_its_page` for an order of a subscription.
    """
    rows = await services.database.rows(client_money.of_invoice(invoice_number))
    left = _left(require_visible(caller, rows))
    order_id = str(uuid5(command_id, "card"))
    known = await _newest(services.database, invoice_number)
    if known is None or (known.status in ENDED and str(known.order_id) != order_id):
        request = CardPaymentRequest(order_id, invoice_number, left)
        process_id = card_payment_workflow_id(order_id)
        await services.cases.signal_with_start(
            CardPaymentWorkflow.run, request, process_id, ACQUIRER_SAID
        )
        known = await _opened(services.database, invoice_number, known)
    if known is None:
        return PaymentPage(CardStatus.PREPARED, left, None, None)
    return page_of(known)


def page_of(payment: CardPaymentOfInvoice) -> PaymentPage:
    """The page of a payment."""
    status = CardStatus(payment.status)
    href = payment.confirmation_url if status is CardStatus.PENDING else None
    reason = payment.reason if status is CardStatus.CANCELLED else None
    return PaymentPage(status, payment.amount_kopecks, href, reason)


def _left(invoice: PaidInvoice) -> int:
    if invoice.renewal_id is not None:
        raise conflict("order_paid_on_its_page", look_at=LookAt(Noun.RENEWAL, invoice.renewal_id))
    if invoice.voided_at is not None:
        raise conflict("order_void")
    left = invoice.total_kopecks - invoice.paid_kopecks
    if left <= 0:
        raise conflict("order_paid")
    return left


async def _opened(
    database: Database, invoice_number: str, before: CardPaymentOfInvoice | None
) -> CardPaymentOfInvoice | None:
    """The payment once its page is there or will not be; None while nobody knows."""
    patient_until = monotonic() + PAGE_SECONDS
    found = None
    while monotonic() < patient_until:
        newest = await _newest(database, invoice_number)
        if newest is not None and (before is None or newest.order_id != before.order_id):
            found = newest
            if newest.confirmation_url is not None or newest.status in ENDED:
                return found
        await asyncio.sleep(PAUSE_SECONDS)
    return found


async def _newest(database: Database, invoice_number: str) -> CardPaymentOfInvoice | None:
    return await database.row(card_payment.of_invoice(invoice_number))
