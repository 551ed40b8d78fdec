"""The steps of a payment by card: store the request, ask the acquirer, record the payment."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import structlog
from temporalio import activity

from activities.case.alive import alive
from db.card import card_payment
from db.database import Database
from db.facts import load
from domain.billing.invoice import ProductKind
from domain.card import transitions
from domain.card.card_payment import (
    CardAnswer,
    CardClosing,
    CardPayment,
    CardPaymentRequest,
    CardStatus,
    card_payment_workflow_id,
    receipt_of,
)
from domain.card.transitions import CardTransition, PayableInvoice, PaymentAtAcquirer
from domain.money import VatRate
from gateways.acquirer import (
    AcquirerGateway,
    AcquirerPaymentStatus,
    AcquirerRefused,
    AcquirerUnavailable,
    PaymentAnswer,
    PaymentOrder,
    ReceiptItem,
)
from texts import translate

_STATUSES = {
    AcquirerPaymentStatus.SUCCEEDED: CardStatus.PAID,
    AcquirerPaymentStatus.CANCELLED: CardStatus.CANCELLED,
    AcquirerPaymentStatus.PENDING: CardStatus.PENDING,
    AcquirerPaymentStatus.UNRECOGNISED: CardStatus.PENDING,
}

log = structlog.get_logger()


class CardPaymentActivities:
    """Steps of a payment by card. The idempotency key at the acquirer is the order's id, never a
    run's.

    `cabinet_url`: the site that the acquirer's page sends the client back to.
    """

    def __init__(self, database: Database, acquirer: AcquirerGateway, *, cabinet_url: str) -> None:
        self._database = database
        self._acquirer = acquirer
        self._cabinet_url = cabinet_url

    @activity.defn(name="card_payment.prepare")
    async def prepare(self, request: CardPaymentRequest) -> CardAnswer:
        """Stores the request to the acquirer; a repeat returns the payment's state.

        For an invoice that takes no payment the result is a cancelled payment with the reason, and
        no request.
        """
        async with self._database.transaction() as transaction:
            stored, invoice = await load(transaction, card_payment.to_prepare(request))
            if stored is not None:
                return stored.answer
            first = transitions.first_of(invoice, request.amount_kopecks, datetime.now(UTC))
            prepared = first.status is CardStatus.PREPARED
            asked = self._asked(request, invoice) if prepared else {}
            card_payment.prepare(transaction, request, asked, first)
        return first.answer

    @activity.defn(name="card_payment.ask")
    async def ask(self, order_id: str) -> CardAnswer:
        """Requests the page, or reads the payment whose page exists, and records the answer. No
        answer is `unknown`; the next call repeats the same request under the same key.
        """
        payment = await card_payment.find(self._database, order_id)
        if payment is None:
            raise LookupError(f"no card payment of {order_id}")
        if transitions.is_over(payment):
            return payment.answer
        async with alive():
            said = await self._answer_of(payment)
        return await self._record(order_id, said)

    @activity.defn(name="card_payment.close")
    async def close(self, closing: CardClosing) -> CardAnswer:
        """Stops waiting for a payment; one that has ended stays as it is."""
        async with self._database.transaction() as transaction:
            payment = await load(transaction, card_payment.locked(closing.order_id))
            observed = transitions.closed(payment, closing.reason, datetime.now(UTC))
            if observed is None:
                return payment.answer
            card_payment.record(transaction, payment, CardTransition(observed))
        return observed.answer

    def _asked(self, request: CardPaymentRequest, invoice: PayableInvoice) -> dict[str, Any]:
        return {
            "description": translate("card_payment.description", invoice=invoice.number),
            "return_url": f"{self._cabinet_url}/orders/{request.invoice_number}/payment",
            "email": invoice.email,
            "items": [
                {
                    "title": share.line.title,
                    "amount_kopecks": share.amount_kopecks,
                    "vat_rate": share.line.vat_rate.value,
                    "kind": share.line.kind.value,
                }
                for share in receipt_of(request.amount_kopecks, invoice.lines)
            ],
        }

    async def _answer_of(self, payment: CardPayment) -> PaymentAtAcquirer | CardAnswer:
        """The acquirer's answer, or what its silence means."""
        if payment.acquirer_payment_id is not None:
            return _there(await self._acquirer.find_payment(payment.acquirer_payment_id))
        never_opened = transitions.never_opened(payment, datetime.now(UTC))
        if never_opened is not None:
            return never_opened
        try:
            answer = await self._acquirer.create_payment(
                card_payment_workflow_id(str(payment.order_id)),
                _order_from(payment.amount_kopecks, payment.asked),
                {"order_id": str(payment.order_id), "invoice_number": payment.invoice_number},
            )
        except AcquirerUnavailable as silence:
            if not silence.outcome_unknown:
                raise
            return CardAnswer(CardStatus.UNKNOWN, str(silence))
        except AcquirerRefused as refused:
            return CardAnswer(CardStatus.CANCELLED, refused.code)
        return _there(answer)

    async def _record(self, order_id: str, said: PaymentAtAcquirer | CardAnswer) -> CardAnswer:
        """Stores what is new, and that the acquirer has answered; a payment that succeeded is
        stored as a payment of the invoice.
        """
        now = datetime.now(UTC)
        there = said if isinstance(said, PaymentAtAcquirer) else None
        called = None if there is None else there.payment_id
        async with self._database.transaction() as transaction:
            facts = await load(transaction, card_payment.to_record(order_id, called or ""))
            if there is not None:
                card_payment.answered(transaction, facts.payment, now)
            transition = transitions.recorded(facts, said, now)
            if transition is None:
                return facts.payment.answer
            card_payment.record(transaction, facts.payment, transition)
        log.info("card_payment.recorded", order_id=order_id, status=transition.observed.status)
        return transition.observed.answer


def _there(answer: PaymentAnswer) -> PaymentAtAcquirer:
    """A payment as its judgements see it."""
    return PaymentAtAcquirer(
        status=_STATUSES[answer.status],
        amount_kopecks=answer.amount_kopecks,
        payment_id=answer.payment_id,
        confirmation_url=answer.confirmation_url,
        method=answer.method,
        reason=answer.reason,
        captured_at=answer.captured_at,
    )


def _order_from(amount_kopecks: int, asked: Mapping[str, Any]) -> PaymentOrder:
    return PaymentOrder(
        amount_kopecks=amount_kopecks,
        description=asked["description"],
        return_url=asked["return_url"],
        email=asked["email"],
        items=tuple(
            ReceiptItem(
                title=item["title"],
                amount_kopecks=item["amount_kopecks"],
                vat_rate=VatRate(item["vat_rate"]),
                kind=ProductKind(item["kind"]),
            )
            for item in asked["items"]
        ),
    )
