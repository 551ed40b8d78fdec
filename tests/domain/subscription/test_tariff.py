"""A price is that of its day; the next bigger tariff is the smallest that is enough."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.money import VatRate
from domain.subscription.tariff import (
    DataSet,
    Tariff,
    TariffPrice,
    VatMode,
    next_bigger,
    sold_on,
    vat_rate_of,
)

TODAY = date(2026, 11, 22)
DAYS = st.dates(date(2024, 1, 1), date(2028, 12, 31))


def tariff(units: int, *prices: TariffPrice, is_free: bool = False, offered: bool = True) -> Tariff:
    return Tariff(
        code=str(units),
        title=f"Тариф {units}",
        units=units,
        data_set=DataSet.EXTENDED,
        months=12,
        is_free=is_free,
        vat_mode=VatMode.STANDARD,
        is_offered=offered,
        prices=prices,
    )


def since(day: date, kopecks: int = 100_000) -> TariffPrice:
    return TariffPrice(1, kopecks, day)


@given(st.lists(DAYS, unique=True, max_size=6), DAYS)
def test_the_price_of_a_day_is_the_version_that_began_last(begins: list[date], day: date) -> None:
    prices = [TariffPrice(n, 1 + n, begin) for n, begin in enumerate(begins)]
    found = tariff(400, *prices).price_on(day)
    begun = [price for price in prices if price.valid_from <= day]
    if found is None:
        assert not begun
    else:
        assert found in begun
        assert not [price for price in begun if price.valid_from > found.valid_from]


@pytest.mark.parametrize(
    ("offered", "sold"),
    [
        (tariff(400, since(TODAY)), True),
        (tariff(400, since(TODAY + timedelta(days=1))), False),
        (tariff(400), False),
        (tariff(0, is_free=True), False),
        (tariff(400, since(TODAY), offered=False), False),
    ],
)
def test_what_is_offered_paid_and_priced_is_sold(offered: Tariff, sold: bool) -> None:
    assert offered.is_sold_on(TODAY) is sold
    assert sold_on([offered], TODAY) == ((offered,) if sold else ())


@pytest.mark.parametrize(
    ("units", "needed", "found"),
    [
        (100, 101, 400),
        (100, 400, 400),
        (100, 401, 1000),
        (400, 401, 1000),
        (400, 5_000, 1000),
        (400, 90, 1000),
        (1000, 1_001, None),
        (250, 260, 400),
    ],
)
def test_the_next_bigger_tariff_holds_what_is_needed_or_is_the_biggest(
    units: int, needed: int, found: int | None
) -> None:
    sold = sold_on([tariff(size, since(TODAY)) for size in (1000, 100, 400)], TODAY)
    bigger = next_bigger(sold, units, needed)
    assert (None if bigger is None else bigger.units) == found


@pytest.mark.parametrize(
    ("mode", "begins_on", "rate"),
    [
        (VatMode.EXEMPT, date(2026, 1, 1), VatRate.NONE),
        (VatMode.SIMPLIFIED5, date(2026, 1, 1), VatRate.VAT5),
        (VatMode.SIMPLIFIED7, date(2025, 1, 1), VatRate.VAT7),
        (VatMode.STANDARD, date(2025, 12, 31), VatRate.VAT20),
        (VatMode.STANDARD, date(2026, 1, 1), VatRate.VAT22),
    ],
)
def test_vat_is_that_of_the_day_on_which_the_service_begins(
    mode: VatMode, begins_on: date, rate: VatRate
) -> None:
    assert vat_rate_of(mode, begins_on) is rate
