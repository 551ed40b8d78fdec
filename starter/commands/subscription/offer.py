"""Individual offers that specialists make to one subscription."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID, uuid5

from db.database import Database
from db.notification import notification
from db.subscription import offer as offers
from db.subscription import subscription as subscriptions
from db.subscription.offer import IndividualOfferRow
from db.subscription.subscription_queries import SubscriptionRow
from domain.calendar.bank_calendar import moscow_date
from domain.subscription.offer import INDIVIDUALLY_OFFERED
from starter.access import require_visible
from starter.caller import Caller
from starter.commands.command import command
from starter.commands.refusal import FieldError, invalid
from starter.commands.services import Services


@dataclass(frozen=True)
class Offered:
    """What is offered; `valid_until` is the last day, in Moscow."""

    tariff_code: str
    units: int
    price_kopecks: int
    valid_until: date


@command
async def make_individual_offer(
    services: Services,
    caller: Caller,
    command_id: UUID,
    subscription_id: str,
    offered: Offered,
    reason: str,
) -> IndividualOfferRow:
    """Stores an offer, valid at once, and notifies the client."""
    now, offer_id = datetime.now(UTC), uuid5(command_id, "individual_offer")
    (heads,) = await services.database.read(subscriptions.one(subscription_id))
    subscription = require_visible(caller, heads)
    await check_offered(services.database, offered, moscow_date(now), "")
    async with services.database.transaction() as transaction:
        offers.put_individual(
            transaction,
            offer_id,
            subscription_id=subscription_id,
            tariff_code=offered.tariff_code,
            units=offered.units,
            price_kopecks=offered.price_kopecks,
            valid_until=offered.valid_until,
            reason=reason,
            author=caller.login,
            created_at=now,
        )
        notification.notify(
            transaction,
            (INDIVIDUALLY_OFFERED,),
            case_id=None,
            client_id=subscription.client_id,
            occasion=f"individual-offer-{offer_id}",
            params=_params(subscription, offered, reason),
            at=now,
        )
    ((row,),) = await services.database.read(offers.individual(offer_id))
    return row


async def check_offered(
    database: Database,
    offered: Offered,
    today: date,
    place: str,
) -> None:
    """Refuses an individual offer of a tariff that is not sold, or one that has already expired."""
    (tariffs,) = await database.read(subscriptions.tariff(offered.tariff_code))
    found = []
    if not tariffs:
        found.append(FieldError("tariff_unknown", f"{place}/tariff_code"))
    elif tariffs[0].is_free:
        found.append(FieldError("tariff_is_free", f"{place}/tariff_code"))
    if offered.valid_until < today:
        found.append(FieldError("offer_over", f"{place}/valid_until"))
    if found:
        raise invalid(*found)


def _params(subscription: SubscriptionRow, offered: Offered, reason: str) -> dict[str, object]:
    return {
        "subscription_id": subscription.id,
        "subscription": subscription.title,
        "units": offered.units,
        "price_kopecks": offered.price_kopecks,
        "until_on": offered.valid_until.isoformat(),
        "remarks": reason,
    }
