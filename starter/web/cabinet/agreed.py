"""What was agreed with an order, as rows to read."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from domain.money import VAT_PERCENT, VatRate, parse_amount
from texts import Language, day, rubles, translate


def agreed_rows(agreed: Mapping[str, Any], language: Language) -> list[tuple[str, str]]:
    """Label and value of everything that `starter.commands.renewal.agreed` keeps and people ask."""
    return [
        (translate(f"page.agreed.{name}", language), value)
        for name, value in _values(agreed, language)
        if value
    ]


def _values(agreed: Mapping[str, Any], language: Language) -> Iterator[tuple[str, str | None]]:
    payer = agreed["payer"]
    yield "subscription", agreed["subscription"]
    yield "offer", translate(f"offer.title.{agreed['offer']}", language)
    yield "tariff", agreed["tariff"]
    yield "units", str(agreed["units"])
    yield "days", translate("page.renewal.days", language, **_days(agreed))
    yield "price", rubles(parse_amount(agreed["price"]))
    yield "vat", _vat(agreed, language)
    yield "method", translate(f"page.renewal.method.{agreed['method']}", language)
    yield "payer", payer["name"]
    yield "inn", payer["inn"]
    yield "kpp", payer["kpp"]
    yield "address", payer["address"]


def _days(agreed: Mapping[str, Any]) -> dict[str, str]:
    return {name: day(date.fromisoformat(agreed[f"{name}_on"])) for name in ("starts", "ends")}


def _vat(agreed: Mapping[str, Any], language: Language) -> str:
    rate = VatRate(agreed["vat_rate"])
    if rate is VatRate.NONE:
        return translate("page.renewal.vat_none", language)
    amount = rubles(parse_amount(agreed["vat"]))
    percent = VAT_PERCENT[rate]
    return translate("page.renewal.vat_inside", language, percent=percent, amount=amount)
