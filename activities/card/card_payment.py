"""The steps of a payment by card: store the request, ask the acquirer, record the money."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from temporalio import activity

from activities.case.alive import alive
from db.card import card_payment
from db.card.card_payment import Heard, Received
from db.database import Database, Row
from domain.billing.invoice import InvoiceLine, ProductKind
from domain.card.card_payment import (
    CARD_MOVES,
    MAX_RECEIPT_LINES,
    CardAnswer,
    CardClosing,
    CardEnd,
    CardPaymentRequest,
    CardStatus,
    card_payment_workflow_id,
    method_of,
    receipt_of,
    single_rate,
)
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

KEY_LIFETIME = timedelta(hours=20)
"""How long a repeat under the same key is surely the same payment; the acquirer forgets after 24
hours.
"""

_STATUSES = {
    AcquirerPaymentStatus.SUCCEEDED: CardStatus.PAID,
    AcquirerPaymentStatus.CANCELLED: CardStatus.CANCELLED,
    AcquirerPaymentStatus.PENDING: CardStatus.PENDING,
    AcquirerPaymentStatus.UNRECOGNISED: CardStatus.PENDING,
}
_UNEXPLAINED = "unexplained"

log = structlog.get_logger()


class CardPaymentActivities:
    """Steps of a payment by card. The key towards the acquirer is the order's id, never a run's.

    `public_url`: where the client is led back to from the acquirer's page.
    """

    def __init__(self, database: Database, acquirer: AcquirerGateway, *, public_url: str) -> None:
        self._database = database
        self._acquirer = acquirer
        self._public_url = public_url

    @activity.defn(name="card_payment.prepare")
    async def prepare(self, request: CardPaymentRequest) -> CardAnswer:
        """Puts down what the acquirer will be asked; a repeat answers how the payment stands.

        An invoice that takes no money is a cancelled payment with the reason, and nobody is asked.
        """
        async with self._database.transaction() as transaction:
            known, heads, lines = await transaction.read(
                card_payment.one(request.order_id, locked=True),
                *card_payment.invoice(request.invoice_number),
            )
            if known:
                return _standing(known[0])
            (head,) = heads
            refusal = _refusal(head, lines)
            status = CardStatus.CANCELLED if refusal else CardStatus.PREPARED
            asked = {} if refusal else self._asked(request, head, lines)
            first = Heard(status, datetime.now(UTC), refusal)
            card_payment.prepare(transaction, request, asked, first)
        return CardAnswer(status, refusal)

    @activity.defn(name="card_payment.ask")
    async def ask(self, order_id: str) -> CardAnswer:
        """Asks for the page, or looks at the payment whose page is there, and records what it
        hears. Silence is `unknown`; the next call asks again under the same key, in the same words.
        """
        row = await card_payment.find(self._database, order_id)
        if row is None:
            raise LookupError(f"no card payment of {order_id}")
        if _is_over(row):
            return _standing(row)
        async with alive():
            said = await self._said(row)
        return await self._record(order_id, said)

    @activity.defn(name="card_payment.close")
    async def close(self, closing: CardClosing) -> CardAnswer:
        """Stops waiting for a payment; one that has ended stays as it is."""
        async with self._database.transaction() as transaction:
            ((row,),) = await transaction.read(card_payment.one(closing.order_id, locked=True))
            if CardStatus.CANCELLED not in CARD_MOVES[CardStatus(row.status)]:
                return _standing(row)
            heard = Heard(CardStatus.CANCELLED, datetime.now(UTC), closing.reason)
            card_payment.record(transaction, row, heard)
        return CardAnswer(heard.status, heard.reason)

    def _asked(
        self, request: CardPaymentRequest, head: Row, lines: Sequence[Row]
    ) -> dict[str, Any]:
        shares = receipt_of(request.amount_kopecks, [*map(card_payment.line_from, lines)])
        return {
            "description": translate("card_payment.description", invoice=head.number),
            "return_url": f"{self._public_url}/v1/invoices/{request.invoice_number}",
            "email": head.email,
            "items": [
                {
                    "title": share.line.title,
                    "amount_kopecks": share.amount_kopecks,
                    "vat_rate": share.line.vat_rate.value,
                    "kind": share.line.kind.value,
                }
                for share in shares
            ],
        }

    async def _said(self, row: Row) -> PaymentAnswer | CardAnswer:
        """What the acquirer says, or what we make of its not saying anything.

        A page whose address never reached us was seen by nobody, so nobody can pay by it.
        """
        if row.acquirer_payment_id is not None:
            return await self._acquirer.find_payment(row.acquirer_payment_id)
        if datetime.now(UTC) - row.prepared_at > KEY_LIFETIME:
            return CardAnswer(CardStatus.CANCELLED, CardEnd.NEVER_OPENED)
        try:
            return await self._acquirer.create_payment(
                card_payment_workflow_id(str(row.order_id)),
                _order_from(row.amount_kopecks, row.asked),
                {"order_id": str(row.order_id), "invoice_number": row.invoice_number},
            )
        except AcquirerUnavailable as silence:
            if not silence.outcome_unknown:
                raise
            return CardAnswer(CardStatus.UNKNOWN, str(silence))
        except AcquirerRefused as refused:
            return CardAnswer(CardStatus.CANCELLED, refused.code)

    async def _record(self, order_id: str, said: PaymentAnswer | CardAnswer) -> CardAnswer:
        """Stores what is new; the money of a payment that succeeded is a payment of the invoice."""
        heard = _heard(said)
        called = heard.acquirer_payment_id or ""
        async with self._database.transaction() as transaction:
            (row,), lines, known = await transaction.read(
                card_payment.one(order_id, locked=True),
                card_payment.lines_of(order_id),
                card_payment.payment_called(called),
            )
            if not _is_news(row, heard):
                return _standing(row)
            payment_id = None
            if heard.status is CardStatus.PAID and isinstance(said, PaymentAnswer):
                payment_id = known[0].id if known else f"card-{called}"
                if not known:
                    received = _received(said, [*map(card_payment.line_from, lines)], heard.at)
                    card_payment.receive(transaction, payment_id, row, received)
            card_payment.record(transaction, row, heard, payment_id)
        log.info("card_payment.heard", order_id=order_id, status=heard.status)
        return CardAnswer(heard.status, heard.reason)


def _is_over(row: Row) -> bool:
    """Whether the acquirer has nothing to say any more: it was paid, or it never was asked."""
    never_asked = row.status == CardStatus.CANCELLED and row.acquirer_payment_id is None
    return bool(row.status == CardStatus.PAID or never_asked)


def _is_news(row: Row, heard: Heard) -> bool:
    status = CardStatus(row.status)
    shows_page = heard.confirmation_url is not None and row.confirmation_url is None
    stays = heard.status is status is CardStatus.PENDING
    return heard.status in CARD_MOVES[status] or (stays and shows_page)


def _standing(row: Row) -> CardAnswer:
    return CardAnswer(CardStatus(row.status), row.reason)


def _refusal(head: Row, lines: Sequence[Row]) -> CardEnd | None:
    if head.voided_at is not None:
        return CardEnd.INVOICE_VOID
    if head.paid_kopecks >= head.total_kopecks:
        return CardEnd.INVOICE_PAID
    return CardEnd.TOO_MANY_LINES if len(lines) > MAX_RECEIPT_LINES else None


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


def _heard(said: PaymentAnswer | CardAnswer) -> Heard:
    """What to record: a request that is still at 202 has no page yet, so it is not known."""
    now = datetime.now(UTC)
    if isinstance(said, CardAnswer):
        return Heard(said.status, now, said.reason)
    if said.payment_id is None:
        return Heard(CardStatus.UNKNOWN, now)
    status = _STATUSES[said.status]
    reason = (said.reason or _UNEXPLAINED) if status is CardStatus.CANCELLED else None
    return Heard(status, now, reason, said.payment_id, said.confirmation_url)


def _received(said: PaymentAnswer, lines: Sequence[InvoiceLine], now: datetime) -> Received:
    return Received(
        acquirer_payment_id=said.payment_id or "",
        method=method_of(said.method),
        amount_kopecks=said.amount_kopecks,
        received_at=said.captured_at or now,
        vat_rate=single_rate(lines),
    )
