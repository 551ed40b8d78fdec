"""The subscriptions that one finds in the cabinet: one of each kind that a page tells apart."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from domain.subscription.term import months_after
from simulation.api_client import ApiClient
from simulation.billing_data import Client
from simulation.catalogue import MONTHS
from simulation.dataset import BELOV, KUZNETSOVA, ROMASHKA, SHIPYARD, VECTOR
from simulation.people import BILLING


@dataclass(frozen=True)
class Subscription:
    """A subscription of the host product with a year of a tariff that ends in so many days, and
    what is used of it; without a tariff the client is on the free one.
    """

    id: str
    client: Client
    tariff: str | None = None
    ends_in: int = 0
    used: int | None = None


SUBSCRIPTIONS = (
    Subscription("kompas-romashka", ROMASHKA, "400", ends_in=20, used=312),
    Subscription("kompas-verfi", SHIPYARD, "1000", ends_in=200, used=640),
    Subscription("kompas-vector", VECTOR, "100", ends_in=5, used=100),
    Subscription("kompas-belov", BELOV, "100", ends_in=-3),
    Subscription("kompas-kuznetsova", KUZNETSOVA),
)
"""Soon to be renewed, at the biggest tariff, used up and about to end, lapsed, never paid."""


async def load_subscriptions(api: ApiClient, today: date) -> None:
    """Brings each as the host product does."""
    for one in SUBSCRIPTIONS:
        path = f"/v1/subscriptions/{one.id}"
        await api.command(BILLING, "PUT", path, _body(one, today))
        if one.used is not None:
            report = {"reported_at": datetime.now(UTC).isoformat(), "units_used": one.used}
            await api.command(BILLING, "PUT", f"{path}/usage", report)


def _body(one: Subscription, today: date) -> dict[str, Any]:
    body: dict[str, Any] = {"client_id": one.client.id, "title": "Компас"}
    if one.tariff is not None:
        ends_on = today + timedelta(days=one.ends_in)
        starts_on = months_after(ends_on + timedelta(days=1), -MONTHS)
        body["term"] = {
            "tariff_code": one.tariff,
            "starts_on": starts_on.isoformat(),
            "ends_on": ends_on.isoformat(),
        }
    return body
