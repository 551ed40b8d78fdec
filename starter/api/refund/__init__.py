"""The refund over HTTP: opening, reading, the statement, its signature, the decisions."""

from starter.api.refund import (
    calculation,
    decision,
    held,
    opening,
    reading,
    refundable,
    scan,
    signing,
    statement,
)

ROUTERS = (
    refundable.routes,
    opening.routes,
    reading.routes,
    calculation.routes,
    statement.routes,
    signing.routes,
    scan.routes,
    decision.routes,
    held.routes,
)
"""Every router of the refund, in the order of its process."""
