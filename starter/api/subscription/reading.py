"""Subscriptions over HTTP: one in full, a list, and the indicator for the host product."""

from datetime import UTC, date, datetime
from typing import Annotated

from fastapi import Query, Response

from db.subscription import subscription as subscriptions
from domain.calendar.bank_calendar import moscow_date
from starter.access import client_in_filter
from starter.api.http.models import ID_PATTERN, Shown
from starter.api.http.paging import DEFAULT_LIMIT, Cursor, Limit, Page, key_in, page_of
from starter.api.http.route import CurrentCaller, DatabaseDep, LanguageDep, router
from starter.api.subscription.presenters import (
    SubscriptionPath,
    SubscriptionShown,
    subscription_shown,
)
from starter.presentation.subscription.presenters import IndicatorShown, indicator_shown
from starter.presentation.subscription.reading import found_by

INDICATOR_SECONDS = 300
"""How long the host product may show an indicator before it asks again."""

routes = router("subscriptions")


class SubscriptionHead(Shown):
    """A subscription in a list, with its running term."""

    id: str
    client_id: str
    title: str
    tariff_code: str | None
    tariff_title: str | None
    ends_on: date | None


@routes.get("/v1/subscriptions/{subscription_id}", summary="A subscription in full")
async def read_subscription(
    subscription_id: SubscriptionPath,
    database: DatabaseDep,
    caller: CurrentCaller,
    language: LanguageDep,
) -> SubscriptionShown:
    """Its terms, the usage of the running one, and the case that renews it."""
    found = await found_by(database, caller, subscription_id)
    return subscription_shown(found, language, caller.role)


@routes.get("/v1/subscriptions", summary="Subscriptions by id")
async def list_subscriptions(
    database: DatabaseDep,
    caller: CurrentCaller,
    client_id: Annotated[str | None, Query(pattern=ID_PATTERN)] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Page[SubscriptionHead]:
    """A client sees only its own; another client's id is answered 404."""
    client_id = client_in_filter(caller, client_id)
    today = moscow_date(datetime.now(UTC))
    (rows,) = await database.read(
        subscriptions.listed(today, client_id, limit + 1, key_in(cursor, str))
    )
    shown, following = page_of(rows, limit, lambda row: (row.id,))
    return Page(
        items=[SubscriptionHead.model_validate(row, from_attributes=True) for row in shown],
        next=following,
    )


@routes.get(
    "/v1/subscriptions/{subscription_id}/indicator",
    summary="The indicator that the host product shows",
)
async def read_indicator(
    subscription_id: SubscriptionPath,
    database: DatabaseDep,
    caller: CurrentCaller,
    language: LanguageDep,
    response: Response,
) -> IndicatorShown:
    """A small answer that may be cached for some minutes, as `Cache-Control` says."""
    found = await found_by(database, caller, subscription_id)
    response.headers["Cache-Control"] = f"private, max-age={INDICATOR_SECONDS}"
    response.headers["Vary"] = "Accept-Language, Authorization"
    return indicator_shown(found.indicator, language)
