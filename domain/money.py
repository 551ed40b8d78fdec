"""Sums in whole kopecks: reading, writing, VAT and the share of a period that was not used."""

import re
from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Final

KOPECKS_IN_ROUBLE: Final = 100
MAX_AMOUNT_KOPECKS: Final = 99_999_999_999_999  # what NUMERIC(14, 2) holds
MAX_WHOLE_DIGITS: Final = 12
MAX_FRACTION_DIGITS: Final = 2

_AMOUNT: Final = re.compile(r"(-?)([0-9]+)(?:\.([0-9]+))?")


class AmountError(ValueError):
    """A sum that cannot be accepted; `code` is stable and names the reason."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class VatRate(StrEnum):
    """How VAT is charged on a line; `NONE` is exempt (registry software), not 0 %."""

    NONE = "none"
    VAT5 = "vat5"
    VAT7 = "vat7"
    VAT10 = "vat10"
    VAT20 = "vat20"
    VAT22 = "vat22"


VAT_PERCENT: Final = {
    VatRate.NONE: 0,
    VatRate.VAT5: 5,
    VatRate.VAT7: 7,
    VatRate.VAT10: 10,
    VatRate.VAT20: 20,
    VatRate.VAT22: 22,
}

# The standard rate and the first day of service it applies to, oldest first.
STANDARD_VAT_SINCE: Final = (
    (date(2019, 1, 1), VatRate.VAT20),
    (date(2026, 1, 1), VatRate.VAT22),
)


def parse_amount(text: object) -> int:
    """Kopecks of a sum written as `9693.55`; raises `AmountError`.

    Only text is accepted: a float has lost its kopecks before it arrives.
    """
    if not isinstance(text, str):
        raise AmountError("amount_not_text")
    match = _AMOUNT.fullmatch(text)
    if match is None:
        raise AmountError("amount_malformed")
    minus, whole, fraction = match[1], match[2].lstrip("0"), match[3] or ""
    if len(fraction) > MAX_FRACTION_DIGITS:
        raise AmountError("amount_too_precise")
    if minus or not (whole or fraction.strip("0")):
        raise AmountError("amount_not_positive")
    if len(whole) > MAX_WHOLE_DIGITS:
        raise AmountError("amount_too_large")
    return int(whole or "0") * KOPECKS_IN_ROUBLE + int(fraction.ljust(MAX_FRACTION_DIGITS, "0"))


def amount_text(kopecks: int) -> str:
    """`9693.55` for 969355: the inverse of `parse_amount`, and `0.00` for nothing."""
    if kopecks < 0:
        raise ValueError("a sum of money is never negative")
    roubles, rest = divmod(kopecks, KOPECKS_IN_ROUBLE)
    return f"{roubles}.{rest:02d}"


def divide_half_up(numerator: int, denominator: int) -> int:
    """The nearest whole number, a half upwards; neither argument may be negative."""
    if numerator < 0 or denominator <= 0:
        raise ValueError("only a non-negative number is divided, and by a positive one")
    return (2 * numerator + denominator) // (2 * denominator)


def vat_inside(gross_kopecks: int, rate: VatRate) -> int:
    """VAT contained in a sum that includes it: gross·r / (100 + r), rounded half-up once."""
    percent = VAT_PERCENT[rate]
    return divide_half_up(gross_kopecks * percent, 100 + percent)


def vat_rate_on(day: date) -> VatRate:
    """The standard rate for a service rendered on `day`; raises ValueError before 2019.

    A refund does not ask this: it uses the rate recorded when the money was received.
    """
    for since, rate in reversed(STANDARD_VAT_SINCE):
        if day >= since:
            return rate
    raise ValueError(f"no standard VAT rate is known for {day.isoformat()}")


def unused_days(period_start: date, period_end: date, stopped_on: date) -> tuple[int, int]:
    """Days of a period that were not used, and days of the period; both ends are inclusive.

    The day of stopping is not used: the service ends as that day begins. So a year that starts on
    1 January and is stopped on 17 March has used 31 + 28 + 16 = 75 days. Stopped on the first day
    or before it, all days are unused; stopped after the last day, none.
    """
    if period_end < period_start:
        raise ValueError("the period ends before it starts")
    total = (period_end - period_start).days + 1
    left = (period_end - stopped_on).days + 1
    return min(max(left, 0), total), total


def unused_share(price_kopecks: int, unused_days: int, total_days: int) -> int:
    """The part of a price that belongs to `unused_days` of `total_days`, rounded half-up once."""
    if not 0 <= unused_days <= total_days:
        raise ValueError("unused days lie between zero and the days of the period")
    return divide_half_up(price_kopecks * unused_days, total_days)


def split(amount_kopecks: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Shares in proportion to `weights` that add up to exactly `amount_kopecks`.

    Kopecks lost to rounding go to the largest remainders, the earlier share first. A share never
    exceeds its weight when the amount does not exceed their sum.
    """
    total = sum(weights)
    if amount_kopecks < 0 or total <= 0 or min(weights) < 0:
        raise ValueError("a sum is split by weights that are not negative and not all zero")
    exact = [divmod(amount_kopecks * weight, total) for weight in weights]
    lost = amount_kopecks - sum(share for share, _ in exact)
    by_remainder = sorted(range(len(exact)), key=lambda place: -exact[place][1])
    favoured = set(by_remainder[:lost])
    return tuple(share + (place in favoured) for place, (share, _) in enumerate(exact))
