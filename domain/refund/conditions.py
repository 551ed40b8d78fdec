"""The conditions that a request for a refund has to meet."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum

from domain.billing.invoice import Invoice, IssuedBy
from domain.refund.policy import RefundPolicy
from domain.refund.refund import AskedLine, RefundKind


class Refusal(StrEnum):
    """Why a refund cannot be requested; each has the text `error.<code>`."""

    INVOICE_ISSUED_BY_SERVICE_CENTRE = "invoice_issued_by_service_centre"
    INVOICE_NOT_PAID = "invoice_not_paid"
    INVOICE_TOO_OLD = "invoice_too_old"
    NOTHING_TO_REFUND = "nothing_to_refund"
    LINES_UNKNOWN = "lines_unknown"
    AMOUNT_ABOVE_REFUNDABLE = "amount_above_refundable"


def refusal(
    invoice: Invoice,
    asked: Sequence[AskedLine],
    today: date,
    policy: RefundPolicy,
    kind: RefundKind = RefundKind.INVOICE,
) -> Refusal | None:
    """The first condition that is not met, or None. `today` is the Moscow date of the request."""
    if kind is RefundKind.SURPLUS:
        return None if invoice.surplus_left_kopecks > 0 else Refusal.NOTHING_TO_REFUND
    if invoice.issued_by is not IssuedBy.ONLINE:
        return Refusal.INVOICE_ISSUED_BY_SERVICE_CENTRE
    if invoice.paid_kopecks == 0 or invoice.last_paid_on is None:
        return Refusal.INVOICE_NOT_PAID
    if (today - invoice.last_paid_on).days > policy.max_age_days:
        return Refusal.INVOICE_TOO_OLD
    if invoice.left_kopecks <= 0:
        return Refusal.NOTHING_TO_REFUND
    if unknown_lines(invoice, asked):
        return Refusal.LINES_UNKNOWN
    if limit_exceeded(invoice, asked) is not None:
        return Refusal.AMOUNT_ABOVE_REFUNDABLE
    return None


def unknown_lines(invoice: Invoice, asked: Sequence[AskedLine]) -> tuple[int, ...]:
    """Line numbers of the request that the invoice does not have."""
    known = {line.line_no for line in invoice.lines}
    return tuple(sorted(line.line_no for line in asked if line.line_no not in known))


def limit_exceeded(invoice: Invoice, asked: Sequence[AskedLine]) -> int | None:
    """The limit (kopecks) that a request exceeds: of the first line of which more is requested than
    is left, or of the invoice; None for a request within both.
    """
    left = {line.line_no: line.sum_kopecks - line.promised_kopecks for line in invoice.lines}
    named = {line.line_no: line.at_most_kopecks or 0 for line in asked}
    for line_no, kopecks in named.items():
        if kopecks > left[line_no]:
            return max(0, min(left[line_no], invoice.left_kopecks))
    return max(0, invoice.left_kopecks) if sum(named.values()) > invoice.left_kopecks else None
