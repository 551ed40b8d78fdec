"""What an accountant decides about a difference between our books and the acquirer's lists."""

from datetime import UTC, datetime
from uuid import UUID

from db.reconciliation import acquirer_difference
from db.reconciliation.acquirer_difference import DecidedDifference
from starter.caller import Caller
from starter.commands.command import command
from starter.commands.refusal import conflict, not_found
from starter.commands.services import Services


@command
async def decide_acquirer_difference(
    services: Services, caller: Caller, _command_id: UUID, difference_id: UUID, reason: str
) -> DecidedDifference:
    """Once, and it stays decided: no check names it again, and no payment run waits for it."""
    async with services.database.transaction() as transaction:
        (locked, rows) = await transaction.read(
            acquirer_difference.lock(difference_id), acquirer_difference.one(difference_id)
        )
        if not locked:
            raise not_found()
        _require_open(rows[0], reason, caller.login)
        acquirer_difference.decide(
            transaction, [difference_id], reason, caller.login, datetime.now(UTC)
        )
    ((row,),) = await services.database.read(acquirer_difference.one(difference_id))
    return row


def _require_open(row: DecidedDifference, reason: str, login: str) -> None:
    """Refuses a second decision; the same one again is a repeat."""
    if row.decided_by is not None and not acquirer_difference.is_same_decision(row, reason, login):
        raise conflict("difference_decided")
