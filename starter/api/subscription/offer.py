"""Offers over HTTP: what a subscription is offered, and individual offers by specialists."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from http import HTTPStatus
from uuid import UUID

from pydantic import Field

from db.facts import every, load, together
from db.subscription import offer as offers
from db.subscription import subscription as subscriptions
from db.subscription.subscription_queries import LastCase, SubscriptionRow
from domain.money import VatRate, vat_inside
from domain.renewal.renewal import (
    RENEWAL_ACTIONS,
    RenewalAction,
    RenewalStatus,
    renewal_workflow_id,
)
from domain.subscription.offer import (
    Offer,
    OfferReason,
    Situation,
    may_ask_for_limit,
    offers_for,
)
from domain.subscription.offer_kind import OfferKind
from domain.subscription.tariff import DataSet
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
from texts import Language, translate
from texts.offers import reason_in_words

routes = router("subscriptions")


class OfferShown(Shown):
    """An offer that can be ordered; its days assume payment today."""

    offer: OfferKind
    title: str = Field(examples=["Продлить подписку"])
    tariff_code: str
    tariff_title: str
    data_set: DataSet
    units: int
    months: int
    price: Roubles = Field(description="VAT included.")
    vat_rate: VatRate
    vat: Roubles = Field(description="VAT inside the price.")
    starts_on: date
    ends_on: date
    reason_code: OfferReason
    reason: str = Field(description="Why it is offered, as text.")
    individual_offer_id: UUID | None


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
    now = datetime.now(UTC)
    reading = together(
        _Found,
        every(subscriptions.one(subscription_id)),
        every(subscriptions.last_case(subscription_id)),
        offers.situation(subscription_id, now),
    )
    found = await load(database, reading)
    require_visible(caller, found.subscriptions)
    situation, last = found.situation, found.situation.terms.last
    return Offers(
        renewal_id=renewal_workflow_id(subscription_id, None if last is None else last.ends_on),
        may_order=_may_order(situation, found.cases),
        may_ask_for_limit=may_ask_for_limit(situation),
        items=[_shown(offer, language) for offer in offers_for(situation)],
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


@dataclass(frozen=True)
class _Found:
    """What offers are made from, read at one moment."""

    subscriptions: Sequence[SubscriptionRow]
    cases: Sequence[LastCase]
    situation: Situation


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


def _may_order(situation: Situation, cases: Sequence[LastCase]) -> bool:
    if situation.terms.following is not None:
        return False
    if not cases:
        return True
    return RenewalAction.ORDER in RENEWAL_ACTIONS.get(RenewalStatus(cases[0].status), ())


def _shown(offer: Offer, language: Language) -> OfferShown:
    return OfferShown(
        offer=offer.kind,
        title=translate(f"offer.title.{offer.kind}", language),
        tariff_code=offer.tariff.code,
        tariff_title=offer.tariff.title,
        data_set=offer.tariff.data_set,
        units=offer.units,
        months=offer.months,
        price=offer.price_kopecks,
        vat_rate=offer.vat_rate,
        vat=vat_inside(offer.price_kopecks, offer.vat_rate),
        starts_on=offer.starts_on,
        ends_on=offer.ends_on,
        reason_code=offer.reason,
        reason=reason_in_words(offer, language),
        individual_offer_id=None
        if offer.individual_offer_id is None
        else UUID(offer.individual_offer_id),
    )
