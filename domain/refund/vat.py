"""VAT inside a refund: of a part of a line, and of a whole refund by rate."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.billing.invoice import Invoice, InvoiceLine
from domain.money import VAT_PERCENT, VatRate, divide_half_up, split, vat_inside
from domain.refund.line import LineTrace


@dataclass(frozen=True)
class RefundedLine:
    """What a calculation refunds of a line before deductions, and the VAT inside it."""

    vat_rate: VatRate
    result_kopecks: int
    vat_kopecks: int


def refunded_of(line: LineTrace) -> RefundedLine:
    """The sum and the VAT of a calculation's line."""
    return RefundedLine(VatRate(line.vat_rate), line.result_kopecks, line.vat_kopecks)


def rate_of(invoice: Invoice, line: InvoiceLine) -> VatRate:
    """The rate that was recorded with the payments, if it can only be this line's: every line of
    the invoice has one rate, and it is taxed. Otherwise the line's own rate.
    """
    recorded = invoice.received_vat_rate
    rates = {one.vat_rate for one in invoice.lines}
    if recorded in (None, VatRate.NONE) or len(rates) > 1 or VatRate.NONE in rates:
        return line.vat_rate
    return recorded


def vat_of_part(line: InvoiceLine, rate: VatRate, part_kopecks: int) -> int:
    """VAT inside a part of a line, after the parts that other cases refund.

    Every part is rounded by itself, the last one gets what the others left of the line's VAT; so
    the parts add up to it. No part leaves more VAT than money to the rest.
    """
    left_vat = vat_inside(line.sum_kopecks, rate) - line.promised_vat_kopecks
    rest = line.sum_kopecks - line.promised_kopecks - part_kopecks
    vat = max(vat_inside(part_kopecks, rate), left_vat - rest)
    return max(0, min(vat, left_vat, part_kopecks))


def refunded_vat(amount_kopecks: int, lines: Sequence[RefundedLine]) -> Mapping[VatRate, int]:
    """VAT inside a refund by rate, the highest rate first; empty when every line is exempt.

    Deductions make a refund less than the sum of its lines: they reduce all lines in proportion.
    """
    paid = [line for line in lines if line.result_kopecks > 0]
    if not paid:
        return {}
    shares = split(amount_kopecks, [line.result_kopecks for line in paid])
    totals: dict[VatRate, int] = {}
    for line, share in zip(paid, shares, strict=True):
        vat = divide_half_up(line.vat_kopecks * share, line.result_kopecks)
        totals[line.vat_rate] = totals.get(line.vat_rate, 0) + vat
    taxed = sorted(
        (rate for rate in totals if rate is not VatRate.NONE), key=lambda rate: -VAT_PERCENT[rate]
    )
    return {rate: totals[rate] for rate in taxed}
