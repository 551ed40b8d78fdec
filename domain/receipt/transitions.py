"""Which fiscal receipts are stored, and what becomes of each by the acquirer's answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from domain.billing.invoice import InvoiceLine
from domain.notification.notification import Notice
from domain.receipt.receipt import RECEIPT_FAILED, PrintedBy, ReceiptStatus, content_of

NOT_PRINTED = "the acquirer has cancelled the receipt"
"""The reason of a receipt that the acquirer accepted and did not print."""


@dataclass(frozen=True, repr=False)
class RefundedPayment:
    """What a payout attempt refunds of a payment, and the buyer's address. `is_closed`: the payment
    has its closing receipt.
    """

    payment_id: str
    amount_kopecks: int
    paid_kopecks: int
    email: str
    is_closed: bool

    def __repr__(self) -> str:
        """Without the address: it may be logged."""
        return f"RefundedPayment({self.payment_id!r}, {self.amount_kopecks})"


@dataclass(frozen=True, repr=False)
class DuePayment:
    """A payment by our page whose closing receipt is due; `left_kopecks` is what was not
    refunded.
    """

    payment_id: str
    invoice_number: str
    email: str
    left_kopecks: int

    def __repr__(self) -> str:
        """Without the address: it may be logged."""
        return f"DuePayment({self.payment_id!r}, {self.left_kopecks})"


@dataclass(frozen=True)
class NewReceipt:
    """A receipt to be stored: of a payout attempt (`case_id`, `attempt`), or a closing one.

    Its id follows from these, so a repeat stores nothing twice.
    """

    id: UUID
    payment_id: str
    content: Mapping[str, Any]
    amount_kopecks: int
    case_id: str | None = None
    attempt: int | None = None


@dataclass(frozen=True)
class OpenReceipt:
    """A receipt that is not known to be printed yet. `asked_for` is the acquirer's id of the
    payment whose closing receipt is requested, or of the refund that was sent with its receipt.
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
    """The new state of a receipt; `notices` are sent with `params` (JSON values)."""

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
    acquirer prints. For a payment that is refunded whole the acquirer makes the receipt by itself.
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
    """The closing receipt of what is left of a payment and of its lines; None where all of it was
    refunded, with receipts of its own.
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
    """The new state of a receipt by the acquirer's answer; one that it did not print has failed."""
    if status is ReceiptStatus.FAILED:
        return failed(receipt, NOT_PRINTED)
    return ReceiptTransition(status, receipt_id)


def failed(receipt: OpenReceipt, words: str) -> ReceiptTransition:
    """A receipt that an accountant has to deal with; `words` say why."""
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
