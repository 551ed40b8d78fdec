"""What a subscription is offered today: each offer's price, days and reason."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from domain.access.roles import Role
from domain.money import VatRate
from domain.notification.notification import Notice
from domain.subscription.offer_kind import OfferKind
from domain.subscription.subscription import HeldTerm, Need, Terms, Usage, need_beyond
from domain.subscription.tariff import Tariff, VatMode, next_bigger, sold_on, vat_rate_of
from domain.subscription.term import LatestTerm, TermDays, next_term_days

INDIVIDUALLY_OFFERED = Notice(Role.CLIENT, "renewal_individual_offer")


class OfferReason(StrEnum):
    """Why something is offered; the text is `offer.reason.<code>`."""

    TERM_ENDS = "term_ends"
    USED_UP = "used_up"
    PROJECTED = "projected"
    INDIVIDUAL = "individual"
    BIGGER_SIZE = "bigger_size"
    SMALLER_SIZE = "smaller_size"
    OTHER_TARIFF = "other_tariff"
    RESUME = "resume"
    DEFAULT = "default"


@dataclass(frozen=True)
class IndividualOffer:
    """A specialist's offer to one subscription, valid through `valid_until` (Moscow)."""

    offer_id: str
    tariff_code: str
    units: int
    price_kopecks: int
    valid_until: date
    reason: str


@dataclass(frozen=True)
class Offer:
    """Something that can be ordered today. The price includes VAT; both days are Moscow days and
    served, as for an order that is paid today.

    `params` are of the reason's text: numbers, days, the words of an individual offer.
    """

    kind: OfferKind
    tariff: Tariff
    units: int
    months: int
    price_kopecks: int
    vat_mode: VatMode
    vat_rate: VatRate
    starts_on: date
    ends_on: date
    reason: OfferReason
    params: Mapping[str, int | str | date] = field(default_factory=dict)
    individual_offer_id: str | None = None


@dataclass(frozen=True)
class Situation:
    """All that offers are computed from."""

    today: date
    tariffs: tuple[Tariff, ...]
    terms: Terms
    usage: Usage | None
    individual: tuple[IndividualOffer, ...]
    default_tariff: str
    grace_days: int

    @property
    def running(self) -> HeldTerm | None:
        """The term that is served today."""
        return self.terms.running(self.today)

    @property
    def grace_until(self) -> date | None:
        """The last day on which the service goes on although the last term has ended; None while a
        term runs, once that day is over, and where the money of the term was given back.
        """
        last = self.terms.last
        if last is None or last.stopped_on is not None or self.running is not None:
            return None
        until = last.ends_on + timedelta(days=self.grace_days)
        return until if self.today <= until else None

    @property
    def need(self) -> Need | None:
        """The usage that the last term is too small for."""
        return None if self.terms.last is None else need_beyond(self.terms.last, self.usage)

    def days_of(self, months: int) -> TermDays:
        """The days of a term that is paid today."""
        last = self.terms.last
        latest = None
        if last is not None:
            latest = LatestTerm(last.ends_on, last.anchored_on or last.starts_on, last.stopped_on)
        return next_term_days(latest, self.today, self.grace_days, months)


def offers_for(situation: Situation) -> tuple[Offer, ...]:
    """The offers, the most fitting first: the same tariff (or the one to resume, or the first one),
    the next bigger by usage, individual offers, then every other paid tariff by size.

    Prices are today's: a change of the catalogue does not wait for the term's end. An upgrade
    leaves the running term as it is and begins after it. No offers while a paid term has not begun:
    it is renewed by the case that watches it.
    """
    if situation.terms.following is not None:
        return ()
    named = [
        offer
        for offer in (_usual(situation), _bigger(situation), *_individual(situation))
        if offer is not None
    ]
    taken = {offer.tariff.code for offer in named if offer.kind is not OfferKind.INDIVIDUAL}
    return (*named, *_others(situation, taken))


