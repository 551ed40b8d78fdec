"""The refund over HTTP: opening, reading, the statement, its signature, the decisions."""

from starter.api.refund import decision, opening, reading, signing, statement

ROUTERS = (opening.routes, reading.routes, statement.routes, signing.routes, decision.routes)
