"""Subscriptions over HTTP: one in full, a list, and the indicator for the host product."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated

from fastapi import Query, Response

from db.case.policy import PolicyRow, renewal_policy_from, renewal_valid_at
from db.database import Database
from db.subscription import subscription as subscriptions
from db.subscription.subscription_queries import LastCase, SubscriptionRow, TermRow, UsageReport
from domain.calendar.bank_calendar import moscow_date
from domain.renewal.indicator import Indicator, indicator_for
from domain.subscription.subscription import terms_on
from starter.access import client_in_filter, require_visible
from starter.api.http.auth import Caller
from starter.api.http.models import ID_PATTERN, Shown
from starter.api.http.paging import DEFAULT_LIMIT, Cursor, Limit, Page, key_in, page_of
from starter.api.http.route import CurrentCaller, DatabaseDep, LanguageDep, router
from starter.api.subscription.presenters import (
    IndicatorShown,
    SubscriptionPath,
    SubscriptionShown,
    case_shown,
    indicator_shown,
    term_shown,
    usage_shown,
)
from texts import Language

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


@dataclass(frozen=True)
class Found:
    """All that is stored about a subscription, read at one moment."""

    head: SubscriptionRow
    policy: PolicyRow
    terms: Sequence[TermRow]
    cases: Sequence[LastCase]
    usage: Sequence[UsageReport]
    now: datetime


@routes.get("/v1/subscriptions/{subscription_id}", summary="A subscription in full")
async def read_subscription(
    subscription_id: SubscriptionPath,
    database: DatabaseDep,
    caller: CurrentCaller,
    language: LanguageDep,
) -> SubscriptionShown:
    """Its terms, the usage of the running one, and the case that renews it."""
    return subscription_shown(await found_by(database, caller, subscription_id), language)


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
    return indicator_shown(_indicator(found), language)


async def found_by(database: Database, caller: Caller, subscription_id: str) -> Found:
    """A subscription that this caller may see; any other is `not_found`."""
    now = datetime.now(UTC)
    heads, (policy,), terms, cases, usage = await database.read(
        subscriptions.one(subscription_id),
        renewal_valid_at(now),
        subscriptions.terms_of(subscription_id),
        subscriptions.last_case(subscription_id),
        subscriptions.newest_usage(subscription_id),
    )
    return Found(require_visible(caller, heads), policy, terms, cases, usage, now)


def subscription_shown(found: Found, language: Language) -> SubscriptionShown:
    """A subscription in full."""
    today, held = moscow_date(found.now), subscriptions.held_from(found.terms)
    usage = subscriptions.usage_from(found.usage)
    return SubscriptionShown(
        id=found.head.id,
        client_id=found.head.client_id,
        title=found.head.title,
        indicator=indicator_shown(_indicator(found), language),
        case=case_shown(found.cases, language),
        usage=None if usage is None else usage_shown(usage, held, today),
        terms=[term_shown(row, term, today) for row, term in zip(found.terms, held, strict=True)],
    )


def _indicator(found: Found) -> Indicator:
    return indicator_for(
        terms_on(subscriptions.held_from(found.terms), moscow_date(found.now)),
        subscriptions.open_case_from(found.cases),
        found.now,
        renewal_policy_from(found.policy),
    )
