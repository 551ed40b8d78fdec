"""The service outcome of a refund in words."""

from datetime import timedelta

from domain.refund.service import ServiceOutcome
from texts.catalogue import Language, translate
from texts.formatting import day


def service_words(service: ServiceOutcome, language: Language = "ru") -> str:
    """Whether and from when the service stops."""
    until = day(service.ends_on)
    if service.stops_on is None:
        return translate("service.goes_on", language, until=until)
    if service.stops_on <= service.starts_on:
        return translate(
            "service.is_not_served", language, starts=day(service.starts_on), until=until
        )
    last = day(service.stops_on - timedelta(days=1))
    return translate("service.stops", language, starts=day(service.stops_on), last=last)
