"""Fiscal receipts by 54-ФЗ: of what is given back in part, and the closing one of a prepayment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from domain.access.roles import Role
from domain.billing.invoice import InvoiceLine
from domain.card.card_payment import receipt_of
from domain.money import split
from domain.notification.notification import Notice

RECEIPT_FAILED = Notice(Role.ACCOUNTANT, "staff_receipt_failed")

MAX_ITEMS = 80
"""Items of one receipt; the acquirer takes no more."""
MAX_IN_A_ROUND = 500
"""Receipts of each kind that one round goes on with; the next round takes the rest."""


class ReceiptKind(StrEnum):
    """«Возврат прихода» of a part, and «полный расчёт» of what was paid ahead."""

    REFUND = "refund"
    CLOSING = "closing"


class ReceiptStatus(StrEnum):
    """`settled`: an accountant has seen to it otherwise."""

    PREPARED = "prepared"
    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    SETTLED = "settled"


class PrintedBy(StrEnum):
    """Who prints receipts, by the policy: the acquirer for us, or another cash desk."""

    ACQUIRER = "acquirer"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True)
class GivenBack:
    """A refund that was paid: its sum, and what of each line (by its number) was calculated before
    deductions.
    """

    amount_kopecks: int
    calculated: Mapping[int, int]


@dataclass(frozen=True)
class ReceiptRound:
    """A round of looking after receipts at an instant (UTC)."""

    at: datetime


def printed_by(document: Mapping[str, Any]) -> PrintedBy:
    """What a version of the policy says; a missing key or an unknown word raises."""
    return PrintedBy(document["printed_by"])


def content_of(
    email: str, amount_kopecks: int, lines: Sequence[InvoiceLine], *, rendered: bool
) -> dict[str, Any]:
    """What a receipt says, as JSON: `amount_kopecks` shared by the lines' sums. More lines than a
    receipt takes are one item for each kind and VAT rate.
    """
    shares = receipt_of(amount_kopecks, _few(lines))
    return {
        "email": email,
        "items": [
            {
                "title": share.line.title,
                "amount_kopecks": share.amount_kopecks,
                "vat_rate": share.line.vat_rate.value,
                "kind": share.line.kind.value,
                "rendered": rendered,
            }
            for share in shares
        ],
    }


def kept_of(lines: Sequence[InvoiceLine], refunds: Sequence[GivenBack]) -> list[InvoiceLine]:
    """Lines with what of each stays with us, and none of which nothing does. What was deducted from
    a refund stays: it was taken from its lines in proportion, as the receipt of the refund says.
    """
    left = {line.line_no: line.sum_kopecks for line in lines}
    for refund in refunds:
        shares = split(refund.amount_kopecks, list(refund.calculated.values()))
        for line_no, share in zip(refund.calculated, shares, strict=True):
            left[line_no] -= share
    return [
        replace(line, sum_kopecks=left[line.line_no]) for line in lines if left[line.line_no] > 0
    ]


def _few(lines: Sequence[InvoiceLine]) -> list[InvoiceLine]:
    if len(lines) <= MAX_ITEMS:
        return list(lines)
    grouped: dict[tuple[str, str], InvoiceLine] = {}
    for line in lines:
        key = (line.kind, line.vat_rate)
        known = grouped.get(key)
        total = line.sum_kopecks + (known.sum_kopecks if known else 0)
        grouped[key] = replace(known or line, sum_kopecks=total)
    return list(grouped.values())
