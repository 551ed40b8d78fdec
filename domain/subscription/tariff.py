"""What is sold for a term: tariffs, their prices by day, and the VAT inside a price."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.money import VatRate, vat_rate_on

MAX_UNITS = 1_000_000_000
"""The largest size that is sold or asked for."""


class DataSet(StrEnum):
    """What is unloaded under a tariff."""

    BASIC = "basic"
    EXTENDED = "extended"


class VatMode(StrEnum):
    """How a tariff is taxed: registry software is exempt; a small seller may choose the simplified
    rates; the standard rate is the law's on the day of the service.
    """

    EXEMPT = "exempt"
    STANDARD = "standard"
    SIMPLIFIED5 = "simplified5"
    SIMPLIFIED7 = "simplified7"


_FIXED_RATES = {
    VatMode.EXEMPT: VatRate.NONE,
    VatMode.SIMPLIFIED5: VatRate.VAT5,
    VatMode.SIMPLIFIED7: VatRate.VAT7,
}


@dataclass(frozen=True)
class TariffPrice:
    """One version of a tariff's price, VAT included; valid from a Moscow day."""

    version: int
    price_kopecks: int
    valid_from: date


@dataclass(frozen=True)
class Tariff:
    """A tariff with every version of its price. `units` is its size: records a term unloads."""

    code: str
    title: str
    units: int
    data_set: DataSet
    months: int
    is_free: bool
    vat_mode: VatMode
    is_offered: bool
    prices: tuple[TariffPrice, ...] = ()

    def price_on(self, day: date) -> TariffPrice | None:
        """The version valid on a Moscow day: the latest begun. None before the first one."""
        begun = [price for price in self.prices if price.valid_from <= day]
        return max(begun, key=lambda price: price.valid_from, default=None)

    def is_sold_on(self, day: date) -> bool:
        """Whether it can be ordered: offered, not free, and with a price on that Moscow day."""
        return self.is_offered and not self.is_free and self.price_on(day) is not None


def vat_rate_of(mode: VatMode, service_begins_on: date) -> VatRate:
    """The rate of a service by its first day, though a term may span two years.

    Raises `ValueError` for a standard rate before 2019.
    """
    return vat_rate_on(service_begins_on) if mode is VatMode.STANDARD else _FIXED_RATES[mode]


def sold_on(tariffs: Iterable[Tariff], day: date) -> tuple[Tariff, ...]:
    """What can be ordered on a Moscow day, the smallest first."""
    return tuple(
        sorted(
            (tariff for tariff in tariffs if tariff.is_sold_on(day)),
            key=lambda tariff: (tariff.units, tariff.code),
        )
    )


def next_bigger(sold: Sequence[Tariff], units: int, needed_units: int) -> Tariff | None:
    """The smallest tariff above `units` that is large enough for the need; the biggest if none is.

    `sold` is in the order of `sold_on`. None at the biggest tariff.
    """
    bigger = [tariff for tariff in sold if tariff.units > units]
    enough = [tariff for tariff in bigger if tariff.units >= needed_units]
    return enough[0] if enough else bigger[-1] if bigger else None
