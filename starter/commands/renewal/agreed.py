"""An order as it is stored: its columns, and what its client agreed to."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from db.subscription.subscription_queries import SubscriptionRow
from domain.billing.payer import Payer
from domain.money import amount_text, vat_inside
from domain.renewal.renewal import PayBy
from domain.subscription.offer import Offer
from texts.offers import reason_in_words


def columns_of(offer: Offer, method: PayBy, payer: Payer) -> dict[str, Any]:
    of_person = offer.individual_offer_id
    return {
        "offer": offer.kind,
        "tariff_code": offer.tariff.code,
        "units": offer.units,
        "months": offer.months,
        "individual_offer_id": None if of_person is None else UUID(of_person),
        "price_kopecks": offer.price_kopecks,
        "vat_mode": offer.vat_mode,
        "method": method,
        "payer_name": payer.name,
        "payer_inn": payer.inn,
        "payer_kpp": payer.kpp,
        "payer_address": payer.address,
    }


def agreed_terms(
    offer: Offer, method: PayBy, payer: Payer, subscription: SubscriptionRow, now: datetime
) -> Mapping[str, Any]:
    """What the client saw and agreed to, as JSON; the days assume payment today."""
    return {
        "subscription_id": subscription.id,
        "subscription": subscription.title,
        "client_id": subscription.client_id,
        "offer": offer.kind,
        "reason": reason_in_words(offer, "ru"),
        "individual_offer_id": offer.individual_offer_id,
        "tariff_code": offer.tariff.code,
        "tariff": offer.tariff.title,
        "units": offer.units,
        "months": offer.months,
        "price": amount_text(offer.price_kopecks),
        "vat_rate": offer.vat_rate,
        "vat": amount_text(vat_inside(offer.price_kopecks, offer.vat_rate)),
        "starts_on": offer.starts_on.isoformat(),
        "ends_on": offer.ends_on.isoformat(),
        "method": method,
        "payer": vars(payer),
        "agreed_at": now.isoformat(),
    }
