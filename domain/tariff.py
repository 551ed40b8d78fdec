"""What is sold for a time: how VAT is charged on it."""

from datetime import date
from enum import StrEnum

from domain.money import VatRate, vat_rate_on


class VatMode(StrEnum):
    """How a tariff is taxed: registry software is exempt; the simplified rates are of a small
    seller's choice; the standard rate is the law's on the day of the service.
    """

    EXEMPT = "exempt"
    STANDARD = "standard"
    SIMPLIFIED5 = "simplified5"
    SIMPLIFIED7 = "simplified7"


_FIXED = {
    VatMode.EXEMPT: VatRate.NONE,
    VatMode.SIMPLIFIED5: VatRate.VAT5,
    VatMode.SIMPLIFIED7: VatRate.VAT7,
}


def vat_rate_of(mode: VatMode, service_begins_on: date) -> VatRate:
    """The rate of a service by the day it begins; raises ValueError before the table begins."""
    return _FIXED[mode] if mode in _FIXED else vat_rate_on(service_begins_on)
