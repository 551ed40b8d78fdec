"""How much VAT a payment order returns: the payment's purpose must say it."""

from collections.abc import Mapping, Sequence

from domain.money import VAT_PERCENT, VatRate, split, vat_inside

RatedSum = tuple[VatRate, int]
"""A line's rate and how much of the line is refunded, in kopecks."""


def vat_of(amount_kopecks: int, lines: Sequence[RatedSum]) -> Mapping[VatRate, int]:
    """VAT inside a refund by rate, the highest rate first; empty when every line is exempt.

    Deductions lower the refund below the lines' sum: they are taken from all lines in proportion.
    """
    paid = [line for line in lines if line[1] > 0]
    if not paid:
        return {}
    shares = split(amount_kopecks, [kopecks for _, kopecks in paid])
    totals: dict[VatRate, int] = {}
    for (rate, _), share in zip(paid, shares, strict=True):
        totals[rate] = totals.get(rate, 0) + share
    taxed = sorted(
        (rate for rate in totals if rate is not VatRate.NONE), key=lambda rate: -VAT_PERCENT[rate]
    )
    return {rate: vat_inside(totals[rate], rate) for rate in taxed}
