"""Offers over HTTP: what a subscription is offered, and individual offers by specialists."""

from datetime import UTC, date, datetime
from http import HTTPStatus
from uuid import UUID

from pydantic import Field

from db.facts import load
from domain.renewal.renewal import renewal_workflow_id
from domain.subscription.offer import may_ask_for_limit, offers_for
from starter.access import require_visible
from starter.api.http.models import Body, Day, Kopecks, Note, Roubles, Shown
from starter.api.http.route import (
    CommandId,
    CurrentCaller,
    DatabaseDep,
    LanguageDep,
    ServicesDep,
    router,
)
from starter.api.subscription.catalogue import TariffCode, Units
from starter.api.subscription.presenters import SubscriptionPath
from starter.commands.subscription import offer as command
from starter.commands.subscription.offer import Offered
from starter.presentation.subscription.offers import OfferShown, offer_shown, offering

routes = router("subscriptions")


class Offers(Shown):
    """The offers, the most suitable first."""

    renewal_id: str = Field(description="The case that an order goes to.")
    may_order: bool = Field(description="Whether the case takes an order now.")
    may_ask_for_limit: bool = Field(
        description="At the biggest tariff: a request for a higher limit is possible."
    )
    items: list[OfferShown]


class IndividualOfferBody(Body):
    """An offer to one subscription; the reason is shown to the client."""

    tariff_code: TariffCode
    units: Units
    price: Kopecks
    valid_until: Day = Field(description="The last day, in Moscow.")
    reason: Note

    @property
    def offered(self) -> Offered:
        """The same as the command takes it."""
        return Offered(self.tariff_code, self.units, self.price, self.valid_until)


class IndividualOfferShown(Shown):
    """An individual offer as it is stored."""

    id: UUID
    subscription_id: str
    tariff_code: str
    units: int
    price: Roubles = Field(validation_alias="price_kopecks")
    valid_until: date
    reason: str
    author: str
    created_at: datetime


@routes.get("/v1/subscriptions/{subscription_id}/offers", summary="What can be ordered today")
async def list_offers(
    subscription_id: SubscriptionPath,
    database: DatabaseDep,
    caller: CurrentCaller,
    language: LanguageDep,
) -> Offers:
    """Prices are today's; nothing is offered while a paid term has not begun."""
    found = await load(database, offering(subscription_id, datetime.now(UTC)))
    require_visible(caller, found.heads)
    situation, last = found.situation, found.situation.terms.last
    return Offers(
        renewal_id=renewal_workflow_id(subscription_id, None if last is None else last.ends_on),
        may_order=found.may_order,
        may_ask_for_limit=may_ask_for_limit(situation),
        items=[offer_shown(offer, language) for offer in offers_for(situation)],
    )


@routes.post(
    "/v1/subscriptions/{subscription_id}/individual-offers",
    summary="Make an individual offer to a subscription",
    status_code=HTTPStatus.CREATED,
)
async def make_individual_offer(
    subscription_id: SubscriptionPath,
    body: IndividualOfferBody,
    services: ServicesDep,
    caller: CurrentCaller,
    command_id: CommandId,
) -> IndividualOfferShown:
    """Valid at once; the client is notified."""
    row = await command.make_individual_offer(
        services, caller, command_id, subscription_id, body.offered, body.reason
    )
    return IndividualOfferShown.model_validate(row, from_attributes=True)


class OfferedBody(Body):
    """An individual offer that comes with an answer: its reason is the answer's text."""

    tariff_code: TariffCode
    units: Units
    price: Kopecks
    valid_until: Day = Field(description="The last day, in Moscow.")

    @property
    def offered(self) -> Offered:
        """The same as the command takes it."""
        return Offered(self.tariff_code, self.units, self.price, self.valid_until)
