"""Refusals for conditions of a refund that are not met, with the numbers their texts name."""

from collections.abc import Sequence
from typing import Any

from domain.billing.invoice import Invoice
from domain.refund.calculation import Refusal, limit_exceeded, unknown_lines
from domain.refund.policy import RefundPolicy
from domain.refund.refund import AskedLine
from starter.commands.refusal import Refusal as CommandRefusal
from starter.commands.refusal import unprocessable
from texts import rubles


def refused(
    code: str, invoice: Invoice, asked: Sequence[AskedLine], policy: RefundPolicy
) -> CommandRefusal:
    """The refusal of a request; its text names whom to contact, or the limit."""
    return unprocessable(code, **refusal_params(code, invoice, asked, policy))


def refusal_params(
    code: str, invoice: Invoice, asked: Sequence[AskedLine], policy: RefundPolicy
) -> dict[str, Any]:
    """The parameters of `error.<code>`."""
    match code:
        case Refusal.INVOICE_ISSUED_BY_SERVICE_CENTRE:
            return {"centre": invoice.service_centre or ""}
        case Refusal.INVOICE_TOO_OLD:
            return {"days": policy.max_age_days}
        case Refusal.LINES_UNKNOWN:
            return {"lines": ", ".join(map(str, unknown_lines(invoice, asked)))}
        case Refusal.AMOUNT_ABOVE_REFUNDABLE:
            exceeded = limit_exceeded(invoice, asked)
            return {"limit": rubles(invoice.left_kopecks if exceeded is None else exceeded)}
    return {}
