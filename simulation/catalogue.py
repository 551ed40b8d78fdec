"""The tariffs that the company sells: four of a year, one of them free."""

from dataclasses import dataclass
from datetime import date

from domain.money import amount_text
from domain.subscription.tariff import DataSet, VatMode
from simulation.api_client import ApiClient
from simulation.people import BILLING

MONTHS = 12


@dataclass(frozen=True)
class TariffOnSale:
    """A tariff with its price, VAT included; None means that it is free."""

    code: str
    units: int
    data_set: DataSet
    price_kopecks: int | None


TARIFFS = (
    TariffOnSale("free", 10, DataSet.BASIC, None),
    TariffOnSale("100", 100, DataSet.BASIC, 14_640_00),
    TariffOnSale("400", 400, DataSet.EXTENDED, 36_600_00),
    TariffOnSale("1000", 1_000, DataSet.EXTENDED, 73_200_00),
)


async def load_catalogue(api: ApiClient, today: date) -> None:
    """Every tariff with its price from today on, as billing registers them."""
    for tariff in TARIFFS:
        await api.command(BILLING, "PUT", f"/v1/tariffs/{tariff.code}", _tariff(tariff))
        if tariff.price_kopecks is not None:
            price = {
                "price": amount_text(tariff.price_kopecks),
                "valid_from": today.isoformat(),
            }
            await api.command(BILLING, "POST", f"/v1/tariffs/{tariff.code}/prices", price)


def _tariff(tariff: TariffOnSale) -> dict[str, object]:
    is_free = tariff.price_kopecks is None
    return {
        "title": "Бесплатный тариф" if is_free else f"Тариф {tariff.code}",
        "units": tariff.units,
        "data_set": tariff.data_set,
        "months": MONTHS,
        "is_free": is_free,
        "vat_mode": VatMode.STANDARD,
    }
