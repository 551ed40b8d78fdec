"""Fiscal receipts by 54-ФЗ: of a partial refund, and the closing one of a prepayment."""

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
"""The most items of one receipt that the acquirer accepts."""
MAX_IN_A_ROUND = 500
"""The most receipts of each kind that one round processes; the next round takes the rest."""


class ReceiptKind(StrEnum):
    """«Возврат прихода» of a partial refund, and «полный расчёт» of a prepayment."""

    REFUND = "refund"
    CLOSING = "closing"


class ReceiptStatus(StrEnum):
    """The status of a receipt; `settled`: an accountant had it printed in another way."""

    PREPARED = "prepared"
    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    SETTLED = "settled"


class PrintedBy(StrEnum):
    """Who prints receipts by the policy: the acquirer for us, or another cash desk."""

    ACQUIRER = "acquirer"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True)
class GivenBack:
    """A refund that was paid: its sum, and what was calculated for each line (by its number) before
    deductions.
    """

    amount_kopecks: int
    calculated: Mapping[int, int]


@dataclass(frozen=True)
class ReceiptRound:
    """One round of processing receipts at an instant (UTC)."""

    at: datetime


def printed_by(document: Mapping[str, Any]) -> PrintedBy:
    """What a version of the policy says; a missing key or an unknown word raises."""
    return PrintedBy(document["printed_by"])


def content_of(
    email: str, amount_kopecks: int, lines: Sequence[InvoiceLine], *, rendered: bool
) -> dict[str, Any]:
    """A receipt's content as JSON: `amount_kopecks` divided in proportion to the lines' sums. When
    there are more lines than a receipt may have, those of one kind and VAT rate become one item.
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
    """The lines with the sums that we keep, without those of which nothing is kept. Deductions from
    a refund are kept in proportion from all its lines, as the refund's own receipt has it.
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
