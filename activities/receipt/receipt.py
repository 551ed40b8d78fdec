"""The steps of fiscal receipts: those of partial refunds, closing ones, and reading their state."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import structlog
from temporalio import activity

from activities.case.alive import alive
from db.database import Database
from db.facts import load, together
from db.notification import notification
from db.receipt import receipt as receipts
from domain.billing.invoice import InvoiceLine, ProductKind
from domain.calendar.bank_calendar import moscow_date
from domain.money import VatRate
from domain.payout.payout import PayoutRequest
from domain.receipt.receipt import MAX_IN_A_ROUND, PrintedBy, ReceiptRound, ReceiptStatus
from domain.receipt.transitions import (
    OpenReceipt,
    ReceiptTransition,
    RefundedPayment,
    answered,
    closing_receipt,
    failed,
    refund_receipt,
)
from gateways.acquirer import (
    AcquirerGateway,
    AcquirerRefused,
    Receipt,
    ReceiptItem,
    ReceiptState,
)

_STATUSES = {
    ReceiptState.PENDING: ReceiptStatus.PENDING,
    ReceiptState.SUCCEEDED: ReceiptStatus.SUCCEEDED,
    ReceiptState.CANCELLED: ReceiptStatus.FAILED,
}
log = structlog.get_logger()


@dataclass(frozen=True)
class RefundFacts:
    """The facts for a refund's receipt; `kept` is the content of one that is stored already."""

    kept: Mapping[str, Any] | None
    payment: RefundedPayment
    printer: PrintedBy
    lines: Sequence[InvoiceLine]


async def receipt_for(database: Database, request: PayoutRequest) -> Receipt | None:
    """The receipt that a payout attempt sends with its refund: of a part of a payment, when the
    policy has the acquirer print it. It is stored first, so a repeat sends the same content.
    """
    at = datetime.now(UTC)
    facts = await load(
        database,
        together(
            RefundFacts,
            receipts.kept(request),
            receipts.of_attempt(request),
            receipts.printer_at(at),
            receipts.refunded_lines(request.case_id),
        ),
    )
    if facts.kept is not None:
        return receipt_from(facts.kept)
    new = refund_receipt(
        request.case_id, request.attempt, facts.payment, facts.lines, facts.printer
    )
    if new is None:
        return None
    if await receipts.put(database, new, at):
        return receipt_from(new.content)
    kept = await load(database, receipts.kept(request))
    return receipt_from(new.content if kept is None else kept)


def receipt_from(content: Mapping[str, Any]) -> Receipt:
    """A stored receipt in the acquirer's form."""
    items = (
        ReceiptItem(
            item["title"],
            item["amount_kopecks"],
            VatRate(item["vat_rate"]),
            ProductKind(item["kind"]),
            item["rendered"],
        )
        for item in content["items"]
    )
    return Receipt(content["email"], tuple(items))


class ReceiptActivities:
    """Requests and reads back receipts; a failed one stops no money but is an accountant's task."""

    def __init__(self, database: Database, acquirer: AcquirerGateway) -> None:
        self._database = database
        self._acquirer = acquirer

    @activity.defn(name="receipt.round")
    async def round(self, asked: ReceiptRound) -> int:
        """Stores the closing receipts that are due, requests them, and reads back the state of all
        open ones; returns how many failed.
        """
        printer = await load(self._database, receipts.printer_at(asked.at))
        failures = 0
        async with alive():
            if printer is PrintedBy.ACQUIRER:
                await self._store_due(asked.at)
            for one in await receipts.open_closings(self._database, MAX_IN_A_ROUND):
                failures += await self._store(one, await self._closing(one), asked.at)
            for one in await receipts.open_refunds(self._database, MAX_IN_A_ROUND):
                found = await self._acquirer.refund_by_id(one.asked_for)
                state = found.receipt or ReceiptState.PENDING
                failures += await self._store(one, answered(one, _STATUSES[state]), asked.at)
        return failures

    async def _store_due(self, at: datetime) -> None:
        for payment in await receipts.due(self._database, moscow_date(at), MAX_IN_A_ROUND):
            lines = await receipts.kept_lines(self._database, payment.invoice_number)
            new = closing_receipt(payment, lines)
            if new is not None:
                await receipts.put(self._database, new, at)

    async def _closing(self, receipt: OpenReceipt) -> ReceiptTransition:
        """Requests a closing receipt, or reads the state of one that was requested."""
        try:
            if receipt.acquirer_receipt_id is not None:
                said = await self._acquirer.receipt_by_id(receipt.acquirer_receipt_id)
            else:
                said = await self._acquirer.close(
                    str(receipt.id), receipt.asked_for, receipt_from(receipt.content)
                )
        except AcquirerRefused as refused:
            return failed(receipt, refused.words)
        return answered(receipt, _STATUSES[said.state], said.receipt_id)

    async def _store(self, receipt: OpenReceipt, made: ReceiptTransition, at: datetime) -> bool:
        """Stores a receipt's new state and its notices; returns whether it has failed."""
        async with self._database.transaction() as transaction:
            receipts.move(
                transaction,
                receipt.id,
                made.status,
                at,
                acquirer_receipt_id=made.acquirer_receipt_id,
                reason=made.reason,
            )
            notification.notify(
                transaction,
                made.notices,
                case_id=receipt.case_id,
                client_id=None,
                occasion=f"receipt-{receipt.id}",
                params=made.params,
                at=at,
            )
        if made.status is not ReceiptStatus.FAILED:
            return False
        log.warning("receipt.failed", receipt_id=str(receipt.id))
        return True
