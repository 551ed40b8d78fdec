"""The rows of the queries about fiscal receipts."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from db.query import row


@row
class PolicyDocument:
    """The document of a version of the receipts' policy."""

    document: dict[str, Any]


@row
class RefundedPaymentRow:
    """What a payout attempt refunds, and of which payment."""

    payment_id: str
    amount_kopecks: int
    paid_kopecks: int
    email: str
    is_closed: bool


@row
class ReceiptLine:
    """A line of an invoice, with the sum that a receipt has of it."""

    line_no: int
    title: str
    kind: str
    vat_rate: str
    sum_kopecks: int


@row
class ReceiptContent:
    """The content of a stored receipt."""

    content: dict[str, Any]


@row
class ReceiptId:
    """The id of a receipt."""

    id: UUID


@row
class DueClosing:
    """A payment whose closing receipt is due; `left_kopecks`: not refunded by payouts."""

    payment_id: str
    invoice_number: str
    email: str
    left_kopecks: Decimal


@row
class GivenBackLine:
    """What a case refunds of a line."""

    id: str
    given_back_kopecks: int
    line_no: int
    sum_kopecks: int


@row
class OpenClosing:
    """A closing receipt that is not printed yet."""

    id: UUID
    case_id: str | None
    amount_kopecks: int
    content: dict[str, Any]
    acquirer_receipt_id: str | None
    acquirer_payment_id: str
    invoice_number: str


@row
class OpenRefundReceipt:
    """The receipt of a refund that is not known to be printed yet."""

    id: UUID
    case_id: str | None
    amount_kopecks: int
    content: dict[str, Any]
    acquirer_receipt_id: str | None
    external_id: str
    invoice_number: str


@row
class ReceiptRow:
    """A receipt with its invoice's number."""

    id: UUID
    kind: str
    payment_id: str
    case_id: str | None
    attempt: int | None
    amount_kopecks: int
    content: dict[str, Any]
    status: str
    acquirer_receipt_id: str | None
    reason: str | None
    settled_by: str | None
    prepared_at: datetime
    changed_at: datetime
    invoice_number: str
