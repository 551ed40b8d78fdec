"""A catalogue and subscriptions as the billing system writes them."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx2

from domain.calendar.bank_calendar import moscow_date
from tests.starter.caller import Api
from tests.starter.registered import register_client

TODAY = moscow_date(datetime.now(UTC))
PRICES = {"100": "12200.00", "400": "24400.00", "1000": "48800.00"}
"""The default catalogue: a year of each; the free tariff has no price."""
LONG_AGO = -300
NEXT_WEEK = 7


def in_days(days: int) -> str:
    """A day from today, as requests write it."""
    return (TODAY + timedelta(days=days)).isoformat()


def tariff_body(units: int) -> dict[str, Any]:
    """A tariff of a year that is right in everything."""
    return {
        "title": f"Тариф {units}",
        "units": units,
        "data_set": "extended" if units >= 400 else "basic",
        "months": 12,
        "is_free": False,
        "vat_mode": "standard",
    }


async def write_tariff(api: Api, code: str, **changes: Any) -> httpx2.Response:
    """One tariff, sized as its code says."""
    units = int(code) if code.isdecimal() else 10
    return await api.call("PUT", f"/v1/tariffs/{code}", json={**tariff_body(units), **changes})


async def set_price(
    api: Api, code: str, price: str, valid_from: str | None = None
) -> httpx2.Response:
    """A price from a day on; today unless another day is said."""
    body = {"price": price, "valid_from": valid_from or in_days(0)}
    return await api.call("POST", f"/v1/tariffs/{code}/prices", json=body)


async def write_catalogue(api: Api) -> None:
    """The default catalogue; what is there already stays."""
    assert (await write_tariff(api, "free", is_free=True)).status_code in (200, 201)
    for code, price in PRICES.items():
        assert (await write_tariff(api, code)).status_code in (200, 201)
        assert (await set_price(api, code, price)).status_code in (200, 201)


def term_body(code: str, starts: int = LONG_AGO, ends: int = NEXT_WEEK) -> dict[str, Any]:
    """A term of the host's records; the days count from today."""
    return {"tariff_code": code, "starts_on": in_days(starts), "ends_on": in_days(ends)}


async def write_subscription(
    api: Api, client_id: str, subscription_id: str | None = None, **changes: Any
) -> httpx2.Response:
    """A subscription, without a term unless `changes` have one."""
    body = {"client_id": client_id, "title": "Компас", **changes}
    name = subscription_id or f"sub-{uuid4().hex[:12]}"
    return await api.call("PUT", f"/v1/subscriptions/{name}", json=body)


async def subscribe(api: Api, code: str | None = None, **term: int) -> tuple[str, str]:
    """A new client's new subscription, with a running term of a tariff; both ids."""
    client_id = await register_client(api)
    terms: dict[str, Any] = {} if code is None else {"term": term_body(code, **term)}
    answer = await write_subscription(api, client_id, **terms)
    assert answer.status_code == 201, answer.text
    return client_id, answer.json()["id"]
