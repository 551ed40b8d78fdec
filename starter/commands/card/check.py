"""How a payment by card stands: its case has the acquirer asked anew."""

import asyncio
from datetime import UTC, datetime, timedelta
from time import monotonic

from db import idempotency
from db.card import card_payment
from db.card.card_payment import CardPaymentOfInvoice
from db.database import Database
from domain.billing.payment_check import AcquirerAnswer
from domain.card.card_payment import (
    CardPaymentRequest,
    card_payment_workflow_id,
    may_have_news,
)
from starter.commands.services import Services
from workflows.card_payment import ACQUIRER_SAID, CardPaymentWorkflow

ASKED_RECENTLY = timedelta(seconds=30)
"""The acquirer is asked once in so long, however often somebody presses the button: an answer that
is younger is not asked for again, and without one the question is an idempotent command of its half
minute.
"""
ASKER = "check_card_payment"
"""Who has the idempotency keys of these questions."""
ANSWER_SECONDS = 4.0
"""How long a check waits for the answer; one that comes later is read with the page."""
PAUSE_SECONDS = 0.1


async def check_card_payment(services: Services, invoice_number: str) -> AcquirerAnswer:
    """Has the acquirer asked how the card payment of an invoice stands, and waits for the answer.

    `NOTHING_TO_ASK` where there is no such payment, one that has ended, or one whose page the
    acquirer has not made yet. Whoever asks for it has to see that the invoice is the caller's.
    Raises `Refusal` `unavailable` without Temporal; a repeat is safe at any time.
    """
    payment = await _newest(services.database, invoice_number)
    if payment is None or not may_have_news(
        payment.status, payment.reason, payment.acquirer_payment_id
    ):
        return AcquirerAnswer.NOTHING_TO_ASK
    asked_at = datetime.now(UTC)
    if _answered_since(payment, asked_at - ASKED_RECENTLY):
        return AcquirerAnswer.ANSWERED
    await _ask_once(services, payment, asked_at)
    has_answered = await _has_answered(services.database, invoice_number, asked_at)
    return AcquirerAnswer.ANSWERED if has_answered else AcquirerAnswer.SILENT


async def _ask_once(services: Services, payment: CardPaymentOfInvoice, at: datetime) -> None:
    """Wakes the payment's case, unless somebody has done so in this half minute."""
    database, order_id = services.database, str(payment.order_id)
    key = f"{order_id}-{int(at.timestamp() // ASKED_RECENTLY.total_seconds())}"
    if await idempotency.reserve(database, ASKER, key, "") is not None:
        return
    try:
        await services.cases.signal_with_start(
            CardPaymentWorkflow.run,
            CardPaymentRequest(order_id, payment.invoice_number, payment.amount_kopecks),
            card_payment_workflow_id(order_id),
            ACQUIRER_SAID,
        )
    except Exception:
        await idempotency.release(database, ASKER, key)
        raise


async def _has_answered(database: Database, invoice_number: str, asked_at: datetime) -> bool:
    patient_until = monotonic() + ANSWER_SECONDS
    while monotonic() < patient_until:
        payment = await _newest(database, invoice_number)
        if payment is not None and _answered_since(payment, asked_at):
            return True
        await asyncio.sleep(PAUSE_SECONDS)
    return False


async def _newest(database: Database, invoice_number: str) -> CardPaymentOfInvoice | None:
    return await database.row(card_payment.of_invoice(invoice_number))


def _answered_since(payment: CardPaymentOfInvoice, at: datetime) -> bool:
    return payment.answered_at is not None and payment.answered_at >= at
