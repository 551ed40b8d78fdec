"""The refund over HTTP: opening, reading, the statement, its signature, the decisions."""

from starter.api.refund import (
    calculation,
    contact,
    decision,
    held,
    inquiry,
    listing,
    opening,
    payout_list,
    reading,
    refundable,
    report,
    scan,
    signing,
    statement,
    waiting,
)

ROUTERS = (
    refundable.routes,
    opening.routes,
    listing.routes,
    reading.routes,
    waiting.routes,
    calculation.routes,
    statement.routes,
    signing.routes,
    scan.routes,
    decision.routes,
    held.routes,
    inquiry.routes,
    contact.routes,
    payout_list.routes,
    report.routes,
)
"""Every router of the refund, in the order of its process."""
