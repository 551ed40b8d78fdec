"""The judgements of fiscal receipts: which are stored, and how each ends."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from domain.billing.invoice import InvoiceLine
from domain.notification.notification import Notice
from domain.receipt.receipt import RECEIPT_FAILED, PrintedBy, ReceiptStatus, content_of

NOT_PRINTED = "the acquirer has cancelled the receipt"
"""Why a receipt failed that the acquirer took and did not print."""


@dataclass(frozen=True, repr=False)
class RefundedPayment:
    """What a payout attempt gives back of a payment, and the buyer's address. `is_closed`: the
    payment has its closing receipt.
    """

    payment_id: str
    amount_kopecks: int
    paid_kopecks: int
    email: str
    is_closed: bool

    def __repr__(self) -> str:
        """No address: it may reach a log."""
        return f"RefundedPayment({self.payment_id!r}, {self.amount_kopecks})"


@dataclass(frozen=True, repr=False)
class DuePayment:
    """A payment by our page whose closing receipt is due; `left_kopecks` is what was not given
    back.
    """

    payment_id: str
    invoice_number: str
    email: str
    left_kopecks: int

    def __repr__(self) -> str:
        """No address: it may reach a log."""
        return f"DuePayment({self.payment_id!r}, {self.left_kopecks})"


@dataclass(frozen=True)
class NewReceipt:
    """A receipt to be stored: of a payout attempt (`case_id`, `attempt`), or a closing one.

    The same facts give the same id, so a repeat stores nothing twice.
    """

    id: UUID
    payment_id: str
    content: Mapping[str, Any]
    amount_kopecks: int
    case_id: str | None = None
    attempt: int | None = None


@dataclass(frozen=True)
class OpenReceipt:
    """A receipt that is not known as printed yet. `asked_for` is the acquirer's id of a payment
    whose closing receipt is asked for, or of a refund that was sent with its receipt.
    """

    id: UUID
    case_id: str | None
    invoice_number: str
    amount_kopecks: int
    content: Mapping[str, Any]
    asked_for: str
    acquirer_receipt_id: str | None


@dataclass(frozen=True)
class ReceiptTransition:
    """What becomes of a receipt; `notices` go out with `params` (JSON values)."""

    status: ReceiptStatus
    acquirer_receipt_id: str | None = None
    reason: str | None = None
    notices: tuple[Notice, ...] = ()
    params: Mapping[str, Any] = field(default_factory=dict)


def refund_receipt(
    case_id: str,
    attempt: int,
    payment: RefundedPayment,
    lines: Sequence[InvoiceLine],
    printer: PrintedBy,
) -> NewReceipt | None:
    """The receipt that a payout attempt sends with its refund: of a part of a payment, where the
    acquirer prints. A payment that is given back whole has its receipt from the acquirer by itself.
    """
    is_whole = payment.amount_kopecks == payment.paid_kopecks
    if is_whole or printer is not PrintedBy.ACQUIRER:
        return None
    return NewReceipt(
        uuid5(NAMESPACE_URL, f"receipt/{case_id}/{attempt}"),
        payment.payment_id,
        content_of(payment.email, payment.amount_kopecks, lines, rendered=payment.is_closed),
        payment.amount_kopecks,
        case_id,
        attempt,
    )


def closing_receipt(payment: DuePayment, lines: Sequence[InvoiceLine]) -> NewReceipt | None:
    """The closing receipt of what is left of a payment, by what is left of its lines; None where
    all of it went back, with receipts of its own.
    """
    left = min(payment.left_kopecks, sum(line.sum_kopecks for line in lines))
    if left <= 0 or not lines:
        return None
    return NewReceipt(
        uuid5(NAMESPACE_URL, f"receipt/{payment.payment_id}"),
        payment.payment_id,
        content_of(payment.email, left, lines, rendered=True),
        left,
    )


def answered(
    receipt: OpenReceipt, status: ReceiptStatus, receipt_id: str | None = None
) -> ReceiptTransition:
    """What the acquirer's answer makes of a receipt; one that it did not print has failed."""
    if status is ReceiptStatus.FAILED:
        return failed(receipt, NOT_PRINTED)
    return ReceiptTransition(status, receipt_id)


def failed(receipt: OpenReceipt, words: str) -> ReceiptTransition:
    """A receipt that is an accountant's matter now; `words` say why."""
    return ReceiptTransition(
        ReceiptStatus.FAILED,
        reason=words,
        notices=(RECEIPT_FAILED,),
        params={
            "invoice_number": receipt.invoice_number,
            "amount_kopecks": receipt.amount_kopecks,
            "receipt_id": str(receipt.id),
            "failure": words,
        },
    )
