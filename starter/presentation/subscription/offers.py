"""What a subscription is offered, as a caller sees it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from db.facts import Reading, every, together
from db.subscription import offer as offers
from db.subscription import subscription as subscriptions
from db.subscription.subscription_queries import LastCase, SubscriptionRow
from domain.money import VatRate, vat_inside
from domain.renewal.renewal import RENEWAL_ACTIONS, RenewalAction, RenewalStatus
from domain.subscription.offer import Offer, OfferReason, Situation
from domain.subscription.offer_kind import OfferKind
from domain.subscription.subscription import Terms
from domain.subscription.tariff import DataSet
from starter.presentation.models import Roubles, Shown
from texts import Language, translate
from texts.offers import reason_in_words

_USUAL = frozenset({OfferKind.SAME, OfferKind.RESUME, OfferKind.FIRST})


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


@dataclass(frozen=True)
class Offering:
    """What offers are made from, read at one moment."""

    heads: Sequence[SubscriptionRow]
    cases: Sequence[LastCase]
    situation: Situation

    @property
    def may_order(self) -> bool:
        """Whether the case takes an order now."""
        return may_order(self.situation.terms, self.cases)


def offering(subscription_id: str, now: datetime) -> Reading[Offering]:
    """What is offered at an instant (UTC) is made from this, whosever the subscription is."""
    return together(
        Offering,
        every(subscriptions.one(subscription_id)),
        every(subscriptions.last_case(subscription_id)),
        offers.situation(subscription_id, now),
    )


def may_order(terms: Terms, cases: Sequence[LastCase]) -> bool:
    """Whether a subscription takes an order now, by its last case: no term is paid ahead, and no
    order waits for its money.
    """
    if terms.following is not None:
        return False
    if not cases:
        return True
    return RenewalAction.ORDER in RENEWAL_ACTIONS.get(RenewalStatus(cases[0].status), ())


def replaced_by_order(terms: Terms, cases: Sequence[LastCase]) -> LastCase | None:
    """The case whose unpaid invoice becomes void by another order, if one is placed now."""
    if not cases or cases[0].invoice_number is None or not may_order(terms, cases):
        return None
    return cases[0]


def usual_in(offered: Sequence[Offer]) -> Offer | None:
    """The offer that needs no choice: the same tariff, the previous one, or the default."""
    return next((one for one in offered if one.kind in _USUAL), None)


def upgrade_in(offered: Sequence[Offer], situation: Situation) -> Offer | None:
    """The bigger tariff that is chosen for a running term: by its usage, or the next one by size.

    None at the biggest tariff, and where no term runs.
    """
    if situation.running is None:
        return None
    by_usage = (one for one in offered if one.kind is OfferKind.BIGGER)
    by_size = (one for one in offered if one.reason is OfferReason.BIGGER_SIZE)
    return next(by_usage, None) or next(by_size, None)


def offer_shown(offer: Offer, language: Language) -> OfferShown:
    """An offer in the caller's language."""
    of_person = offer.individual_offer_id
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
        individual_offer_id=None if of_person is None else UUID(of_person),
    )
