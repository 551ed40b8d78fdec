"""The renewal over HTTP: requisites, orders, payment claims, reading, documents."""

from starter.api.renewal import claim, listing, ordering, organisation, reading
from starter.api.renewal import documents as paper

ROUTERS = (
    organisation.routes,
    ordering.routes,
    claim.routes,
    listing.routes,
    reading.routes,
    paper.routes,
)
"""Every router of the renewal, in the order of its process."""
