"""Subscriptions over HTTP: the catalogue, terms and usage, the indicator, offers, higher limits."""

from starter.api.subscription import catalogue, limit_request, offer, price, reading, usage, writing

ROUTERS = (
    catalogue.routes,
    price.routes,
    writing.routes,
    usage.routes,
    reading.routes,
    offer.routes,
    limit_request.routes,
)
