"""How much VAT is inside an invoice, as the purpose of its payment has to name it."""

from collections.abc import Mapping, Sequence

from domain.money import VAT_PERCENT, VatRate, split, vat_inside

RatedSum = tuple[VatRate, int]
"""A line's rate and its sum, in kopecks."""


def vat_of(lines: Sequence[RatedSum]) -> Mapping[VatRate, int]:
    """VAT inside an invoice by rate, the highest rate first; empty when every line is exempt."""
    totals: dict[VatRate, int] = {}
    for rate, kopecks in lines:
        totals[rate] = totals.get(rate, 0) + kopecks
    taxed = sorted(
        (rate for rate in totals if rate is not VatRate.NONE), key=lambda rate: -VAT_PERCENT[rate]
    )
    return {rate: vat_inside(totals[rate], rate) for rate in taxed}


def vat_of_rest(rest_kopecks: int, lines: Sequence[RatedSum]) -> Mapping[VatRate, int]:
    """VAT inside what is still to be paid, shared by the lines in proportion to their sums."""
    shares = split(rest_kopecks, [kopecks for _, kopecks in lines])
    return vat_of([(rate, share) for (rate, _), share in zip(lines, shares, strict=True)])
