"""What becomes of a service whose money goes back, in people's words."""

from datetime import timedelta

from domain.refund_service import ServiceOutcome
from texts.catalogue import Language, say
from texts.figures import day


def service_words(service: ServiceOutcome, language: Language = "ru") -> str:
    """Whether and from when the service stops."""
    until = day(service.ends_on)
    if service.stops_on is None:
        return say("service.goes_on", language, until=until)
    if service.stops_on <= service.starts_on:
        return say("service.is_not_served", language, starts=day(service.starts_on), until=until)
    last = day(service.stops_on - timedelta(days=1))
    return say("service.stops", language, starts=day(service.stops_on), last=last)
