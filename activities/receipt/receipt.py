"""Fiscal receipts: what a partial refund sends, closing receipts, and how they stand."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import structlog
from temporalio import activity

from activities.case.alive import alive
from db.database import Database
from db.notification import notification
from db.receipt import receipt as receipts
from db.receipt.receipt import OpenClosing, OpenRefundReceipt
from domain.billing.invoice import ProductKind
from domain.calendar.bank_calendar import moscow_date
from domain.money import VatRate
from domain.payout.payout import PayoutRequest
from domain.receipt.receipt import (
    MAX_IN_A_ROUND,
    RECEIPT_FAILED,
    PrintedBy,
    ReceiptRound,
    ReceiptStatus,
    content_of,
    printed_by,
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
NOT_PRINTED = "the acquirer has cancelled the receipt"
"""Why a receipt failed that the acquirer took and did not print."""

log = structlog.get_logger()


async def receipt_for(database: Database, request: PayoutRequest) -> Receipt | None:
    """The receipt that a payout attempt sends with its refund: of a part of a payment, where the
    policy has the acquirer print. It is stored first, so a repeat sends the same content.
    """
    at = datetime.now(UTC)
    known, facts, policies, lines = await database.read(
        receipts.kept(request),
        receipts.of_attempt(request),
        receipts.policy_at(at),
        receipts.refunded_lines(request.case_id),
    )
    if known:
        return receipt_from(known[0].content)
    (fact,), (policy,) = facts, policies
    whole = fact.amount_kopecks == fact.paid_kopecks
    if whole or printed_by(policy.document) is not PrintedBy.ACQUIRER:
        return None
    content = content_of(
        fact.email, fact.amount_kopecks, receipts.lines_from(lines), rendered=fact.is_closed
    )
    is_first = await receipts.put(
        database,
        uuid5(NAMESPACE_URL, f"receipt/{request.case_id}/{request.attempt}"),
        payment_id=fact.payment_id,
        content=content,
        amount_kopecks=fact.amount_kopecks,
        at=at,
        refund=request,
    )
    if is_first:
        return receipt_from(content)
    ((kept,),) = await database.read(receipts.kept(request))
    return receipt_from(kept.content)


def receipt_from(content: Mapping[str, Any]) -> Receipt:
    """A stored receipt as the acquirer is asked to print it."""
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
        ((policy,),) = await self._database.read(receipts.policy_at(asked.at))
        failed = 0
        async with alive():
            if printed_by(policy.document) is PrintedBy.ACQUIRER:
                await self._put_down_due(asked.at)
            for row in await receipts.open_closings(self._database, MAX_IN_A_ROUND):
                failed += await self._follow_closing(row, asked.at)
            for sent in await receipts.open_refunds(self._database, MAX_IN_A_ROUND):
                found = await self._acquirer.refund_by_id(sent.external_id)
                failed += await self._record(sent, found.receipt or ReceiptState.PENDING, asked.at)
        return failed

    async def _put_down_due(self, at: datetime) -> None:
        for row in await receipts.due(self._database, moscow_date(at), MAX_IN_A_ROUND):
            lines = await receipts.kept_lines(self._database, row.invoice_number)
            left = min(int(row.left_kopecks), sum(line.sum_kopecks for line in lines))
            if left <= 0 or not lines:
                continue  # all of it went back, with receipts of its own
            content = content_of(row.email, left, lines, rendered=True)
            await receipts.put(
                self._database,
                uuid5(NAMESPACE_URL, f"receipt/{row.payment_id}"),
                payment_id=row.payment_id,
                content=content,
                amount_kopecks=left,
                at=at,
            )

    async def _follow_closing(self, row: OpenClosing, at: datetime) -> bool:
        try:
            if row.acquirer_receipt_id is not None:
                said = await self._acquirer.receipt_by_id(row.acquirer_receipt_id)
            else:
                said = await self._acquirer.close(
                    str(row.id), row.acquirer_payment_id, receipt_from(row.content)
                )
        except AcquirerRefused as refused:
            return await self._fail(row, refused.words, at)
        return await self._record(row, said.state, at, said.receipt_id)

    async def _record(
        self,
        row: OpenClosing | OpenRefundReceipt,
        state: ReceiptState,
        at: datetime,
        receipt_id: str | None = None,
    ) -> bool:
        status = _STATUSES[state]
        if status is ReceiptStatus.FAILED:
            return await self._fail(row, NOT_PRINTED, at)
        async with self._database.transaction() as transaction:
            receipts.move(transaction, row.id, status, at, acquirer_receipt_id=receipt_id)
        return False

    async def _fail(self, row: OpenClosing | OpenRefundReceipt, words: str, at: datetime) -> bool:
        """Stores the acquirer's reason and notifies the accountants, once."""
        async with self._database.transaction() as transaction:
            receipts.move(transaction, row.id, ReceiptStatus.FAILED, at, reason=words)
            notification.notify(
                transaction,
                (RECEIPT_FAILED,),
                case_id=row.case_id,
                client_id=None,
                occasion=f"receipt-{row.id}",
                params={
                    "invoice_number": row.invoice_number,
                    "amount_kopecks": row.amount_kopecks,
                    "receipt_id": str(row.id),
                    "failure": words,
                },
                at=at,
            )
        log.warning("receipt.failed", receipt_id=str(row.id))
        return True
