"""The reason of an offer in words."""

from collections.abc import Mapping
from datetime import date

from domain.subscription.offer import Offer
from texts.catalogue import Language, translate
from texts.formatting import day


def reason_in_words(offer: Offer, language: Language) -> str:
    """The reason of an offer, with its parameters formatted."""
    params: Mapping[str, object] = {
        name: day(value) if isinstance(value, date) else value
        for name, value in offer.params.items()
    }
    return translate(f"offer.reason.{offer.reason}", language, **params)
