"""Refusals for conditions of a refund that are not met, with the numbers their texts name."""

from collections.abc import Sequence
from typing import Any

from domain.billing.invoice import Invoice
from domain.refund.opening import refusal_numbers
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
    """The parameters of `error.<code>`, its sum for people."""
    numbers = dict(refusal_numbers(code, invoice, asked, policy))
    if "limit_kopecks" in numbers:
        numbers["limit"] = rubles(numbers.pop("limit_kopecks"))
    return numbers