def may_ask_for_limit(situation: Situation) -> bool:
    """Whether the running term is at the biggest tariff: only a person can offer more."""
    running = situation.running
    if running is None:
        return False
    return all(
        tariff.units <= running.units for tariff in sold_on(situation.tariffs, situation.today)
    )


def _usual(situation: Situation) -> Offer | None:
    """The offer that needs no choice: the same tariff, the previous one, or the default."""
    last = situation.terms.last
    if last is None:
        tariff = _sold(situation, situation.default_tariff)
        if tariff is None:
            return None
        return _offer(situation, OfferKind.FIRST, tariff, OfferReason.DEFAULT)
    tariff = _sold(situation, last.tariff_code)
    if tariff is None:
        return None
    params = {"until": last.served_until}
    if situation.running is not None:
        return _offer(situation, OfferKind.SAME, tariff, OfferReason.TERM_ENDS, params)
    return _offer(situation, OfferKind.RESUME, tariff, OfferReason.RESUME, params)


def _bigger(situation: Situation) -> Offer | None:
    last, need = situation.terms.last, situation.need
    if last is None or need is None:
        return None
    tariff = next_bigger(sold_on(situation.tariffs, situation.today), last.units, need.units)
    if tariff is None:
        return None
    reason = OfferReason.USED_UP if need.is_used_up else OfferReason.PROJECTED
    params = {"units": last.units, "needed": need.units}
    return _offer(situation, OfferKind.BIGGER, tariff, reason, params)


def _individual(situation: Situation) -> Iterator[Offer]:
    tariffs = {tariff.code: tariff for tariff in situation.tariffs}
    for one in situation.individual:
        tariff = tariffs.get(one.tariff_code)
        if tariff is None or one.valid_until < situation.today:
            continue
        yield _dated(
            situation,
            OfferKind.INDIVIDUAL,
            tariff,
            one.units,
            one.price_kopecks,
            OfferReason.INDIVIDUAL,
            {"until": one.valid_until, "text": one.reason},
            one.offer_id,
        )


def _others(situation: Situation, taken: set[str]) -> Iterator[Offer]:
    last = situation.terms.last
    for tariff in sold_on(situation.tariffs, situation.today):
        if tariff.code not in taken:
            reason = _reason_by_size(None if last is None else last.units, tariff.units)
            yield _offer(situation, OfferKind.ANOTHER, tariff, reason)


def _reason_by_size(units: int | None, offered_units: int) -> OfferReason:
    if units is None or units == offered_units:
        return OfferReason.OTHER_TARIFF
    return OfferReason.BIGGER_SIZE if offered_units > units else OfferReason.SMALLER_SIZE


def _sold(situation: Situation, code: str) -> Tariff | None:
    """The tariff of this code, if it can be ordered today."""
    sold = sold_on(situation.tariffs, situation.today)
    return next((tariff for tariff in sold if tariff.code == code), None)


def _offer(
    situation: Situation,
    kind: OfferKind,
    tariff: Tariff,
    reason: OfferReason,
    params: Mapping[str, int | str | date] | None = None,
) -> Offer:
    """A tariff of the catalogue at today's price."""
    price = tariff.price_on(situation.today)
    if price is None:
        raise ValueError(f"{tariff.code} has no price on {situation.today.isoformat()}")
    return _dated(
        situation, kind, tariff, tariff.units, price.price_kopecks, reason, params or {}, None
    )


def _dated(
    situation: Situation,
    kind: OfferKind,
    tariff: Tariff,
    units: int,
    price_kopecks: int,
    reason: OfferReason,
    params: Mapping[str, int | str | date],
    individual_offer_id: str | None,
) -> Offer:
    days = situation.days_of(tariff.months)
    return Offer(
        kind=kind,
        tariff=tariff,
        units=units,
        months=tariff.months,
        price_kopecks=price_kopecks,
        vat_mode=tariff.vat_mode,
        vat_rate=vat_rate_of(tariff.vat_mode, days.starts_on),
        starts_on=days.starts_on,
        ends_on=days.ends_on,
        reason=reason,
        params=params,
        individual_offer_id=individual_offer_id,
    )
