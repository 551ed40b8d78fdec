"""Usage: the host product reports how much of the running term a client has used."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from db.subscription import subscription as subscriptions
from domain.calendar.bank_calendar import moscow_date
from domain.subscription.subscription import HeldTerm, Usage
from starter.access import require_visible
from starter.caller import Caller
from starter.commands.clock import MAX_CLOCK_DIFFERENCE
from starter.commands.command import command
from starter.commands.refusal import FieldError, conflict, invalid
from starter.commands.services import Services


@dataclass(frozen=True)
class UsageKept:
    """The newest report, and the terms it is compared with today."""

    usage: Usage
    terms: tuple[HeldTerm, ...]
    today: date


@command
async def write_usage(
    services: Services, caller: Caller, _command_id: UUID, subscription_id: str, report: Usage
) -> UsageKept:
    """Stores a report; they may come in any order, the newest instant counts and is returned."""
    now, database = datetime.now(UTC), services.database
    if report.reported_at > now + MAX_CLOCK_DIFFERENCE:
        raise invalid(FieldError("reported_in_future", "/reported_at"))
    (heads,) = await database.read(subscriptions.one(subscription_id))
    require_visible(caller, heads)
    if not await subscriptions.put_usage(database, subscription_id, report):
        raise conflict("usage_differs")
    newest, terms = await database.read(
        subscriptions.newest_usage(subscription_id), subscriptions.terms_of(subscription_id)
    )
    usage = subscriptions.usage_from(newest) or report
    return UsageKept(usage, tuple(subscriptions.held_from(terms)), moscow_date(now))
