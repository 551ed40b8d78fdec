"""Usage: the host product reports what a client has used of the term."""

from datetime import UTC, datetime
from http import HTTPStatus

from pydantic import Field

from db.subscription import subscription as subscriptions
from domain.calendar.bank_calendar import moscow_date
from domain.subscription.subscription import Usage
from starter.api.billing.payment import MAX_CLOCK_DIFFERENCE
from starter.api.http.models import Body, Instant
from starter.api.http.problems import Problem
from starter.api.http.route import CommandId, CurrentCaller, DatabaseDep, router
from starter.api.subscription.catalogue import MAX_UNITS
from starter.api.subscription.presenters import (
    SubscriptionPath,
    UsageShown,
    require_visible,
    usage_shown,
)
from starter.commands.refusal import FieldError, invalid

routes = router("subscriptions")


class UsageBody(Body):
    """Units used since the running term began, at an instant."""

    reported_at: Instant
    units_used: int = Field(ge=0, le=MAX_UNITS, examples=[312])


@routes.put(
    "/v1/subscriptions/{subscription_id}/usage", summary="Report what is used of the running term"
)
async def write_usage(
    subscription_id: SubscriptionPath,
    body: UsageBody,
    database: DatabaseDep,
    caller: CurrentCaller,
    _command_id: CommandId,
) -> UsageShown:
    """Reports may come in any order: the newest instant counts, and is what is answered."""
    now = datetime.now(UTC)
    if body.reported_at > now + MAX_CLOCK_DIFFERENCE:
        raise invalid(FieldError("reported_in_future", "/reported_at"))
    (heads,) = await database.read(subscriptions.one(subscription_id))
    require_visible(caller, heads)
    report = Usage(body.reported_at, body.units_used)
    if not await subscriptions.put_usage(database, subscription_id, report):
        raise Problem("usage_differs", HTTPStatus.CONFLICT)
    newest, terms = await database.read(
        subscriptions.newest_usage(subscription_id), subscriptions.terms_of(subscription_id)
    )
    held = subscriptions.held_from(terms)
    usage = subscriptions.usage_from(newest) or report
    return usage_shown(usage, held, moscow_date(now))
