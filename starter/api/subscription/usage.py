"""Usage over HTTP: the host product reports how much of the running term a client has used."""

from pydantic import Field

from domain.subscription.subscription import Usage
from domain.subscription.tariff import MAX_UNITS
from starter.api.http.models import Body, Instant
from starter.api.http.route import CommandId, CurrentCaller, ServicesDep, router
from starter.api.subscription.presenters import SubscriptionPath
from starter.commands.subscription import usage as command
from starter.presentation.subscription.presenters import UsageShown, usage_shown

routes = router("subscriptions")


class UsageBody(Body):
    """Units used since the running term began, at an instant."""

    reported_at: Instant
    units_used: int = Field(ge=0, le=MAX_UNITS, examples=[312])


@routes.put(
    "/v1/subscriptions/{subscription_id}/usage", summary="Report the usage of the running term"
)
async def write_usage(
    subscription_id: SubscriptionPath,
    body: UsageBody,
    services: ServicesDep,
    caller: CurrentCaller,
    command_id: CommandId,
) -> UsageShown:
    """Reports may come in any order: the newest instant counts, and is returned."""
    report = Usage(body.reported_at, body.units_used)
    kept = await command.write_usage(services, caller, command_id, subscription_id, report)
    return usage_shown(kept.usage, kept.terms, kept.today)
